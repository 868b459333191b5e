"""Who hears when that a word on an incident is due, or its post-mortem: never twice, nothing left out."""

import datetime

import pytest

from incidents.actions import incident_reminders, incident_states, timelines
from incidents.models import Incident
from portal import clock
from portal.models import Notification, User
from portal.permissions import Role
from readiness.actions import absences
from readiness.models import Service
from tests.factories import incidents as factory
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2035, 1, 8, 12, tzinfo=datetime.UTC)
"""A Monday."""


@pytest.fixture
def service() -> Service:
    with clock.at(NOON):
        return readiness.service(name="Fraud scoring")


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def led(service: Service, ana: User) -> Incident:
    with clock.at(NOON):
        return factory.declared(service, ana, severity=1, commander=ana)


def look(at: datetime.datetime) -> list[tuple[str, str]]:
    """What is said at a moment: kind and recipient."""
    before = set(Notification.objects.values_list("pk", flat=True))
    with clock.at(at):
        incident_reminders.send_due(at)
    said = Notification.objects.exclude(pk__in=before).order_by("recipient__name")
    return [(notice.kind, notice.recipient.name) for notice in said.select_related("recipient")]


def minutes(number: int) -> datetime.datetime:
    return NOON + datetime.timedelta(minutes=number)


def days(number: int) -> datetime.datetime:
    return NOON + datetime.timedelta(days=number)


def test_who_leads_hears_when_the_promised_word_is_due_and_the_lead_an_hour_later(led: Incident, ana: User) -> None:
    with clock.at(minutes(1)):
        timelines.update(portal.access(ana), incident=led, text="We look into it.", next_word=30)
    assert look(minutes(30)) == []
    assert look(minutes(31)) == [("incident-word-due", "Ana")]
    assert look(minutes(31)) == []
    lead = led.service.owner.name
    assert look(minutes(92)) == sorted(
        [("incident-word-late", "Ana"), ("incident-word-late", lead)], key=lambda x: x[1]
    )
    assert look(minutes(500)) == []


def test_a_word_that_came_in_time_is_not_asked_for(led: Incident, ana: User) -> None:
    with clock.at(minutes(1)):
        timelines.update(portal.access(ana), incident=led, text="We look into it.", next_word=30)
    with clock.at(minutes(20)):
        timelines.update(portal.access(ana), incident=led, text="It was the cache.")
    assert look(minutes(600)) == []


def test_a_look_after_a_long_silence_says_the_last_stage_alone(led: Incident, ana: User) -> None:
    with clock.at(minutes(1)):
        timelines.update(portal.access(ana), incident=led, text="We look into it.", next_word=30)
    assert {kind for kind, _ in look(minutes(3000))} == {"incident-word-late"}


def test_the_post_mortem_is_asked_for_the_day_before_and_when_it_is_late(led: Incident, ana: User) -> None:
    with clock.at(NOON):
        due = factory.resolved(led, ana).post_mortem_due_on
    assert due is not None
    left = (due - NOON.date()).days
    assert look(days(left - 2)) == []
    assert look(days(left - 1)) == [("incident-post-mortem-soon", "Ana")]
    assert look(days(left)) == []
    assert {who for kind, who in look(days(left + 1)) if kind == "incident-post-mortem-overdue"} == {
        "Ana",
        led.service.owner.name,
    }
    assert {kind for kind, _ in look(days(left + 8))} == {"incident-post-mortem-escalated"}
    assert look(days(left + 60)) == []


def test_a_published_one_is_not_asked_for(led: Incident, ana: User) -> None:
    with clock.at(NOON):
        factory.explained(factory.resolved(led, ana), ana)
    assert look(days(60)) == []
    assert not Incident.objects.filter(remind_at__lte=days(60)).exists()


def test_what_came_back_owes_the_post_mortem_it_owed_before(led: Incident, ana: User) -> None:
    with clock.at(NOON):
        incident_states.move(
            portal.access(ana), incident=factory.resolved(led, ana), to="investigating", text="It is back."
        )
    assert {kind for kind, _ in look(days(60))} == {"incident-post-mortem-escalated"}


def test_who_stands_in_hears_it(led: Incident, ana: User) -> None:
    deputy = portal.member(led.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    with clock.at(NOON):
        timelines.update(portal.access(ana), incident=led, text="We look into it.", next_word=30)
        today = NOON.date()
        absences.enter(portal.access(ana), person=ana, starts_on=today, ends_on=today, deputy=deputy)
    assert look(minutes(31)) == [("incident-word-due", "Ben")]


def test_a_small_incident_owes_nothing(service: Service, ana: User) -> None:
    with clock.at(NOON):
        factory.resolved(factory.declared(service, ana, severity=3), ana)
    assert not Incident.objects.exclude(remind_at=None).exists()


def test_one_statement_finds_what_is_due(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert incident_reminders.send_due(NOON) == 0
