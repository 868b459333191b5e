"""What the tables refuse of carried sign-offs and of answers that serve others, and what the record tells of them.

All stands there by the product's actions; only what no action does is written by hand (`seal`).
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal import audit, clock, record_verification
from portal.identity import Proof
from portal.models import AuditEvent
from readiness import verbs
from readiness.actions import answers, carrying, covering, evidence, reviews, signoffs
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
from tests.factories import checklists, next_release, portal, record
from tests.factories import reviews as review_factory
from tests.factories.next_release import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY, OTHER = "env.secrets", "api.auth"
"""Two critical items that depend on the service: their answers and sign-offs are kept."""
SERVED = "access.rate-limit"
"""The item of an assessment that the second one covers."""
EACH, OTHERS = "sec.access", "access.audit-log"
"""Two items of which either may serve the other."""


@pytest.fixture
def scene() -> Scene:
    return next_release.scene([KEY, OTHER])


@pytest.fixture
def following(scene: Scene) -> Review:
    """The review of the next release: both items are signed there, by what was carried."""
    return scene.next_review()


def answer(review: Review, key: str = KEY) -> ItemAnswer:
    return review_factory.answer(review, key)


def problems() -> list[str]:
    return [str(problem) for problem in record_verification.verify().problems]


def seals_of(item: ItemAnswer) -> list[seals.Seal]:
    return list(seals.of_answers([item.pk])[item.pk])


def reopened(scene: Scene, item: ItemAnswer) -> ItemAnswer:
    signoffs.reopen(scene.engineer, answer=item, reason="A newer run is there.")
    return answer(item.review, item.item_key)


@transaction.atomic
def seal(scene: Scene, there: ItemAnswer, here: ItemAnswer, **changed: Any) -> None:
    """Lets the sign-off on one answer stand on another, with its event, no rule before it; `changed` sets columns."""
    fields = {
        "answer": here,
        "round": here.round,
        "signoff": there.signoff,
        "source": there,
        "source_digest": there.sealed_digest,
        "content_digest": here.content_digest,
        "carried_at": clock.now(),
    }
    row = CarriedSignOff(**{**fields, **changed})
    facts = carrying.seal_facts(here.review, [row])
    scope = scene.service.scope
    row.event = audit.record(scene.lead, verbs.SIGNOFF_CARRIED, here.review, scope=scope, facts=facts)
    row.save()
    ItemAnswer.objects.filter(pk=here.pk).update(signoff=row.signoff, carried=row)


def test_a_carried_sign_off_stands_in_both_reviews_and_the_record_holds(scene: Scene, following: Review) -> None:
    item, source = answer(following), answer(scene.first)

    assert item.signoff == source.signoff == SignOff.objects.get(answer=source)
    assert item.is_signed_for(item.content_digest)
    assert source.is_signed_for(source.content_digest)
    assert problems() == []


def test_it_reads_by_whom_when_and_for_which_release_it_was_given(scene: Scene, following: Review) -> None:
    item = answer(following)
    card = review_queries.card(item, scene.engineer)

    assert card.standing_seal is not None
    assert card.standing_seal.signoff.person == scene.approver.person
    assert card.standing_seal.given_for == "release 41"
    assert card.standing_seal.digest == item.content_digest
    own = review_queries.card(answer(scene.first), scene.engineer).standing_seal
    assert own is not None
    assert own.given_for == ""

    client = Client()
    client.force_login(scene.engineer.person)
    page = client.get(following.get_absolute_url()).content.decode()
    assert "Signed by Alma Approver" in page
    assert "for release 41" in page


def test_a_go_reads_a_carried_sign_off_as_one(scene: Scene, following: Review) -> None:
    reopened(scene, answer(following, OTHER))
    environment = scene.service.environments.all()[0].name
    subject = launch_subjects.find(scene.lead, scene.service.slug, "42", environment)
    assert subject is not None

    items = {item.answer.item_key: item for item in launch.look(subject, scene.lead, clock.now()).watch.items}

    assert (items[KEY].signed, items[OTHER].signed) == (True, False)
    assert items[KEY].why == "green, signed"


def test_reopening_it_leaves_the_old_review_signed(scene: Scene, following: Review) -> None:
    item, source = reopened(scene, answer(following)), answer(scene.first)
    assert (item.is_signed, item.carried, item.round) == (False, None, 2)
    assert source.is_signed
    assert source.round == 1
    assert [bool(seal.void) for seal in seals_of(item)] == [True]
    assert [bool(seal.void) for seal in seals_of(source)] == [False]
    assert SignOffVoid.objects.get().carried == CarriedSignOff.objects.get(answer=item)

    review_factory.signed(scene.approver, item)
    assert [bool(seal.void) for seal in seals_of(item)] == [True, False]
    assert problems() == []


def test_reopening_the_old_one_leaves_the_carried_one_standing(scene: Scene, following: Review) -> None:
    reopened(scene, answer(scene.first))

    assert answer(following).is_signed_for(answer(following).content_digest)
    assert problems() == []


def test_it_holds_where_a_new_version_asks_the_same_item(scene: Scene) -> None:
    checklists.reworded({OTHER: "Callers are known in another way"})
    item, source = answer(scene.next_review()), answer(scene.first)

    said, signed = (answer.revisions.latest("number").content for answer in (item, source))
    assert item.content_digest != source.content_digest
    assert answer_rules.substance(_read(said)) == answer_rules.substance(_read(signed))
    assert item.is_signed
    assert problems() == []


def test_it_is_told_where_a_new_version_asks_the_item_in_other_words(scene: Scene) -> None:
    checklists.reworded({KEY: "Secrets are kept in another way"})
    seal(scene, answer(scene.first), answer(scene.next_review()))

    assert [problem.partition(": ")[2] for problem in problems()] == [
        "a sign-off was carried here to an answer that says something else."
    ]


def test_it_is_told_where_the_answer_says_something_else(scene: Scene, following: Review) -> None:
    item = reopened(scene, answer(following))
    item = answers.describe(scene.engineer, answer=item, text="Now by hand.", version=item.text_version)
    seal(scene, answer(scene.first), item)

    assert len(problems()) == 1
    assert "an answer that says something else" in problems()[0]


def _touch(scene: Scene, item: ItemAnswer) -> dict[str, object]:
    ItemAnswer.objects.filter(pk=item.pk).update(text_by=portal.person(identity=scene.approver.person.identity))
    return {}


def _change(_scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    return {"content_digest": "f" * 64}


def _void(scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    signoff = answer(scene.first).signoff
    reopened(scene, answer(scene.first))
    return {"signoff": signoff, "source_digest": signoff.content_digest if signoff else ""}


def _elsewhere(scene: Scene, _item: ItemAnswer) -> dict[str, object]:
    other = answer(scene.first, OTHER)
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
    scene: Scene, following: Review, prepare: Callable[[Scene, ItemAnswer], dict[str, object]], words: str
) -> None:
    item = reopened(scene, answer(following))
    changed = prepare(scene, item)

    with pytest.raises(IntegrityError, match=words):
        seal(scene, answer(scene.first), item, **changed)


def test_a_round_has_one_seal_of_either_kind(scene: Scene, following: Review) -> None:
    ItemAnswer.objects.filter(pk=answer(following).pk).update(signoff=None, carried=None)
    with pytest.raises(Exception, match="signed already"):
        review_factory.signed(scene.approver, answer(following))

    review_factory.signed(scene.approver, reopened(scene, answer(following, OTHER)))
    with pytest.raises(IntegrityError, match="this round is signed already"):
        seal(scene, answer(scene.first, OTHER), answer(following, OTHER))


@pytest.mark.usefixtures("following")
def test_a_carried_sign_off_is_never_changed_nor_deleted() -> None:
    for attempt in (
        lambda: CarriedSignOff.objects.update(content_digest="f" * 64),
        lambda: CarriedSignOff.objects.all()._raw_delete(using="default"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()


def test_a_copy_of_evidence_is_withdrawn_by_itself(scene: Scene, following: Review) -> None:
    reopened(scene, answer(following))
    copy = Evidence.objects.get(answer=answer(following))

    evidence.withdraw(scene.engineer, piece=copy, reason="Of release 41.")

    original = Evidence.objects.get(pk=copy.copied_from_id)
    assert original.withdrawn_at is None
    assert (original.content_digest, original.added_by, original.digest) == (
        copy.content_digest,
        copy.added_by,
        copy.digest,
    )
    assert problems() == []


def test_a_copy_of_evidence_says_what_its_source_says(scene: Scene, following: Review) -> None:
    piece = Evidence.objects.filter(answer__review=scene.first)[0]
    event = AuditEvent.objects.latest("number")
    for changed in ({"content_digest": "f" * 64}, {"added_by": scene.approver.person}):
        copy = carrying.new(carrying.copied_piece(piece, answer(following)), copied_event=event, **changed)
        with pytest.raises(IntegrityError, match="says what its source says"), transaction.atomic():
            copy.save(force_insert=True)


def test_evidence_that_was_made_to_name_another_release_is_told(scene: Scene) -> None:
    piece = Evidence.objects.filter(answer__review=scene.first)[0]
    record.put_guards_aside()
    Evidence.objects.filter(pk=piece.pk).update(release=scene.planned())

    found = [str(problem) for problem in record_queries.problems(record_verification.Tally())]
    assert found == [f"Evidence {piece.public_id} is not what its digest says."]


def test_a_sign_off_does_not_outlive_what_it_rests_on(scene: Scene) -> None:
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, SERVED))
    reference = AnswerReference.objects.get()
    covering.stop(scene.engineer, answer=answer(assessment, SERVED), reason="The limits differ.")

    with pytest.raises(IntegrityError, match="where a reference stands"):
        seal(scene, answer(scene.first, OTHER), answer(assessment, SERVED), reference=reference)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AnswerReference.objects.update(ended_at=None, ended_event=None)


def test_two_answers_do_not_serve_each_other() -> None:
    scene = next_release.scene([EACH])
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, OTHERS))
    back = carrying.new(AnswerReference.objects.get(), public_id=assessment.public_id)
    back.answer, back.source = back.source, back.answer
    back.source_digest = back.source.content_digest

    with pytest.raises(IntegrityError, match="do not serve each other"):
        back.save()


def test_a_row_that_is_gone_from_the_list_of_an_act_is_told(scene: Scene, following: Review) -> None:
    digests = {key: reopened(scene, answer(following, key)).content_digest for key in (KEY, OTHER)}
    proof = Proof("password", clock.now())
    gone = signoffs.grant_several(scene.approver, review=following, digests=digests, proof=proof)[1].signoff
    assert gone is not None
    ItemAnswer.objects.filter(signoff=gone).update(signoff=None)
    record.put_guards_aside()
    SignOff.objects.filter(pk=gone.pk)._raw_delete(using="default")

    found = [str(problem) for problem in record_queries.problems(record_verification.Tally())]
    assert found == [f"event {gone.event_id}: it lists 2 sign-offs, of which 1 are there."]


@pytest.mark.usefixtures("following")
def test_a_pack_says_where_a_carried_sign_off_was_given_and_who_answered(scene: Scene) -> None:
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
    version = scene.first.template_version
    assert [one.signature.policy for one in (*item.signoffs, *own.signoffs)] == [str(version)] * 2
    assert [shown[label].number for label in ("41", "42")] == [1, 2]


def test_a_pack_says_what_an_item_rests_on() -> None:
    scene = next_release.scene([OTHER, EACH])
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use_all(scene.engineer, review=assessment)
    now = clock.now()
    at = moments.moment(AuditEvent.objects.latest("number"), now.date(), now.date(), now)
    service = pack_reviews.as_it_stood(scene.service, at)

    found = next(one for one in pack_reviews.of_service(service, at, Meanings()) if not one.release)

    items = {item.key: item for item in found.items}
    signed = SignOff.objects.get(answer__review=scene.first, answer__item_key=OTHER).signed_at
    there = f"answered in review 1 ({scene.first}), signed there by Alma Approver, {signed:%Y-%m-%d %H:%M:%S} UTC"
    assert items[SERVED].rests_on == (f"It rests on {OTHER}, {there}",)
    assert [one.carried_from for one in items[SERVED].signoffs] == ["release 41"]
    (said,) = items[OTHERS].rests_on
    assert said.startswith(f"Point 1 rests on {EACH}, answered in review 1 ({scene.first}), ")


def test_a_pack_says_who_gave_a_review_up_and_why() -> None:
    scene = next_release.scene()
    given_up = reviews.start(scene.lead, service=scene.service, kind="pillars")
    reviews.abandon(scene.lead, review=given_up, reason="Too early: no traffic yet.")
    now = clock.now()
    at = moments.moment(AuditEvent.objects.latest("number"), now.date(), now.date(), now)
    service = pack_reviews.as_it_stood(scene.service, at)

    found = {one.state: one.abandoned for one in pack_reviews.of_service(service, at, Meanings())}

    assert found["Abandoned"] == f"by {scene.lead.person.name}: Too early: no traffic yet"
    assert {reason for state, reason in found.items() if state != "Abandoned"} == {""}


def _read(content: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(content)
    return found
