"""Who hears of what, and of nothing else (product.md, Reminders): a table of occasions and the people they reach.

What only time brings of recurring checks and waivers has tables of its own beside the actions that say it.
"""

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal import clock
from portal.models import Notification
from portal.permissions import Role
from readiness.actions import decisions, launch_reminders, ownership, signoffs, waivers
from readiness.choices import AssignmentRole
from readiness.models import LaunchDecision, OwnershipDomain
from tests.factories import launches, portal, waiving
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

CRITICAL, OTHER = launches.CRITICAL[0], launches.OTHER[0]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def of() -> Scene:
    """Enno answered, Tia ticked, Alma signed, Dora decides, Priya leads, Ines watches inference; Vera looks on."""
    scene = launches.scene()
    team = scene.service.scope.team
    portal.member(team, Role.VIEWER, name="Vera Viewer")
    tia = portal.member(team, Role.CONTRIBUTOR, name="Tia Tester")
    review_factory.answer(scene.review, OTHER).ticks.update(by=tia)
    inference = OwnershipDomain.objects.get(key="inference")
    ownership.assign(
        scene.access("lead"),
        service=scene.service,
        domain=inference,
        person=portal.member(team, Role.CONTRIBUTOR, name="Ines Inference"),
        role=AssignmentRole.ACCOUNTABLE,
    )
    return scene


def a_sign_off_is_asked_for(of: Scene) -> None:
    signoffs.reopen(of.access("engineer"), answer=review_factory.answer(of.review, CRITICAL), reason="A new run.")
    signoffs.ask(of.access("engineer"), answer=review_factory.answer(of.review, CRITICAL))


def an_answer_is_returned(of: Scene) -> None:
    signoffs.give_back(of.access("approver"), answer=review_factory.answer(of.review, OTHER), reason="Which run?")


def a_sign_off_is_void(of: Scene) -> None:
    launches.also(of, "decider", Role.APPROVER)
    signoffs.reopen(of.access("decider"), answer=review_factory.answer(of.review, CRITICAL), reason="The wrong file.")


def a_waiver_is_asked_for(of: Scene) -> None:
    launches.rated(of, OTHER, "red")
    waiving.ask(of, OTHER)


def a_waiver_of_a_critical_item_is_asked_for(of: Scene) -> None:
    signoffs.reopen(of.access("engineer"), answer=review_factory.answer(of.review, CRITICAL), reason="It broke.")
    launches.rated(of, CRITICAL, "red")
    waiving.ask(of, CRITICAL)


def a_waiver_is_answered(of: Scene) -> None:
    a_waiver_is_asked_for(of)
    asked = of.service.waivers.get()
    waivers.refuse(of.access("approver"), waiver=asked, reason="Mend it.")


def a_decision_is_asked_for(of: Scene) -> None:
    decisions.ask(of.access("engineer"), release=of.release)


def a_decision_is_recorded(of: Scene) -> LaunchDecision:
    """With a condition that somebody owes who wrote nothing of it."""
    launches.rated(of, OTHER, "red")
    olga = portal.member(of.service.scope.team, Role.CONTRIBUTOR, name="Olga Owner")
    owed = replace(launches.condition(of, OTHER, 3), owner=olga)
    return launches.decide(of, "conditional-go", conditions=[owed])


def a_condition_is_overdue(of: Scene) -> None:
    a_decision_is_recorded(of)
    with clock.at(clock.now() + 4 * DAY):
        assert launch_reminders.send_due(clock.now())
        assert not launch_reminders.send_due(clock.now()), "said once"


def an_item_after_the_go_fails(of: Scene) -> None:
    launches.live(of)
    launches.rated(of, launches.AFTER[0], "red")


def the_items_after_the_go_are_late(of: Scene) -> None:
    launches.live(of)
    with clock.at(clock.now() + DAY + datetime.timedelta(minutes=1)):
        assert launch_reminders.send_due(clock.now())


ENNO, TIA, ALMA, DORA = "Enno Engineer", "Tia Tester", "Alma Approver", "Dora Decider"
PRIYA, INES, OLGA = "Priya Lead", "Ines Inference", "Olga Owner"

TABLE: list[tuple[Callable[[Scene], object], str, set[str]]] = [
    (a_sign_off_is_asked_for, "signoff-asked", {ALMA}),
    (an_answer_is_returned, "signoff-returned", {ENNO, TIA}),
    (a_sign_off_is_void, "signoff-voided", {ENNO, ALMA}),
    (a_waiver_is_asked_for, "waiver-asked", {ALMA, DORA}),
    (a_waiver_of_a_critical_item_is_asked_for, "waiver-asked", {DORA}),
    (a_waiver_is_answered, "waiver-settled", {ENNO}),
    (a_decision_is_asked_for, "decision-asked", {DORA}),
    (a_decision_is_recorded, "decision-recorded", {ENNO, TIA, ALMA, PRIYA, OLGA}),
    (a_condition_is_overdue, "decision-lapsed", {ENNO, TIA, ALMA, DORA, PRIYA, OLGA}),
    (an_item_after_the_go_fails, "after-item-failing", {DORA, PRIYA, INES}),
    (the_items_after_the_go_are_late, "after-items-late", {DORA, PRIYA, INES}),
]


@pytest.mark.parametrize(("happens", "kind", "people"), TABLE)
def test_an_occasion_reaches_those_it_concerns_and_nobody_else(
    of: Scene, happens: Callable[[Scene], object], kind: str, people: set[str]
) -> None:
    happens(of)
    told = Notification.objects.filter(kind=kind)
    assert sorted(told.values_list("recipient__name", flat=True)) == sorted(people), "each once"
    assert all(notice.url.startswith(("/services/", "/waivers/")) for notice in told)
