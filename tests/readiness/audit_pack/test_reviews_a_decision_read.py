"""The pack names every review that a decision read, the assessment among them."""

import datetime

import pytest

from portal import clock
from readiness.queries.packs import decisions, moments
from readiness.queries.packs.signatures import Meanings
from tests.factories import launches

pytestmark = pytest.mark.django_db


def test_the_assessment_stands_among_the_reviews_it_read() -> None:
    of = launches.scene()
    launches.going_live(of)
    today = clock.now().date()
    newest = moments.newest_event(today)
    assert newest is not None
    at = moments.moment(newest, today - datetime.timedelta(days=30), today, clock.now())

    (decided,) = decisions.decisions(of.service, at, Meanings())

    (read,) = [fact.value for fact in decided.facts if fact.label == "Reviews it read"]
    assert "Readiness assessment" in read
    assert "Pre-launch review" in read
    assert "Deployment review, release 3.2.0" in read
