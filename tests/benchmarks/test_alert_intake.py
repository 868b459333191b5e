"""Five thousand alerts in ten seconds, in posts of fifty: each stored and answered; then each is taken in, none lost."""

import time
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


def test_five_thousand_alerts_are_stored_in_ten_seconds(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf: Any = current_app.conf
    monkeypatch.setattr(conf, "task_always_eager", False)  # the workers are other processes, as everywhere else
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
