"""Five thousand alerts in ten seconds, in posts of fifty: each stored and answered, then taken in; none is lost."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app

from incidents.actions import alert_posts
from incidents.models import Alert, AlertPost
from tests.factories import alerts, portal
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

POSTS, EACH, MOST = 100, 50, 10


@pytest.fixture
def workers_elsewhere() -> Iterator[None]:
    """Tasks are sent and not done in place: the workers are other processes, as in every installation."""
    conf: Any = current_app.conf
    conf.task_always_eager = False
    yield
    conf.task_always_eager = True


def test_five_thousand_alerts_are_stored_in_ten_seconds(fresh_database: Database, workers_elsewhere: None) -> None:
    made = alerts.source(portal.team())
    bodies = [alerts.group(*(alerts.told(f"alert {post} {row}") for row in range(EACH))) for post in range(POSTS)]

    started = time.perf_counter()
    answers = [alerts.post(made, body).status_code for body in bodies]
    took = time.perf_counter() - started
    for post in AlertPost.objects.filter(worked_at=None):
        alert_posts.work_off(post.pk)
    worked = time.perf_counter() - started - took

    assert set(answers) == {202}
    assert Alert.objects.count() == POSTS * EACH
    results.tell("ALERTS", f"stored-{took:.1f}-s-worked-off-{worked:.1f}-s", f"{MOST}-s", kept=took <= MOST)
