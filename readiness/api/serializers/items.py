"""The shapes of one item with all that its card shows, and of what is said of it."""

import datetime
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from portal.api.fields import LARGEST_NUMBER, Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.models import User
from readiness.api.serializers import evidence
from readiness.api.serializers import reviews as review_shapes
from readiness.api.serializers.evidence import EvidenceShape
from readiness.api.serializers.reviews import ItemShape
from readiness.choices import Colour, PointState
from readiness.models import Comment
from readiness.queries.item_cards import ItemCard
from readiness.queries.item_lines import EvidenceLine, PointLine, ValueLine
from readiness.rules import answering

LONGEST_VALUE = 120
MOST_PARTS = 100
TWICE = "It is given more than once."


class PointShape(serializers.Serializer[Any]):
    """One point that the service is asked, and what was last said of it."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=PointState.values)
    reason = serializers.CharField(allow_blank=True, help_text="Why it does not apply, where it was set aside.")
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Send it back with a change; 0 before the first.")
    served = serializers.BooleanField(help_text="An answer elsewhere speaks for it.")


class ValueShape(serializers.Serializer[Any]):
    """One number of a measured item, or one part of a guardrail."""

    name = serializers.CharField(help_text="Send it back with a change.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the shape, not a field’s label
    unit = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Send it back with a change; 0 before the first.")


class MeasuredShape(serializers.Serializer[Any]):
    """What the numbers say against the service’s targets: the portal decides, not the team."""

    outcome = serializers.CharField()
    sentence = serializers.CharField()


class HeldEvidenceShape(EvidenceShape):
    """A piece with why it counts no more, if so."""

    outdated = serializers.CharField(allow_blank=True)


class CommentShape(serializers.Serializer[Any]):
    """A word on an item; no part of what is signed."""

    id = serializers.UUIDField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class ReturnedShape(serializers.Serializer[Any]):
    """Who gave the item back instead of signing it, and why."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class OneItemShape(ItemShape):
    """An item with all that its card shows, and the version of each part that a change starts from."""

    service = serializers.SlugField()
    review = serializers.UUIDField()
    why = serializers.CharField(help_text="Why it matters.")
    how = serializers.CharField(help_text="How it is verified.")
    proof = serializers.CharField(help_text="What evidence proves it.")
    rating = serializers.ChoiceField(choices=["", *Colour.values])
    rating_by = serializers.CharField(allow_blank=True)
    rating_at = serializers.DateTimeField(allow_null=True)
    rating_version = serializers.IntegerField()
    text_by = serializers.CharField(allow_blank=True)
    text_at = serializers.DateTimeField(allow_null=True)
    text_version = serializers.IntegerField()
    points = PointShape(many=True)
    values = ValueShape(many=True)
    measured = MeasuredShape(allow_null=True)
    evidence = HeldEvidenceShape(many=True)
    comments = CommentShape(many=True)
    owner = serializers.CharField(help_text="Whose it is: its own person, its domain’s, or the service’s.")
    assignee = serializers.EmailField(allow_null=True, help_text="Its own person, where it was given to one.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of an item after the go.")
    asked_at = serializers.DateTimeField(allow_null=True, help_text="When a sign-off was asked for last.")
    returned = ReturnedShape(allow_null=True)
    waiver = serializers.UUIDField(allow_null=True, help_text="The one that speaks for it.")
    offers = review_shapes.OfferShape(many=True)
    obstacles = serializers.ListField(child=serializers.CharField(), help_text="What stands between it and green.")
    locked = serializers.CharField(allow_blank=True, help_text="Why nobody can change it now.")
    not_signed_because = serializers.ListField(
        child=serializers.CharField(), help_text="Why you cannot sign it; empty where you can, on its page."
    )
    revision = serializers.IntegerField()
    page = serializers.URLField()


class PointInput(Input):
    """What is said of one point."""

    number = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    state = serializers.ChoiceField(choices=PointState.values)
    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=answering.LONGEST_REASON,
        help_text="Why it does not apply; needed for `na`.",
    )
    version = Version(help_text="The one you saw, where the item’s ETag is not sent.")


