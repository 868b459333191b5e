"""What the tables hold of carried sign-offs, of answers that serve others, and of several signatures in one act.

The rows come from the smallest acts that leave the record whole (tests/factories/carrying.py).
"""

import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal import clock, record_verification
from portal.identity import Proof
from portal.models import AuditEvent
from portal.permissions import Access
from readiness.actions import answers, evidence, signoffs
from readiness.models import (
    AnswerReference,
    CarriedSignOff,
    Evidence,
    ItemAnswer,
    Review,
    SignOff,
    SignOffVoid,
)
from readiness.queries import launch, launch_subjects, seals
from readiness.queries import record as record_queries
from readiness.queries import reviews as review_queries
from readiness.queries.packs import moments
from readiness.queries.packs import reviews as pack_reviews
from readiness.queries.packs.signatures import Meanings
from readiness.rules import answers as answer_rules
from tests.factories import carrying, checklists, portal, readiness, record, reviews

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY, OTHER = "env.secrets", "api.auth"
"""Two critical items that depend on the service: their answers and sign-offs are kept."""


class Scene:
    """A service whose first release was reviewed, two items of it signed, and the review of the next release."""

    def __init__(self) -> None:
        self.service = readiness.service()
        self.engineer, self.approver = reviews.people(self.service)
        self.lead = portal.access(self.service.owner)
        self.first = reviews.started(self.service, release=readiness.release(self.service, "41"))
        for key in (KEY, OTHER):
            reviews.signed(self.approver, reviews.green(self.engineer, reviews.answer(self.first, key)))
        self.next = self.following("42")

    def following(self, label: str) -> Review:
        return reviews.started(self.service, release=readiness.release(self.service, label))

    def carried(self, key: str = KEY) -> ItemAnswer:
        carrying.carry(self.lead, self.first, self.next, [key])
        return reviews.answer(self.next, key)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def problems() -> list[str]:
    return [str(problem) for problem in record_verification.verify().problems]


def seals_of(item: ItemAnswer) -> list[seals.Seal]:
    return list(seals.of_answers([item.pk])[item.pk])


def test_a_carried_sign_off_stands_in_both_reviews_and_the_record_holds(scene: Scene) -> None:
    item, source = scene.carried(), reviews.answer(scene.first, KEY)

    assert item.signoff == source.signoff == SignOff.objects.get(answer=source)
    assert item.is_signed_for(item.content_digest)
    assert source.is_signed_for(source.content_digest)
    assert (item.state, item.rating_by, item.text) == (source.state, scene.engineer.person, source.text)
    assert problems() == []


def test_it_reads_by_whom_when_and_for_which_release_it_was_given(scene: Scene) -> None:
    item = scene.carried()
    card = review_queries.card(item, scene.engineer)

    assert card.standing_seal is not None
    assert card.standing_seal.signoff.person == scene.approver.person
    assert card.standing_seal.given_for == "release 41"
    assert card.standing_seal.digest == item.content_digest
    own = review_queries.card(reviews.answer(scene.first, KEY), scene.engineer).standing_seal
    assert own is not None
    assert own.given_for == ""

    client = Client()
    client.force_login(scene.engineer.person)
    page = client.get(reverse("readiness:review", args=[scene.service.slug, scene.next.number])).content.decode()
    assert "Signed by Alma Approver" in page
    assert "for release 41" in page


def test_a_go_reads_a_carried_sign_off_as_one(scene: Scene) -> None:
    scene.carried()
    environment = scene.service.environments.all()[0].name
    subject = launch_subjects.find(scene.lead, scene.service.slug, "42", environment)
    assert subject is not None

    items = {item.answer.item_key: item for item in launch.look(subject, scene.lead, clock.now()).watch.items}

    assert (items[KEY].signed, items[OTHER].signed) == (True, False)
    assert items[KEY].why == "green, signed"


