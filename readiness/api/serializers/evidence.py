"""The shapes of a piece of evidence, and of what is attached and withdrawn."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from portal.api.fields import Day, Upload
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import EvidenceKind
from readiness.models import Evidence
from readiness.rules import answering

PIECES = ("file", "url", "drill", "document")


class FileShape(serializers.Serializer[Any]):
    """A file that was kept; `GET /evidence/{id}/file` hands it out while it is not redacted."""

    name = serializers.CharField()
    media_type = serializers.CharField(help_text="What its bytes say it is.")
    size = serializers.IntegerField(help_text="In bytes.")
    redacted = serializers.BooleanField()


class WithdrawnEvidenceShape(serializers.Serializer[Any]):
    """Who took it out of the answer, and why. It stays on record."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class EvidenceShape(serializers.Serializer[Any]):
    """One piece of evidence. It counts by what it names."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    review = serializers.UUIDField()
    item = serializers.UUIDField()
    item_key = serializers.CharField()
    kind = serializers.ChoiceField(choices=EvidenceKind.values)
    title = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    file = FileShape(allow_null=True)
    drill = serializers.UUIDField(allow_null=True)
    document = serializers.CharField(allow_null=True, help_text="Its kind and id, with a colon between.")
    document_revision = serializers.IntegerField(allow_null=True)
    release = serializers.CharField(allow_null=True)
    model_version = serializers.UUIDField(allow_null=True)
    environment = serializers.CharField(allow_null=True)
    observed_on = serializers.DateField()
    digest = serializers.CharField(help_text="SHA-256 of the file’s bytes, or of what else it is.")
    content_digest = serializers.CharField(help_text="SHA-256 of all it is and names: what a sign-off binds.")
    copied = serializers.BooleanField(help_text="It came with an answer that was carried here.")
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    withdrawn = WithdrawnEvidenceShape(allow_null=True)
    page = serializers.URLField(help_text="Its item, for people.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A link",
            value={"url": "https://ci.example.com/runs/1184", "title": "Run 1184", "environment": "staging"},
            request_only=True,
        )
    ]
)
class EvidenceInput(Input):
    """One piece: a link (`url`), a recorded `drill`, or one of the service’s own documents (`document`).

    What it names says what it proves: without `release` it is the review’s; without `observed_on` it is today.
    """

    url = serializers.CharField(required=False, max_length=answering.LONGEST_ADDRESS)
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=answering.LONGEST_TITLE)
    drill = serializers.UUIDField(required=False)
    document = serializers.CharField(
        required=False, max_length=80, help_text="Its kind and id, with a colon between, such as `Model card:…`."
    )
    release = serializers.CharField(required=False, max_length=120, help_text="The label of one of the service.")
    model_version = serializers.UUIDField(required=False)
    environment = serializers.CharField(required=False, max_length=120, help_text="The name of one of the service.")
    observed_on = Day(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of what a piece can be."""
        offered = [name for name in PIECES if name in self.fields]
        given = [name for name in offered if attrs.get(name)]
        if not given:
            raise ValidationError({offered[0]: [f"Send one of {', '.join(offered)}."]})
        if len(given) > 1:
            raise ValidationError({given[-1]: ["One piece at a time."]})
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A file", value={"file": "the file", "title": "Rollout log", "observed_on": "2026-11-20"}, request_only=True
        )
    ]
)
class EvidenceFileInput(EvidenceInput):
    """The same as a form, with a `file` of up to 25 MB."""

    file = Upload(required=False)


class WithdrawInput(Input):
    """Why it proves nothing here."""

    reason = serializers.CharField(max_length=answering.LONGEST_REASON)


def piece(row: Evidence) -> dict[str, Any]:
    """A piece read by `queries.evidence.listed`, as it goes out."""
    review = row.answer.review
    return {
        "id": str(row.public_id),
        "service": review.service.slug,
        "review": str(review.public_id),
        "item": str(row.answer.public_id),
        "item_key": row.answer.item_key,
        "kind": row.kind,
        "title": row.title,
        "url": row.url,
        "file": _file(row),
        "drill": str(row.drill.public_id) if row.drill else None,
        "document": f"{row.document_kind}:{row.document}" if row.document else None,
        "document_revision": row.document_revision,
        "release": row.release.label if row.release else None,
        "model_version": str(row.model_version.public_id) if row.model_version else None,
        "environment": row.environment.name if row.environment else None,
        "observed_on": row.observed_on.isoformat(),
        "digest": row.digest,
        "content_digest": row.content_digest,
        "copied": row.copied_from_id is not None,
        "added_by": row.added_by.name,
        "added_at": utc_text(row.added_at),
        "withdrawn": _withdrawn(row),
        "page": settings.BASE_URL + row.answer.get_absolute_url(),
    }


def _file(row: Evidence) -> dict[str, Any] | None:
    kept = row.attachment
    if kept is None:
        return None
    redacted = kept.redacted_at is not None
    return {"name": kept.name, "media_type": kept.media_type, "size": kept.size, "redacted": redacted}


def _withdrawn(row: Evidence) -> dict[str, Any] | None:
    if row.withdrawn_at is None:
        return None
    by = row.withdrawn_by.name if row.withdrawn_by else ""
    return {"by": by, "at": utc_text(row.withdrawn_at), "reason": row.withdrawn_reason}
