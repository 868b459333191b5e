"""The shapes of a sign-off: who stated what of which content, how it was proven, and how it ended."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.canonical import utc_text
from readiness.models import SignOff


class VoidShape(serializers.Serializer[Any]):
    """How a sign-off ended where it was given."""

    by = serializers.CharField(allow_blank=True, help_text="Empty: the portal, by a rule.")
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class SignOffShape(serializers.Serializer[Any]):
    """One signature on one item."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    review = serializers.UUIDField()
    item = serializers.UUIDField()
    item_key = serializers.CharField()
    round = serializers.IntegerField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    meaning = serializers.CharField(help_text="The words that were signed.")
    meaning_version = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    content_digest = serializers.CharField(help_text="SHA-256 of what was signed.")
    template_digest = serializers.CharField(help_text="SHA-256 of the version of the checklist.")
    proof_method = serializers.CharField(help_text="How the person proved who they are.")
    proof_at = serializers.DateTimeField()
    event = serializers.IntegerField(help_text="Its number in the audit trail.")
    void = VoidShape(allow_null=True)
    page = serializers.URLField()


def signoff(row: SignOff) -> dict[str, Any]:
    """A sign-off read by `queries.signoffs.listed`, as it goes out."""
    review = row.answer.review
    return {
        "id": str(row.public_id),
        "service": review.service.slug,
        "review": str(review.public_id),
        "item": str(row.answer.public_id),
        "item_key": row.answer.item_key,
        "round": row.round,
        "by": row.person.name,
        "at": utc_text(row.signed_at),
        "meaning": row.meaning,
        "meaning_version": row.meaning_version,
        "note": row.note,
        "content_digest": row.content_digest,
        "template_digest": row.template_digest,
        "proof_method": row.proof_method,
        "proof_at": utc_text(row.proof_at),
        "event": row.event_id,
        "void": _void(row),
        "page": settings.BASE_URL + row.answer.get_absolute_url(),
    }


def _void(row: SignOff) -> dict[str, Any] | None:
    ended = getattr(row, "void", None)
    if ended is None:
        return None
    by = ended.voided_by.name if ended.voided_by else ""
    return {"by": by, "at": utc_text(ended.voided_at), "reason": ended.reason}