def test_reopening_it_leaves_the_old_review_signed(scene: Scene) -> None:
    item = scene.carried()
    signoffs.reopen(scene.engineer, answer=item, reason="The vault was moved.")

    item, source = reviews.answer(scene.next, KEY), reviews.answer(scene.first, KEY)
    assert (item.is_signed, item.carried, item.round) == (False, None, 2)
    assert source.is_signed
    assert source.round == 1
    assert [bool(seal.void) for seal in seals_of(item)] == [True]
    assert [bool(seal.void) for seal in seals_of(source)] == [False]
    assert SignOffVoid.objects.get().carried == CarriedSignOff.objects.get()

    reviews.signed(scene.approver, item)
    assert [bool(seal.void) for seal in seals_of(item)] == [True, False]
    assert problems() == []


def test_reopening_the_old_one_leaves_the_carried_one_standing(scene: Scene) -> None:
    item = scene.carried()
    signoffs.reopen(scene.engineer, answer=reviews.answer(scene.first, KEY), reason="It was the wrong run.")

    assert reviews.answer(scene.next, KEY).is_signed_for(item.content_digest)
    assert problems() == []


def test_it_is_carried_on_from_review_to_review(scene: Scene) -> None:
    scene.carried()
    third = scene.following("43")
    carrying.carry(scene.lead, scene.next, third, [KEY])

    item = reviews.answer(third, KEY)
    assert (item.signoff, seals_of(item)[0].given_for) == (reviews.answer(scene.first, KEY).signoff, "release 41")
    assert problems() == []


def test_it_holds_where_a_new_version_asks_the_same_item(scene: Scene) -> None:
    checklists.reworded({OTHER: "Callers are known in another way"})
    scene.next = scene.following("43")

    item, source = scene.carried(), reviews.answer(scene.first, KEY)

    said, signed = (answer.revisions.latest("number").content for answer in (item, source))
    assert item.content_digest != source.content_digest
    assert answer_rules.substance(_read(said)) == answer_rules.substance(_read(signed))
    assert problems() == []


def test_it_is_told_where_a_new_version_asks_the_item_in_other_words(scene: Scene) -> None:
    checklists.reworded({KEY: "Secrets are kept in another way"})
    scene.next = scene.following("43")
    scene.carried()

    assert [problem.partition(": ")[2] for problem in problems()] == [
        "a sign-off was carried here to an answer that says something else."
    ]


def test_it_is_told_where_the_answer_says_something_else(scene: Scene) -> None:
    carrying.carry(scene.lead, scene.first, scene.next, [KEY], signed=False)
    answers.describe(scene.engineer, answer=reviews.answer(scene.next, KEY), text="Now by hand.", version=0)
    carrying.seal(scene.lead, scene.next, [(reviews.answer(scene.first, KEY), reviews.answer(scene.next, KEY))])

    assert len(problems()) == 1
    assert "an answer that says something else" in problems()[0]


def _touch(scene: Scene, item: ItemAnswer) -> dict[str, object]:
    ItemAnswer.objects.filter(pk=item.pk).update(text_by=portal.person(identity=scene.approver.person.identity))
    return {}


