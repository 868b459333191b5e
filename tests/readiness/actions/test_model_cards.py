"""Model cards: every revision is kept, two people do not overwrite each other, and a review moves the date."""

import datetime

import pytest
from django.core.management import call_command

from portal import clock
from portal.actions.documents import Written
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, User
from portal.permissions import Role
from portal.queries import documents
from readiness.actions import model_cards
from readiness.models import ModelCard, ModelCardRevision, ServedModel
from tests.factories import portal, record
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

USE = {"intended_use": "Scores payments.", "limitations": "Sees new fraud late."}


@pytest.fixture
def model() -> ServedModel:
    return things.model(things.service(), "fraud-gbm")


@pytest.fixture
def ana(model: ServedModel) -> User:
    return portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ana")


def card_of(model: ServedModel, by: User) -> ModelCard:
    return model_cards.begin(portal.access(by), model=model, written=Written(USE))


def revise(card: ModelCard, by: User, seen: int = 1, note: str = "", **changed: str) -> list[str]:
    written = Written({**USE, **changed}, note)
    return model_cards.revise(portal.access(by), card=card, written=written, seen=seen, describes=card.describes)


def fresh(card: ModelCard) -> ModelCard:
    return ModelCard.objects.get(pk=card.pk)


def test_a_card_begins_with_its_first_revision_and_counts_as_reviewed(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    assert (card.revision, card.keeper, card.reviewed_by, card.content) == (1, ana, ana, USE)
    assert card.review_on == card.reviewed_on + datetime.timedelta(days=90)
    assert AuditEvent.objects.latest("number").verb == "model-card.begun"


def test_a_model_has_one_card(model: ServedModel, ana: User) -> None:
    card_of(model, ana)
    with pytest.raises(DomainError, match="has a card already"):
        card_of(model, ana)


def test_every_revision_is_kept_with_who_wrote_it_and_why(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    assert revise(card, ana, note="Said since when", limitations="Sees new fraud two weeks late.") == ["limitations"]
    moments = documents.history(fresh(card))
    assert [(moment.number, moment.note) for moment in moments] == [(2, "Said since when"), (1, "")]
    first = documents.revision(card, 1)
    assert first is not None
    assert first.content == USE
    assert documents.last_written(card)["limitations"] == 2


def test_saving_what_stands_already_makes_no_revision(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    assert revise(card, ana) == []
    assert ModelCardRevision.objects.count() == 1


def test_two_people_at_two_fields_lose_nothing(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    revise(fresh(card), ana, seen=1, users="The authorisation service.")
    revise(fresh(card), ben, seen=1, inputs="214 features.")
    stands = fresh(card).content
    assert (stands["users"], stands["inputs"]) == ("The authorisation service.", "214 features.")


def test_two_people_at_one_field_the_second_is_told_who_and_what(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    revise(fresh(card), ana, seen=1, limitations="Two weeks late.")
    with pytest.raises(Conflict) as told:
        revise(fresh(card), ben, seen=1, limitations="Three weeks late.")
    assert (told.value.field, told.value.saved, told.value.saved_by) == ("limitations", "Two weeks late.", "Ana")
    assert fresh(card).content["limitations"] == "Two weeks late."


def test_a_review_moves_the_date_and_keeps_the_text(model: ServedModel, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=100)):
        card = card_of(model, ana)
    assert fresh(card).freshness.is_stale
    approver = portal.member(model.service.scope.team, Role.APPROVER, name="Uma")
    model_cards.confirm(portal.access(approver), card=fresh(card), seen=1, note="Compared with the registry.")
    stands = fresh(card)
    assert (stands.freshness.is_stale, stands.reviewed_by, stands.revision) == (False, approver, 1)
    assert documents.history(stands)[0].note == "Compared with the registry."


def test_a_review_of_what_was_revised_meanwhile_is_refused(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    revise(fresh(card), ana, limitations="Two weeks late.")
    with pytest.raises(Conflict, match="was revised while you read it"):
        model_cards.confirm(portal.access(ana), card=fresh(card), seen=1)


def test_a_revision_is_no_review_unless_its_writer_says_so(model: ServedModel, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=100)):
        card = card_of(model, ana)
    revise(fresh(card), ana, limitations="Two weeks late.")
    assert fresh(card).freshness.is_stale
    written = Written({**USE, "users": "Analysts."}, is_review=True)
    model_cards.revise(portal.access(ana), card=fresh(card), written=written, seen=2)
    assert not fresh(card).freshness.is_stale
    assert fresh(card).reviewed_revision == 3


def test_a_revision_that_is_a_review_is_one_line_of_the_history(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    written = Written({**USE, "users": "Analysts."}, is_review=True)
    model_cards.revise(portal.access(ana), card=fresh(card), written=written, seen=1)
    moments = documents.history(fresh(card))
    assert [(moment.number, moment.is_review, moment.is_reviewed) for moment in moments] == [
        (2, False, True),
        (1, False, True),
    ]


def test_only_those_who_contribute_write_and_a_keeper_can_see_the_service(model: ServedModel, ana: User) -> None:
    approver = portal.member(model.service.scope.team, Role.APPROVER)
    with pytest.raises(NotPermitted):
        card_of(model, approver)
    model.service.scope.restricted = True
    model.service.scope.save()
    stranger = portal.member(portal.team(), Role.CONTRIBUTOR)
    with pytest.raises(DomainError) as refused:
        model_cards.begin(portal.access(ana), model=model, written=Written(USE, keeper=stranger))
    assert list(refused.value.errors) == ["keeper"]


def test_the_version_it_speaks_of_is_one_of_its_model(model: ServedModel, ana: User) -> None:
    other = things.model_version(things.model(model.service, "other"))
    with pytest.raises(DomainError) as refused:
        model_cards.begin(portal.access(ana), model=model, written=Written(USE), describes=other)
    assert list(refused.value.errors) == ["describes"]


def test_the_record_verifies_with_cards_in_it(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    revise(fresh(card), ana, limitations="Two weeks late.")
    model_cards.confirm(portal.access(ana), card=fresh(card), seen=2)
    call_command("verify_record")


def test_a_changed_revision_is_found(model: ServedModel, ana: User) -> None:
    card = card_of(model, ana)
    record.put_guards_aside()
    ModelCardRevision.objects.filter(subject=card).update(content="{}")
    with pytest.raises(SystemExit):
        call_command("verify_record")
