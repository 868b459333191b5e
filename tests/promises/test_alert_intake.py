"""None of the alerts whose post was answered with 202 is lost, and none is taken in twice."""

import random

import pytest

from incidents.actions import alert_posts
from incidents.models import Alert, AlertPost
from portal import clock
from tests.factories import alerts, portal
from tests.harness import at_once, results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

SENDERS, POSTS, EACH = 4, 5, 50


def _body(sender: int, post: int) -> str:
    return alerts.group(*(alerts.told(f"alert {sender} {post} {number}") for number in range(EACH)))


def test_of_a_thousand_alerts_told_at_once_and_again_each_is_taken_in_once(fresh_database: Database) -> None:
    made = alerts.source(portal.team())

    def send(sender: int) -> int:
        """Every post twice, as a sender does that did not hear the answer; how many were taken."""
        posts = [post for post in range(POSTS) for _ in range(2)]
        random.Random(sender).shuffle(posts)
        return sum(alerts.post(made, _body(sender, post)).status_code == 202 for post in posts)

    taken = sum(at_once.call(SENDERS, send))
    later = clock.now() + alert_posts.LEASE + alert_posts.SWEPT_AFTER
    with clock.at(later):
        alert_posts.sweep(later)

    stored, found = AlertPost.objects.count(), Alert.objects.count()
    told = sum(Alert.objects.values_list("times", flat=True))
    kept = (stored, found, told) == (taken, SENDERS * POSTS * EACH, taken * EACH)
    results.tell("ALERTS", f"{taken}-taken-{stored}-stored-{found}-alerts-{told}-told", "all-of-them-once", kept=kept)
    assert taken == SENDERS * POSTS * 2
    assert not AlertPost.objects.filter(worked_at=None).exists()
