"""The ground floor: people, teams, permissions, the audit record, jobs and PDF; exposes the Celery app."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
