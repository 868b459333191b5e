"""Who is away on the planned day, and what that does to a go: a table of cases."""

import datetime

import pytest

from portal import clock
from portal.permissions import Role
from readiness.actions import absences
from readiness.choices import TriggerState
from readiness.models import Release
from readiness.rules.triggers import Key, Trigger
from tests.factories import launches, portal
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

PLANNED_IN = 10
"""Days from today on which the release is planned; the lead is accountable for every domain."""


@pytest.fixture
def scene() -> Scene:
    of = launches.scene()
    planned_on = clock.now().date() + datetime.timedelta(days=PLANNED_IN)
    Release.objects.filter(pk=of.release.pk).update(planned_on=planned_on)
    of.release.refresh_from_db()
    return of


def away(of: Scene, who: str, first: int, last: int, deputy: str = "") -> None:
    """Somebody is away from the first to the last of these days from today."""
    today = clock.now().date()
    absences.enter(
        of.access(who),
        person=getattr(of, who),
        starts_on=today + datetime.timedelta(days=first),
        ends_on=today + datetime.timedelta(days=last),
        deputy=getattr(of, deputy) if deputy else None,
    )


def key_person(of: Scene) -> Trigger:
    return next(one for one in launches.look(of).watch.triggers if one.key == Key.KEY_PERSON)


@pytest.mark.parametrize(
    ("who", "first", "last", "deputy", "state"),
    [
        ("lead", 8, 12, "", TriggerState.FIRING),  # away over the planned day, nobody stands in
        ("lead", 8, 12, "engineer", TriggerState.CLEAR),  # a deputy stands in
        ("lead", 10, 10, "", TriggerState.FIRING),  # that one day alone
        ("lead", 1, 9, "", TriggerState.CLEAR),  # back the day before
        ("lead", 11, 20, "", TriggerState.CLEAR),  # leaves the day after
        ("engineer", 8, 12, "", TriggerState.CLEAR),  # accountable for nothing
    ],
)
def test_an_accountable_person_away_on_the_planned_day_holds_a_go_back_unless_a_deputy_stands_in(
    scene: Scene, who: str, first: int, last: int, deputy: str, state: TriggerState
) -> None:
    away(scene, who, first, last, deputy)

    assert key_person(scene).state is state
    assert launches.look(scene).outlook.go.possible is (state is TriggerState.CLEAR)


def test_it_names_who_is_away_until_when_and_who_stands_in(scene: Scene) -> None:
    away(scene, "lead", 8, 12, "engineer")
    assert "Priya Lead is away until" in key_person(scene).facts
    assert "Enno Engineer stands in" in key_person(scene).facts


def test_a_deputy_who_is_away_as_well_stands_in_for_nobody(scene: Scene) -> None:
    away(scene, "lead", 8, 12, "engineer")
    away(scene, "engineer", 10, 11)

    assert key_person(scene).state is TriggerState.FIRING


def test_an_absence_that_is_cancelled_holds_nothing_back(scene: Scene) -> None:
    away(scene, "lead", 8, 12)
    absences.cancel(scene.access("lead"), absence=scene.lead.absences.get())
    assert key_person(scene).state is TriggerState.CLEAR


def test_somebody_who_left_is_not_there_either(scene: Scene) -> None:
    scene.lead.is_active = False
    scene.lead.save(update_fields=["is_active"])
    found = key_person(scene)
    assert found.state is TriggerState.FIRING
    assert "closed account" in found.facts
    assert portal.member(scene.service.scope.team, Role.LEAD).is_active
