"""Who hears when of a document whose review falls due: its keeper before and after, then whoever leads; never twice."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.actions import document_reminders
from portal.actions.documents import Written
from portal.models import Notification, Team, User
from portal.permissions import Role
from readiness.actions import absences, model_cards
from readiness.models import ModelCard, ServedModel
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

BEGUN = datetime.datetime(2035, 1, 8, 12, tzinfo=datetime.UTC)
DUE = BEGUN + datetime.timedelta(days=90)


@pytest.fixture
def model() -> ServedModel:
    return readiness.model(readiness.service(), "fraud-gbm")


@pytest.fixture
def ana(model: ServedModel) -> User:
    return portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def card(model: ServedModel, ana: User) -> ModelCard:
    with clock.at(BEGUN):
        return model_cards.begin(portal.access(ana), model=model, written=Written({"intended_use": "Scores."}))


def look(days: int, hour: int = 10) -> list[tuple[str, str]]:
    """What is said so many days from the day the review is due, at an hour in UTC: kind and recipient."""
    at = DUE.replace(hour=hour) + datetime.timedelta(days=days)
    before = set(Notification.objects.values_list("pk", flat=True))
    with clock.at(at):
        document_reminders.send_due(at)
    said = Notification.objects.exclude(pk__in=before).order_by("recipient__name")
    return [(notice.kind, notice.recipient.name) for notice in said.select_related("recipient")]


def test_the_keeper_hears_a_week_before_the_day_after_and_then_the_lead_too(card: ModelCard, ana: User) -> None:
    lead = card.service.owner.name
    assert look(-8) == []
    assert look(-7) == [("document-soon", "Ana")]
    assert look(0) == []
    assert look(1) == [("document-stale", "Ana")]
    assert look(7) == []
    assert sorted(look(8)) == [("document-escalated", name) for name in sorted(["Ana", lead])]
    assert look(30) == []


def test_a_late_or_second_look_says_only_what_holds_now(card: ModelCard) -> None:
    assert look(2) == [("document-stale", "Ana")]
    assert look(2) == []


def test_the_hour_is_nine_where_the_team_is(card: ModelCard) -> None:
    Team.objects.update(time_zone="America/New_York")
    ModelCard.objects.update(remind_at=DUE - datetime.timedelta(days=60))
    assert look(-7, hour=12) == []
    assert look(-7, hour=14) == [("document-soon", "Ana")]


def test_a_review_in_time_leaves_nothing_to_say(card: ModelCard, ana: User) -> None:
    with clock.at(DUE - datetime.timedelta(days=10)):
        model_cards.confirm(portal.access(ana), card=ModelCard.objects.get(), seen=1)
    assert look(1) == []
    assert look(70) == []
    assert look(80 - 7 + 1) == [("document-soon", "Ana")]


def test_who_stands_in_hears_it_instead_and_a_closed_account_passes_it_to_the_lead(card: ModelCard, ana: User) -> None:
    ben = portal.member(card.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    with clock.at(DUE - datetime.timedelta(days=20)):
        absences.enter(
            portal.access(ana),
            person=ana,
            starts_on=(DUE - datetime.timedelta(days=9)).date(),
            ends_on=(DUE - datetime.timedelta(days=3)).date(),
            deputy=ben,
        )
    assert ("document-soon", "Ben") in look(-7)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert look(1) == [("document-stale", card.service.owner.name)]


def test_my_work_lists_and_counts_what_i_keep(client: Client, card: ModelCard, ana: User) -> None:
    client.force_login(ana)
    with clock.at(DUE - datetime.timedelta(days=6)):
        shown = client.get(reverse("readiness:documents_waiting")).content.decode()
        assert "review due" in shown
        assert ">1<" in client.get(reverse("readiness:my_work")).content.decode()
    with clock.at(DUE - datetime.timedelta(days=8)):
        assert client.get(reverse("readiness:documents_waiting")).content.decode().strip() == ""
