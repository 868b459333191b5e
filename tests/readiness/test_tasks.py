"""Readiness' background work, as the worker calls it."""

import datetime

import pytest
from celery import current_app

from portal.models import AuditEvent
from readiness.choices import ServiceState
from readiness.models import Service
from tests.factories import readiness

pytestmark = pytest.mark.django_db


def test_what_a_task_records_says_that_it_came_by_a_task() -> None:
    service = readiness.service()
    Service.objects.update(state=ServiceState.PAUSED, paused_until=datetime.date(2026, 1, 1))
    current_app.loader.import_default_modules()

    current_app.tasks["readiness.tasks.resume_services"].delay()

    event = AuditEvent.objects.filter(scope=service.scope).latest("number")
    assert (event.verb, event.via) == ("service.state-changed", "task")
