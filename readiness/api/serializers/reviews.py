"""The shapes of a review and of its items: state, sign-off, where an answer came from and what it rests on."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.models import AuditText
from readiness.choices import ItemState, ReviewState, TemplateKey
from readiness.models import AnswerReference, CarriedAnswer, Review
from readiness.queries.covering import Offer
from readiness.queries.item_cards import ItemCard
from readiness.queries.reviews import ReviewPage
from readiness.queries.seals import Seal
from readiness.rules import answering

OUTLOOKS = ["not-ready", "conditions", "ready", "empty"]


class AbandonedShape(serializers.Serializer[Any]):
    """Who gave a review up, and why; when is its `closed_at`."""

    by = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Empty once it was erased from the record.")


class ReviewShape(serializers.Serializer[Any]):
    """One review of a service."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TemplateKey.values)
    state = serializers.ChoiceField(choices=ReviewState.values)
    release = serializers.CharField(allow_null=True)
    checklist = serializers.CharField(help_text="The version of its checklist.")
    started_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    abandoned = AbandonedShape(allow_null=True)


class SignedShape(serializers.Serializer[Any]):
    """The sign-off that stands on an item."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    digest = serializers.CharField()
    carried_from = serializers.CharField(allow_null=True, help_text="What it was given for, where it was carried here.")


class OriginShape(serializers.Serializer[Any]):
    """Where an answer was carried from."""

    review = serializers.IntegerField()
    release = serializers.CharField(allow_null=True)
    kept = serializers.ChoiceField(choices=CarriedAnswer.Kept.values)
    reason = serializers.CharField(allow_blank=True, help_text="Why its sign-off was not kept.")


class ReferenceShape(serializers.Serializer[Any]):
    """An answer of another review that serves the item; without points, as a whole."""

    review = serializers.IntegerField()
    item = serializers.CharField()
    points = serializers.ListField(child=serializers.IntegerField())
    digest = serializers.CharField()


class OfferShape(serializers.Serializer[Any]):
    """An answer of another review that may serve the item: “Use it”; without points, as a whole."""

    review = serializers.IntegerField()
    item = serializers.CharField()
    title = serializers.CharField()
    points = serializers.ListField(child=serializers.IntegerField())


class ItemShape(serializers.Serializer[Any]):
    """One item of a review, as it counts now."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    critical = serializers.BooleanField()
    stage = serializers.CharField()
    state = serializers.ChoiceField(choices=ItemState.values)
    counts = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    left_out_reason = serializers.CharField(allow_blank=True)
    digest = serializers.CharField(allow_blank=True)
    signed = SignedShape(allow_null=True)
    reopened_because = serializers.CharField(allow_blank=True)
    origin = OriginShape(allow_null=True)
    references = ReferenceShape(many=True)
    outdated_evidence = serializers.IntegerField()


class ReviewInput(Input):
    """A new review; a deployment review belongs to a release, the others to the service."""

    kind = serializers.ChoiceField(choices=TemplateKey.values)
    release = serializers.CharField(required=False, max_length=120, help_text="The label of one of the service.")


class AbandonInput(Input):
    """Why it is given up."""

    reason = serializers.CharField(max_length=answering.LONGEST_REASON)


class BlockerShape(serializers.Serializer[Any]):
    """An item that stands between a review and a go."""

    item = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()


class SummaryShape(serializers.Serializer[Any]):
    """Where a review stands before the go: answered and green are two numbers; what is on credit is not green."""

    outlook = serializers.ChoiceField(choices=OUTLOOKS)
    applicable = serializers.IntegerField()
    answered = serializers.IntegerField()
    green = serializers.IntegerField()
    on_credit = serializers.IntegerField()
    in_the_way = BlockerShape(many=True, help_text="The worst first.")
    not_closed_because = serializers.CharField(allow_blank=True, help_text="Of a pre-launch review or an assessment.")
    after_go = serializers.IntegerField(help_text="Items that open after the deployment.")
    reopened = serializers.IntegerField()
    offers = serializers.IntegerField(help_text="Items that an answer elsewhere may serve.")


class OneReviewShape(ReviewShape):
    """A review and where it stands."""

    service = serializers.SlugField()
    started_by = serializers.CharField()
    summary = SummaryShape()
    page = serializers.URLField()


class ItemsShape(serializers.Serializer[Any]):
    """All items of one review, in the order of its checklist."""

    results = ItemShape(many=True)


def review(found: Review, given_up: AuditText | None = None) -> dict[str, Any]:
    """A review as it is listed; `given_up` is the reason of an abandoned one, with its event."""
    return {
        "id": str(found.public_id),
        "number": found.number,
        "kind": found.kind,
        "state": found.state,
        "release": found.release.label if found.release else None,
        "checklist": found.template_version.number,
        "started_at": utc_text(found.started_at),
        "closed_at": utc_text(found.closed_at) if found.closed_at else None,
        "abandoned": _abandoned(given_up) if given_up else None,
    }


def _abandoned(said: AuditText) -> dict[str, Any]:
    actor = said.event.actor
    return {"by": actor.name if actor else "", "reason": said.value}


def whole(page: ReviewPage) -> dict[str, Any]:
    """A review with where it stands."""
    found = page.review
    return {
        **review(found, page.given_up),
        "service": found.service.slug,
        "started_by": found.started_by.name,
        "summary": _summary(page),
        "page": settings.BASE_URL + found.get_absolute_url(),
    }


def _summary(page: ReviewPage) -> dict[str, Any]:
    found, progress = page.summary, page.summary.progress
    is_deployment = page.review.kind == TemplateKey.DEPLOYMENT
    return {
        "outlook": found.outlook,
        "applicable": progress.applicable,
        "answered": progress.answered,
        "green": progress.green,
        "on_credit": progress.waived,
        "in_the_way": [{"item": one.answer.item_key, "title": one.title, "why": one.why} for one in found.blockers],
        "not_closed_because": "" if is_deployment else found.closing,
        "after_go": found.after_go,
        "reopened": page.reopened,
        "offers": page.offers,
    }


def offer(found: Offer) -> dict[str, Any]:
    """An answer elsewhere that may serve an item."""
    number = found.source.review.number
    return {"review": number, "item": found.source.item_key, "title": found.title, "points": list(found.points)}


def item(card: ItemCard) -> dict[str, Any]:
    """An item as its card shows it."""
    answer, seal = card.answer, card.standing_seal
    return {
        "id": str(answer.public_id),
        "key": card.key,
        "title": card.item.title,
        "critical": answer.critical,
        "stage": answer.stage,
        "state": card.state,
        "counts": card.counts,
        "text": answer.text,
        "left_out_reason": answer.left_out_reason,
        "digest": answer.content_digest,
        "signed": _signed(seal) if seal else None,
        "reopened_because": card.reopened,
        "origin": _origin(card.origin) if card.origin else None,
        "references": [_reference(one) for one in card.references],
        "outdated_evidence": sum(1 for line in card.evidence if line.outdated),
    }


def _signed(seal: Seal) -> dict[str, Any]:
    return {
        "by": seal.signoff.person.name,
        "at": utc_text(seal.signoff.signed_at),
        "digest": seal.digest,
        "carried_from": seal.given_for or None,
    }


def _origin(origin: CarriedAnswer) -> dict[str, Any]:
    source = origin.source.review
    label = source.release.label if source.release else None
    return {"review": source.number, "release": label, "kept": origin.kept, "reason": origin.reason}


def _reference(one: AnswerReference) -> dict[str, Any]:
    return {
        "review": one.source.review.number,
        "item": one.source.item_key,
        "points": list(one.points),
        "digest": one.source_digest,
    }
