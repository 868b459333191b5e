"""Incidents' app config."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Runbooks, alerts with their playbooks, incidents and post-mortems; adds itself to readiness and the portal."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        """Loads what registers itself."""
        from incidents import contributions, guards, verbs  # noqa: F401  importing registers
