"""Waivers that run out: the right people, once, however often or seldom somebody looks."""

import datetime

import pytest
import time_machine

from portal import clock
from portal.models import Notification
from readiness.actions import absences, answers, service_states, waiver_reminders, waivers
from tests.factories import launches, reviews, waiving
from tests.factories.launches import Scene
from tests.factories.waiving import CRITICAL

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def of() -> Scene:
    return launches.scene(answered=False)


def look(days: int, hour: int = 12) -> int:
    """A look for reminders so many days from today, at this hour."""
    moment = (clock.now() + days * DAY).replace(hour=hour, minute=0)
    with time_machine.travel(moment, tick=False):
        return waiver_reminders.send_due(clock.now())


def told(stage: str) -> list[str]:
    rows = Notification.objects.filter(kind=f"waiver-{stage}").order_by("recipient__name")
    return list(rows.values_list("recipient__name", flat=True))


def test_the_items_owner_and_who_asked_hear_of_it_14_and_3_days_before_and_when_it_has_lapsed(of: Scene) -> None:
    waiving.approved(of, days=30)
    people = ["Enno Engineer", "Priya Lead"]

    assert [look(15), look(16), look(27), look(30), look(31)] == [0, 2, 2, 0, 2]
    assert (told("in-14"), told("in-3"), told("lapsed")) == (people, people, people)


def test_looking_twice_says_nothing_twice_and_late_says_less(of: Scene) -> None:
    waiving.approved(of, days=30)
    assert [look(45), look(45), look(46)] == [2, 0, 0]
    assert (told("in-14"), told("in-3")) == ([], [])


def test_the_item_that_was_given_to_somebody_is_theirs(of: Scene) -> None:
    answers.assign(of.access("lead"), answer=reviews.answer(of.review, CRITICAL), person=of.approver)
    waiving.approved(of, days=30)
    look(16)
    assert told("in-14") == ["Alma Approver", "Enno Engineer"]


def test_a_deputy_hears_of_it_while_somebody_is_away(of: Scene) -> None:
    waiving.approved(of, days=30)
    today = clock.today_in(of.lead.time_zone)
    absences.enter(
        of.access("lead"),
        person=of.lead,
        starts_on=today + 10 * DAY,
        ends_on=today + 20 * DAY,
        deputy=of.approver,
    )
    look(16)
    assert told("in-14") == ["Alma Approver", "Enno Engineer"]


def test_nothing_is_said_of_what_was_renewed_or_revoked(of: Scene) -> None:
    waiving.approved(of, days=30)
    renewal = waiving.approved(of, days=60)
    assert look(31) == 0
    waivers.revoke(of.access("decider"), waiver=renewal, reason="The keys leaked.")
    assert look(62) == 0


def test_nothing_is_said_of_the_waivers_of_a_retired_service(of: Scene) -> None:
    waiving.approved(of, days=30)
    service_states.retire(of.access("lead"), service=of.service, reason="Replaced by the new one.")
    assert look(16) == 0