class ValueInput(Input):
    """One measured value; empty takes it out."""

    name = serializers.CharField(max_length=80)
    value = serializers.CharField(allow_blank=True, max_length=LONGEST_VALUE)
    version = Version(help_text="The one you saw, where the item’s ETag is not sent.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Answered green",
            value={
                "points": [{"number": 1, "state": "ticked", "version": 0}],
                "text": "Proven in run 1184.",
                "text_version": 0,
                "rating": "green",
                "rating_version": 0,
            },
            request_only=True,
        )
    ]
)
class ItemChange(Input):
    """What becomes of an item; what is left out stays. All of it is saved, or nothing.

    Say what you saw: the item’s `ETag` as `If-Match`, or the version of each part that you change.
    """

    rating = serializers.ChoiceField(choices=["", *Colour.values], required=False, help_text="Empty takes it back.")
    rating_version = Version()
    text = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=answering.LONGEST_TEXT
    )
    text_version = Version()
    points = serializers.ListField(child=PointInput(), required=False, default=list, max_length=MOST_PARTS)
    values = serializers.ListField(child=ValueInput(), required=False, default=list, max_length=MOST_PARTS)

    def validate_points(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each point once."""
        return _once(given, "number")

    def validate_values(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each value once."""
        return _once(given, "name")


class GuardrailInput(Input):
    """A threshold that must never be crossed."""

    name = serializers.CharField(max_length=LONGEST_VALUE)
    value = serializers.CharField(max_length=40, help_text="What was measured.")
    direction = serializers.ChoiceField(choices=["at-most", "at-least"])
    limit = serializers.CharField(max_length=40)


class CommentInput(Input):
    """A word on an item."""

    text = serializers.CharField(max_length=answering.LONGEST_COMMENT)


class ReasonInput(Input):
    """Why."""

    reason = serializers.CharField(max_length=answering.LONGEST_REASON)


class OptionalReasonInput(Input):
    """Why; needed where a sign-off ends with it."""

    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=answering.LONGEST_REASON)


class AssignInput(Input):
    """Whose the item is: an e-mail address, or null for whoever owns its domain."""

    person = serializers.EmailField(allow_null=True)


class AskInput(Input):
    """Of whom a sign-off is asked, by e-mail address; nobody: of all who may give it."""

    of = serializers.ListField(child=serializers.EmailField(), required=False, default=list, max_length=50)


class SignInput(Input):
    """A sign-off on the content with this digest."""

    digest = serializers.CharField(max_length=64)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=answering.LONGEST_NOTE)


def one(card: ItemCard) -> dict[str, Any]:
    """An item as its card shows it, whole."""
    answer = card.answer
    return {
        **review_shapes.item(card),
        "service": answer.review.service.slug,
        "review": str(answer.review.public_id),
        "why": card.item.why,
        "how": card.item.how,
        "proof": card.item.evidence,
        "rating": answer.rating,
        "rating_by": _name(answer.rating_by),
        "rating_at": _moment(answer.rating_at),
        "rating_version": answer.rating_version,
        "text_by": _name(answer.text_by),
        "text_at": _moment(answer.text_at),
        "text_version": answer.text_version,
        "points": [_point(line) for line in card.points],
        "values": [_value(line) for line in lines(card)],
        "measured": {"outcome": card.measured.outcome, "sentence": card.measured.sentence} if card.measured else None,
        "evidence": [_evidence(card, line) for line in card.evidence],
        "comments": [comment(row) for row in card.comments],
        **_people(card),
        "waiver": str(card.waivers.speaking.waiver.public_id) if card.waivers.speaking else None,
        "offers": [review_shapes.offer(found) for found in card.offers],
        "obstacles": list(card.obstacles),
        "locked": card.locked,
        "not_signed_because": list(card.refusals),
        "revision": answer.revision,
        "page": settings.BASE_URL + answer.get_absolute_url(),
    }


def lines(card: ItemCard) -> list[ValueLine]:
    """Every value of an item that can be changed by its name, the parts of guardrails among them."""
    return [*card.values, *(line for guardrail in card.guardrails for line in guardrail.parts.values())]


def comment(row: Comment) -> dict[str, Any]:
    """A comment as it goes out."""
    return {"id": str(row.public_id), "by": row.author.name, "at": utc_text(row.at), "text": row.text}


def _people(card: ItemCard) -> dict[str, Any]:
    answer, returned = card.answer, card.returned
    said = returned and {
        "by": returned.returned_by.name,
        "at": utc_text(returned.returned_at),
        "reason": returned.reason,
    }
    return {
        "owner": _name(card.owner),
        "assignee": answer.assignee.email if answer.assignee else None,
        "due_at": _moment(card.due_at),
        "asked_at": _moment(answer.signoff_asked_at),
        "returned": said,
    }


def _point(line: PointLine) -> dict[str, Any]:
    return {
        "number": line.point.number,
        "text": line.point.text,
        "state": line.state,
        "reason": line.reason,
        "by": _name(line.by),
        "at": _moment(line.at),
        "version": line.version,
        "served": line.served,
    }


def _value(line: ValueLine) -> dict[str, Any]:
    said = {"value": line.value, "by": _name(line.by), "at": _moment(line.at), "version": line.version}
    return {"name": line.name, "label": line.label, "unit": line.unit, **said}


def _evidence(card: ItemCard, line: EvidenceLine) -> dict[str, Any]:
    line.piece.answer = card.answer
    return {**evidence.piece(line.piece), "outdated": line.outdated}


def _name(person: User | None) -> str:
    return person.name if person else ""


def _moment(moment: datetime.datetime | None) -> str | None:
    return utc_text(moment) if moment else None


def _once(given: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    seen: set[Any] = set()
    for row in given:
        if row[name] in seen:
            raise ValidationError(f"{row[name]}: {TWICE[0].lower()}{TWICE[1:]}")
        seen.add(row[name])
    return given
