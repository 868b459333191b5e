"""Incidents' models, by concept."""

from incidents.models.playbooks import AlertPlaybook

__all__ = ["AlertPlaybook"]
