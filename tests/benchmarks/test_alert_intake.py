"""Five thousand alerts in ten seconds, in posts of fifty: each stored, answered and taken in."""

import time

import pytest

from incidents.models import Alert, AlertPost
from tests.factories import alerts, portal
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

POSTS, EACH, MOST = 100, 50, 10


def test_five_thousand_alerts_are_taken_in_ten_seconds(fresh_database: Database) -> None:
    made = alerts.source(portal.team())
    bodies = [alerts.group(*(alerts.told(f"alert {post} {row}") for row in range(EACH))) for post in range(POSTS)]

    started = time.perf_counter()
    answers = [alerts.post(made, body).status_code for body in bodies]
    took = time.perf_counter() - started

    assert set(answers) == {202}
    assert AlertPost.objects.filter(worked_at=None).count() == 0
    assert Alert.objects.count() == POSTS * EACH
    results.tell("ALERTS", f"{took:.1f}-s", f"{MOST}-s", kept=took <= MOST)
