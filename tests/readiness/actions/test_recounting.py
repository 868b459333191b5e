"""What only the passing of time changes is counted anew, once its day has come."""

import datetime

import pytest
import time_machine

from portal import clock
from readiness.actions import applicability
from readiness.models import ItemAnswer, ServiceStatus
from readiness.queries import status as status_queries
from tests.factories import launches, reviews
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

STANDING, MAX_AGE = "env.secrets", 180
"""A critical item of the service, and the days after which its evidence is too old."""


def after(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + datetime.timedelta(days=days), tick=False)


def state(of: Scene) -> str:
    return reviews.answer(of.review, STANDING).state


def is_equal_to_recomputing(of: Scene) -> bool:
    kept = ServiceStatus.objects.get(service=of.service)
    return all(
        getattr(kept, name) == value for name, value in status_queries.standing_of(of.service).as_fields().items()
    )


def test_evidence_that_has_aged_turns_the_item_yellow_and_the_status_with_it() -> None:
    of = launches.scene()
    green = ServiceStatus.objects.get(service=of.service).green
    with after(MAX_AGE):
        applicability.recount_due(clock.now())
        assert state(of) == "green"
    with after(MAX_AGE + 1):
        applicability.recount_due(clock.now())
        assert state(of) == "yellow"
        assert ServiceStatus.objects.get(service=of.service).green < green
        assert is_equal_to_recomputing(of)


def test_also_on_what_is_live_and_locked() -> None:
    of = launches.scene()
    launches.live(of)
    with after(MAX_AGE + 1):
        applicability.recount_due(clock.now())
        assert state(of) == "yellow"
        assert is_equal_to_recomputing(of)


def test_a_decision_counts_what_is_due_itself_when_nobody_has() -> None:
    of = launches.scene()
    with after(MAX_AGE + 1):
        assert state(of) == "green"
        seen = {item.answer.item_key: item.state for item in launches.look(of).watch.items}
        assert seen[STANDING] == "yellow"


def test_what_was_counted_is_not_due_again() -> None:
    of = launches.scene()
    with after(MAX_AGE + 1):
        applicability.recount_due(clock.now())
        held = ItemAnswer.objects.filter(review=of.review, item_key=STANDING).values_list(
            "state_holds_until", flat=True
        )
        assert list(held) == [None]
        before = ServiceStatus.objects.get(service=of.service).version
        applicability.recount_due(clock.now())
        assert ServiceStatus.objects.get(service=of.service).version == before
