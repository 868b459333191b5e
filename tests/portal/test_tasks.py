"""The portal's background work, as the worker calls it."""

import datetime

import pytest
from celery import current_app
from django.contrib.sessions.models import Session
from django.core import mail as sent
from django.test import Client

from portal import clock, guessing, mail, schedule
from portal.models import Attempts
from tests.factories import portal as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    """The tasks are loaded, as a worker does at its start."""
    current_app.loader.import_default_modules()


def run(name: str, *arguments: int) -> None:
    current_app.tasks[f"portal.tasks.{name}"].delay(*arguments)


def test_every_task_of_the_portals_schedule_exists() -> None:
    names = [entry["task"] for entry in schedule.BEAT_SCHEDULE.values()]
    assert [name for name in names if name.startswith("portal.") and name not in current_app.tasks] == []


def test_one_mail_is_delivered_by_its_id() -> None:
    message = mail.queue(make.person(), kind="invitation", key="k")
    run("deliver_outbox", message.pk)
    assert len(sent.outbox) == 1


def test_a_mail_that_is_gone_disturbs_nobody() -> None:
    run("deliver_outbox", 12345)


def test_the_sweep_delivers_what_is_due_and_then_nothing(django_capture_on_commit_callbacks: object) -> None:
    mail.queue(make.person(), kind="invitation", key="k")
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
            run("sweep_outbox")
    assert len(sent.outbox) == 1


def test_tidying_removes_what_is_over() -> None:
    Client().post("/sign-in/", {"login": make.person().email, "password": make.PASSWORD})
    guessing.take(guessing.PROOF, "somebody")
    Session.objects.update(expire_date=clock.now() - datetime.timedelta(minutes=1))
    Attempts.objects.update(ends_at=clock.now() - datetime.timedelta(minutes=1))
    run("tidy")
    assert not Session.objects.exists()
    assert not Attempts.objects.exists()
