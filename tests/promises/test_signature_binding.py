"""R08: a sign-off dies when what was signed changes, and a go with it.

Every part of what is signed, and every part of what a go rests on: changed through the product it is refused or made
void in the same transaction; changed past the product it no longer counts.
"""

import dataclasses
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from portal import canonical, clock
from portal.errors import DomainError
from portal.models import AuditEvent
from readiness.actions import answers, ending, evidence, releases, service_changes, signoffs, targets
from readiness.models import (
    AnswerReference,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Review,
    Service,
    ServiceTarget,
    SignOff,
    SignOffVoid,
    TemplateVersion,
)
from readiness.queries import gate
from readiness.rules.answers import AnswerContent
from readiness.rules.measures import Targets
from tests.factories import launches, readiness
from tests.factories import reviews as review_factory
from tests.harness import results

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

KEY = "deploy.rollout"
Change = Callable[[launches.Scene, ItemAnswer], object]


THROUGH_THE_PRODUCT: dict[str, Change] = {
    "rating": lambda scene, item: answers.rate(
        scene.access("engineer"), answer=item, rating="", version=item.rating_version
    ),
    "text": lambda scene, item: answers.describe(
        scene.access("engineer"), answer=item, text="Changed.", version=item.text_version
    ),
    "points": lambda scene, item: answers.mark_point(
        scene.access("engineer"), answer=item, number=1, state="na", reason="Not here.", version=1
    ),
    "values": lambda scene, item: answers.measure(
        scene.access("engineer"), answer=item, name="p95_ms", value="7", version=0
    ),
    "evidence": lambda scene, item: review_factory.link(scene.access("engineer"), item, title="Run 1190"),
    "evidence withdrawn": lambda scene, item: evidence.withdraw(
        scene.access("engineer"), piece=_first_piece(item), reason="The wrong run."
    ),
}
"""A change of each signed field, as a person makes it."""

PAST_THE_PRODUCT: dict[str, Change] = {
    "rating": lambda _scene, item: ItemAnswer.objects.filter(pk=item.pk).update(rating="red"),
    "text": lambda _scene, item: ItemAnswer.objects.filter(pk=item.pk).update(text="Changed."),
    "points": lambda _scene, item: PointTick.objects.filter(answer=item).update(state="na", reason="Not here."),
    "values": lambda scene, item: MeasuredValue.objects.create(
        answer=item, name="p95_ms", value="7", by=scene.engineer, at=clock.now()
    ),
    "template_digest": lambda _scene, item: _moved_to_another_template(item),
    "asked": lambda _scene, item: _moved_to_another_template(item, title="Secrets are kept somewhere"),
    "covered_by": lambda scene, item: _served_by_another(scene, item),
}
"""The same with a hand in the database. Evidence cannot be changed there: the database refuses."""


def _first_piece(item: ItemAnswer) -> object:
    piece = item.evidence.select_related("attachment").first()
    assert piece is not None
    piece.answer = item
    return piece


def _moved_to_another_template(item: ItemAnswer, **asked: str) -> None:
    current = item.review.template_version
    content = json.loads(current.content)
    for section in content["sections"]:
        section["items"] = [row | (asked if row["key"] == KEY else {}) for row in section["items"]]
    other = TemplateVersion.objects.create(
        template=current.template,
        number="0.6",
        content=json.dumps(content),
        digest=canonical.digest({"asked": list(asked)}),
        published_at=clock.now(),
    )
    Review.objects.filter(pk=item.review_id).update(template_version=other)


def _served_by_another(scene: launches.Scene, item: ItemAnswer) -> None:
    source = review_factory.answer(scene.review, "api.endpoints")
    AnswerReference.objects.create(
        answer=item,
        source=source,
        source_digest=source.content_digest,
        used_by=scene.engineer,
        used_at=clock.now(),
        event=AuditEvent.objects.latest("number"),
    )


def test_every_part_of_what_is_signed_is_tried() -> None:
    signed = {field.name for field in dataclasses.fields(AnswerContent)} - {"item_key"}
    tried = set(THROUGH_THE_PRODUCT) | set(PAST_THE_PRODUCT)
    results.tell("R08", f"{len(signed & tried)}-of-{len(signed)}-fields", "all", kept=signed <= tried)


