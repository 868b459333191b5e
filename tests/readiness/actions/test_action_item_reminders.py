"""Reminders of action items: due soon and overdue, to the owner or who stands in, once however often somebody looks."""

import datetime

import pytest

from portal import clock
from portal.models import Notification
from readiness.actions import absences, action_item_changes, action_item_reminders, action_items, service_states
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.models import ActionItem
from readiness.rules.action_items import Terms
from tests.factories import checks, portal
from tests.factories.checks import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> checks.Watched:
    found = checks.watched()
    with clock.at(day(2)):
        new = NewItem(Terms("Mask account numbers", due_on=datetime.date(2035, 1, 20)), found.sam)
        action_items.open_item(portal.access(found.ana), service=found.service, new=new)
    return found


def said(until: datetime.datetime) -> list[tuple[str, str]]:
    """Who was told what, after several looks by then."""
    for moment in (until, until, until + datetime.timedelta(seconds=1)):
        with clock.at(moment):
            action_item_reminders.send_due(moment)
    told = Notification.objects.filter(kind__startswith="action-item-").exclude(kind="action-item-given")
    return [(one.recipient.name, one.subject.partition(" is ")[2]) for one in told.order_by("pk")]


def test_nobody_is_told_before_three_days_are_left(of: checks.Watched) -> None:
    assert said(day(17, 7)) == []  # 08:00 in Berlin


def test_the_owner_is_told_three_days_before_and_once_it_is_overdue(of: checks.Watched) -> None:
    assert said(day(17, 9)) == [("Sam", "due soon, 20 Jan 2035")]
    assert said(day(22))[1:] == [("Sam", "overdue since 20 Jan 2035")]


def test_who_looks_late_says_only_what_holds_now(of: checks.Watched) -> None:
    assert said(day(25)) == [("Sam", "overdue since 20 Jan 2035")]


def test_a_done_item_reminds_nobody(of: checks.Watched) -> None:
    item = ActionItem.objects.get()
    action_item_changes.change(portal.access(of.sam), item=item, wanted=Change(state="done"), revision=item.revision)
    assert said(day(25)) == []


def test_while_the_owner_is_away_their_deputy_is_told(of: checks.Watched) -> None:
    with clock.at(day(10)):
        first, last = datetime.date(2035, 1, 15), datetime.date(2035, 1, 19)
        absences.enter(portal.access(of.sam), person=of.sam, starts_on=first, ends_on=last, deputy=of.oli)
    assert [name for name, _ in said(day(18))] == ["Oli"]


def test_while_the_deputy_is_away_as_well_the_owner_is_told(of: checks.Watched) -> None:
    with clock.at(day(10)):
        first, last = datetime.date(2035, 1, 15), datetime.date(2035, 1, 19)
        for person, deputy in ((of.sam, of.oli), (of.oli, None)):
            absences.enter(portal.access(person), person=person, starts_on=first, ends_on=last, deputy=deputy)
    assert [name for name, _ in said(day(18))] == ["Sam"]


def test_nobody_hears_of_the_items_of_a_retired_service(of: checks.Watched) -> None:
    with clock.at(day(10)):
        service_states.retire(portal.access(of.lea), service=of.service, reason="Replaced by the new one.")
    assert said(day(25)) == []
