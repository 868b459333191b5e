"""Readiness' app config."""

from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    """Services, reviews, decisions and packs; adds itself to the portal's shell."""

    name = "readiness"
    verbose_name = "Readiness"

    def ready(self) -> None:
        """Loads what registers itself."""
        from readiness import contributions, guards, verbs  # noqa: F401  importing registers