def _change(_scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    return {"content_digest": "f" * 64}


def _void(scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    signoff = reviews.answer(scene.first, KEY).signoff
    signoffs.reopen(scene.engineer, answer=reviews.answer(scene.first, KEY), reason="Wrong run.")
    return {"signoff": signoff, "source_digest": signoff.content_digest if signoff else ""}


def _elsewhere(scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    other = reviews.answer(scene.first, OTHER)
    return {"source": other, "signoff": other.signoff, "source_digest": other.sealed_digest}


def _other_digest(_scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    return {"source_digest": "f" * 64}


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (_touch, "who wrote any part of it cannot sign it"),
        (_change, "what is signed is not what stands"),
        (_void, "no sign-off stands there to carry"),
        (_other_digest, "no sign-off stands there to carry"),
        (_elsewhere, "a sign-off is carried to the same item, or where a reference stands"),
    ],
)
def test_the_database_refuses_to_carry(
    scene: Scene, prepare: Callable[[Scene, ItemAnswer], dict[str, object]], words: str
) -> None:
    carrying.carry(scene.lead, scene.first, scene.next, [KEY], signed=False)
    item = reviews.answer(scene.next, KEY)
    changed = prepare(scene, item)

    with pytest.raises(IntegrityError, match=words):
        carrying.seal(scene.lead, scene.next, [(reviews.answer(scene.first, KEY), item)], **changed)


def test_a_round_has_one_seal_of_either_kind(scene: Scene) -> None:
    item = scene.carried()
    ItemAnswer.objects.filter(pk=item.pk).update(signoff=None, carried=None)

    with pytest.raises(Exception, match="signed already"):
        reviews.signed(scene.approver, reviews.answer(scene.next, KEY))

    reviews.signed(scene.approver, reviews.green(scene.engineer, reviews.answer(scene.next, OTHER)))
    pair = (reviews.answer(scene.first, OTHER), reviews.answer(scene.next, OTHER))
    with pytest.raises(IntegrityError, match="this round is signed already"):
        carrying.seal(scene.lead, scene.next, [pair])


def test_a_carried_sign_off_is_never_changed_nor_deleted(scene: Scene) -> None:
    scene.carried()
    for attempt in (
        lambda: CarriedSignOff.objects.update(content_digest="f" * 64),
        lambda: CarriedSignOff.objects.all()._raw_delete(using="default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()


def test_a_copy_of_evidence_is_withdrawn_by_itself(scene: Scene) -> None:
    scene.carried()
    signoffs.reopen(scene.engineer, answer=reviews.answer(scene.next, KEY), reason="A newer run is there.")
    copy = Evidence.objects.get(answer__review=scene.next)

    evidence.withdraw(scene.engineer, piece=copy, reason="Of release 41.")

    original = Evidence.objects.get(pk=copy.copied_from_id)
    assert original.withdrawn_at is None
    assert (original.content_digest, original.added_by, original.digest) == (
        copy.content_digest,
        copy.added_by,
        copy.digest,
    )
    assert problems() == []


def test_a_copy_of_evidence_says_what_its_source_says(scene: Scene) -> None:
    piece = Evidence.objects.filter(answer__review=scene.first)[0]
    event = AuditEvent.objects.latest("number")
    for changed in ({"content_digest": "f" * 64}, {"added_by": scene.approver.person}):
        fields = {"copied_from": piece, "copied_event": event, "answer": reviews.answer(scene.next, KEY), **changed}
        with pytest.raises(IntegrityError, match="says what its source says"), transaction.atomic():
            carrying.new(piece, public_id=scene.next.public_id, **fields).save(force_insert=True)


def test_evidence_that_was_made_to_name_another_release_is_told(scene: Scene) -> None:
    piece = Evidence.objects.filter(answer__review=scene.first)[0]
    record.put_guards_aside()
    Evidence.objects.filter(pk=piece.pk).update(release=scene.next.release)

    found = [str(problem) for problem in record_queries.problems(record_verification.Tally())]
    assert found == [f"Evidence {piece.public_id} is not what its digest says."]


def test_an_answer_elsewhere_serves_an_item_with_its_sign_off(scene: Scene) -> None:
    source, target = reviews.answer(scene.first, OTHER), reviews.answer(scene.next, KEY)

    reference = carrying.use(scene.engineer, source, target)

    item = reviews.answer(scene.next, KEY)
    assert item.is_signed_for(item.content_digest)
    assert item.signoff == source.signoff
    assert seals_of(item)[0].given_for == "release 41"
    assert problems() == []

    signoffs.reopen(scene.engineer, answer=item, reason="Its source changed.")
    carrying.end(scene.engineer, reference, "Its source changed.")
    assert not reviews.answer(scene.next, KEY).is_signed
    assert reviews.answer(scene.first, OTHER).is_signed
    assert problems() == []


def test_an_answer_may_serve_some_points_and_carries_no_sign_off_then(scene: Scene) -> None:
    carrying.use(scene.engineer, reviews.answer(scene.first, OTHER), reviews.answer(scene.next, KEY), points=[1])

    item = reviews.answer(scene.next, KEY)
    assert (item.is_signed, [tick.number for tick in item.ticks.all()]) == (False, [1])
    assert problems() == []


def test_a_sign_off_does_not_outlive_what_it_rests_on(scene: Scene) -> None:
    source, target = reviews.answer(scene.first, OTHER), reviews.answer(scene.next, KEY)
    reference = carrying.use(scene.engineer, source, target)
    signoffs.reopen(scene.engineer, answer=reviews.answer(scene.next, KEY), reason="Its source changed.")
    carrying.end(scene.engineer, reference, "Its source changed.")

    with pytest.raises(IntegrityError, match="where a reference stands"):
        carrying.seal(scene.lead, scene.next, [(source, target)], reference)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AnswerReference.objects.update(ended_at=None, ended_event=None)


def test_two_answers_do_not_serve_each_other(scene: Scene) -> None:
    carrying.use(scene.engineer, reviews.answer(scene.first, OTHER), reviews.answer(scene.next, KEY))

    with pytest.raises(IntegrityError, match="do not serve each other"):
        carrying.use(scene.engineer, reviews.answer(scene.next, KEY), reviews.answer(scene.first, OTHER))


def test_several_items_are_signed_in_one_act_with_a_list(scene: Scene) -> None:
    items = [reviews.green(scene.engineer, reviews.answer(scene.next, key)) for key in (KEY, OTHER)]

    signed = _signed_together(scene.approver, items)

    event = AuditEvent.objects.get(verb="signoff.granted", pk=signed[0].event_id)
    assert [one.event_id for one in signed] == [event.pk, event.pk]
    assert f'"items":["{KEY}","{OTHER}"]' in event.body
    assert all(reviews.answer(scene.next, key).is_signed for key in (KEY, OTHER))
    assert problems() == []


def test_a_row_that_is_gone_from_the_list_of_an_act_is_told(scene: Scene) -> None:
    items = [reviews.green(scene.engineer, reviews.answer(scene.next, key)) for key in (KEY, OTHER)]
    gone = _signed_together(scene.approver, items)[1]
    ItemAnswer.objects.filter(signoff=gone).update(signoff=None)
    record.put_guards_aside()
    SignOff.objects.filter(pk=gone.pk)._raw_delete(using="default")

    found = [str(problem) for problem in record_queries.problems(record_verification.Tally())]
    assert found == [f"event {gone.event_id}: it lists 2 sign-offs, of which 1 are there."]


def test_a_pack_says_where_a_carried_sign_off_was_given_and_who_answered(scene: Scene) -> None:
    scene.carried()
    now = clock.now()
    at = moments.moment(AuditEvent.objects.latest("number"), now.date(), now.date(), now)
    service = pack_reviews.as_it_stood(scene.service, at)

    shown = {review.release: review for review in pack_reviews.of_service(service, at, Meanings())}

    item = next(item for item in shown["42"].items if item.key == KEY)
    assert [(one.carried_from, one.signature.by.name, one.void) for one in item.signoffs] == [
        ("release 41", "Alma Approver", None)
    ]
    assert (item.rated_by, {point.by for point in item.points}) == ("Enno Engineer", {"Enno Engineer"})
    own = next(item for item in shown["41"].items if item.key == KEY)
    assert [one.carried_from for one in own.signoffs] == [""]


@transaction.atomic
def _signed_together(by: Access, items: list[ItemAnswer]) -> list[SignOff]:
    found = [reviews.answer(item.review, item.item_key) for item in items]
    return signoffs._sign(by, found, Proof("password", clock.now()), clock.now(), "")


def _read(content: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(content)
    return found
