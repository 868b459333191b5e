"""Incidents' app config."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Alert playbooks now; runbooks, alerts, incidents and post-mortems stand here too."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        """Loads what registers itself."""
        from incidents import contributions, guards, verbs  # noqa: F401  importing registers