@pytest.mark.parametrize("part", THROUGH_THE_PRODUCT)
def test_a_signed_item_is_locked_and_reopening_it_voids_the_sign_off(part: str) -> None:
    scene = launches.scene()
    item = review_factory.answer(scene.review, KEY)
    with pytest.raises(DomainError, match="Reopen it first"):
        THROUGH_THE_PRODUCT[part](scene, item)
    signed = SignOff.objects.get(answer=item)

    signoffs.reopen(scene.access("engineer"), answer=review_factory.answer(scene.review, KEY), reason="New numbers.")

    void = SignOffVoid.objects.get(signoff=signed)
    item = review_factory.answer(scene.review, KEY)
    assert (item.signoff, item.round, void.reason) == (None, 2, "New numbers.")
    assert AuditEvent.objects.get(pk=void.event_id).verb == "signoff.voided"
    results.tell("R08", f"{part.replace(' ', '-')}-voided", "voided", kept=True)


@pytest.mark.parametrize("part", PAST_THE_PRODUCT)
def test_what_was_changed_past_the_product_no_longer_counts_as_signed(part: str) -> None:
    scene = launches.scene()
    assert launches.look(scene).outlook.go.possible
    PAST_THE_PRODUCT[part](scene, review_factory.answer(scene.review, KEY))

    with pytest.raises(DomainError) as refusal:
        launches.decide(scene)

    reasons = " ".join(refusal.value.errors["verdict"])
    kept = "not signed off" in reasons or "A critical item is not met" in reasons
    results.tell("R08", f"{part}-past-the-product-refused-{kept}", "refused", kept=kept)


@pytest.mark.parametrize("fields", [{"digest": "0" * 64}, {"title": "Another run"}, {"observed_on": "2020-01-01"}])
def test_evidence_is_never_changed_not_even_in_the_database(fields: dict[str, str]) -> None:
    scene = launches.scene()
    piece = review_factory.answer(scene.review, KEY).evidence.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(piece).objects.filter(pk=piece.pk).update(**fields)


def test_a_sign_off_is_of_the_content_one_saw() -> None:
    scene = launches.scene(signed=False)
    item = review_factory.answer(scene.review, KEY)
    seen = item.content_digest
    answers.describe(scene.access("engineer"), answer=item, text="Changed meanwhile.", version=0)
    with pytest.raises(DomainError, match="has changed since you opened it"):
        signoffs.grant(
            scene.access("approver"),
            answer=review_factory.answer(scene.review, KEY),
            digest=seen,
            proof=launches.proof(),
        )


def _trait(scene: launches.Scene) -> None:
    service = Service.objects.get(pk=scene.service.pk)
    facts = readiness.facts(name=service.name, tier=2, caching=True)
    service_changes.change(
        scene.access("lead"),
        service=service,
        owner=scene.lead,
        facts=facts,
        restricted=False,
        revision=service.revision,
    )


def _target(scene: launches.Scene) -> None:
    revision = ServiceTarget.objects.filter(service=scene.service).values_list("revision", flat=True).first() or 0
    targets.change(scene.access("lead"), service=scene.service, targets=Targets(p95_ms=Decimal(700)), revision=revision)


def _void(scene: launches.Scene) -> None:
    with transaction.atomic():
        ending.void(None, review_factory.answer(scene.review, KEY), "The signer left the team.")


def _answer(scene: launches.Scene) -> None:
    ItemAnswer.objects.filter(review=scene.review, item_key=KEY).update(
        content_digest="0" * 64, revision=F("revision") + 1
    )


def _waiver(scene: launches.Scene) -> None:
    launches.waived(scene, KEY, until=clock.today_in("UTC"))


def _carried(scene: launches.Scene) -> None:
    scene.release.model_versions.add(readiness.model_version(readiness.model(scene.service)))


RESTS_ON: dict[str, Callable[[launches.Scene], None]] = {
    "a trait": _trait,
    "a target": _target,
    "a sign-off": _void,
    "an answer": _answer,
    "a waiver": _waiver,
    "what the release carries": _carried,
}


@pytest.mark.parametrize("part", RESTS_ON)
def test_a_go_whose_ground_has_moved_is_denied_at_the_gate_and_says_what_moved(part: str) -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    RESTS_ON[part](scene)

    asked = gate.ask(
        scene.access("engineer"),
        scene.service.slug,
        release="3.2.0",
        environment="staging",
        purpose="deploy",
        now=clock.now(),
    )

    assert asked is not None
    codes = [reason.code for reason in asked.answer.reasons]
    denied = asked.answer.verdict == "deny" and "changed-since-decision" in codes
    assert json.loads(decision.snapshot)["governed"]
    results.tell("R08", f"{part.replace(' ', '-')}-{asked.answer.verdict}", "deny", kept=denied)


def test_a_release_that_is_decided_keeps_what_it_carries() -> None:
    scene = launches.scene()
    launches.decide(scene)
    facts = releases.ReleaseFacts("3.2.0", ("model",))
    with pytest.raises(DomainError, match="A go was recorded on this release"):
        releases.change(
            scene.access("lead"), release=scene.release, facts=facts, seen=releases.release_queries.seen(scene.release)
        )
