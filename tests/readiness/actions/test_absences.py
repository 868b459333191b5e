"""Saying that somebody is away."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from readiness.actions import absences
from readiness.models import Absence
from tests.factories import portal

pytestmark = pytest.mark.django_db


def days(first: int, last: int) -> dict[str, Any]:
    """Counted from today."""
    today = clock.now().date()
    return {
        "starts_on": today + datetime.timedelta(days=first),
        "ends_on": today + datetime.timedelta(days=last),
    }


def colleagues() -> tuple[User, User, User]:
    """A lead, an engineer and another of one team."""
    team = portal.team()
    return (
        portal.member(team, Role.LEAD, name="Lena"),
        portal.member(team, Role.CONTRIBUTOR, name="Ana"),
        portal.member(team, Role.CONTRIBUTOR, name="Ben"),
    )


def test_one_enters_ones_own_absence_and_the_deputy_is_told() -> None:
    _, ana, ben = colleagues()

    made = absences.enter(portal.access(ana), person=ana, deputy=ben, **days(0, 3))

    assert AuditEvent.objects.get(verb="absence.entered").target_id == str(made.public_id)
    assert "You stand in for Ana from" in Notification.objects.get(recipient=ben).subject


def test_a_lead_enters_it_for_somebody_of_the_team() -> None:
    lead, ana, _ = colleagues()

    absences.enter(portal.access(lead), person=ana, **days(0, 3))

    assert Absence.objects.get().person == ana


def test_nobody_else_does() -> None:
    _, ana, ben = colleagues()
    other_lead = portal.member(portal.team(), Role.LEAD)

    for stranger in (ben, other_lead):
        with pytest.raises(NotPermitted):
            absences.enter(portal.access(stranger), person=ana, **days(0, 3))


@pytest.mark.parametrize(
    ("period", "field"), [((2, 1), "ends_on"), ((-5, -1), "ends_on"), ((0, 400), "ends_on"), ((3, 9), "starts_on")]
)
def test_days_that_cannot_be_are_refused_at_their_field(period: tuple[int, int], field: str) -> None:
    _, ana, _ = colleagues()
    absences.enter(portal.access(ana), person=ana, **days(5, 6))

    with pytest.raises(DomainError) as refusal:
        absences.enter(portal.access(ana), person=ana, **days(*period))

    assert list(refusal.value.errors) == [field]


def test_a_deputy_is_another_person_of_some_team() -> None:
    _, ana, _ = colleagues()

    for deputy in (ana, portal.person("Nele")):
        with pytest.raises(DomainError) as refusal:
            absences.enter(portal.access(ana), person=ana, deputy=deputy, **days(0, 3))
        assert list(refusal.value.errors) == ["deputy"]


def test_a_deputy_can_be_named_later_and_an_absence_cancelled_once() -> None:
    lead, ana, ben = colleagues()
    made = absences.enter(portal.access(ana), person=ana, **days(0, 3))

    absences.name_deputy(portal.access(lead), absence=made, deputy=ben)
    absences.cancel(portal.access(ana), absence=made)

    assert Absence.objects.get().deputy == ben
    assert "no longer stand in" in Notification.objects.filter(recipient=ben).latest("created_at").subject
    with pytest.raises(DomainError, match="over or was cancelled"):
        absences.cancel(portal.access(ana), absence=made)


def test_an_absence_that_was_cancelled_leaves_its_days_free() -> None:
    _, ana, _ = colleagues()
    made = absences.enter(portal.access(ana), person=ana, **days(0, 3))
    absences.cancel(portal.access(ana), absence=made)

    absences.enter(portal.access(ana), person=ana, **days(1, 2))

    assert Absence.objects.filter(cancelled_at__isnull=True).count() == 1
