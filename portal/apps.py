"""Portal's app config."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The ground floor; registers the system checks."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Loads what registers itself."""
        from portal import checks, verbs  # noqa: F401  importing registers
