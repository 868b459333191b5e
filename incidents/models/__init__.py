"""Incidents' models, by concept."""
