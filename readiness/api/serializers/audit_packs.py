"""The shapes of an audit pack, and of asking for one."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from portal.api.fields import Day
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.actions.audit_packs import LONGEST_PURPOSE
from readiness.choices import PackState
from readiness.models import AuditPack
from readiness.queries import audit_packs as queries

MOST_SERVICES = 1000


class PackPartShape(serializers.Serializer[Any]):
    """One service of a pack, and how far its part is."""

    service = serializers.SlugField()
    state = serializers.ChoiceField(choices=PackState.values)
    error = serializers.CharField(allow_blank=True)


class AuditPackShape(serializers.Serializer[Any]):
    """One audit pack. While it is made, `percent` counts up; the files are there once it is `ready`."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="What it is called, such as AP-2026-0007.")
    services = PackPartShape(many=True)
    since = serializers.DateField()
    until = serializers.DateField()
    as_of = serializers.IntegerField(help_text="The number of the event up to which it shows the record.")
    purpose = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=PackState.values)
    percent = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    pages = serializers.IntegerField(allow_null=True)
    pdf_sha256 = serializers.CharField(allow_blank=True)
    archive_sha256 = serializers.CharField(allow_blank=True)
    archive_size = serializers.IntegerField(allow_null=True, help_text="In bytes.")
    record_digest = serializers.CharField(allow_blank=True)
    page = serializers.URLField()


class AuditPackInput(Input):
    """Which services, over which days (UTC, both count)."""

    services = serializers.ListField(child=serializers.SlugField(max_length=80), min_length=1, max_length=MOST_SERVICES)
    since = Day()
    until = Day()
    purpose = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_PURPOSE, help_text="Stands on the cover."
    )


def pack(row: AuditPack) -> dict[str, Any]:
    """A pack of `queries.audit_packs.visible_to`, as it goes out; no statement."""
    parts = list(row.parts.all())
    made = sum(1 for part in parts if part.state == PackState.READY) + (row.state == PackState.READY)
    return {
        "id": str(row.public_id),
        "number": queries.number_words(row),
        "services": [{"service": part.service.slug, "state": part.state, "error": part.error} for part in parts],
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "as_of": row.as_of_id,
        "purpose": row.purpose,
        "state": row.state,
        "percent": queries.Progress(made, len(parts) + 1).percent,
        "error": row.error,
        "requested_by": row.requested_by.name,
        "requested_at": utc_text(row.requested_at),
        "finished_at": utc_text(row.finished_at) if row.finished_at else None,
        "pages": row.pages,
        "pdf_sha256": row.pdf_sha256,
        "archive_sha256": row.archive_sha256,
        "archive_size": row.archive_size,
        "record_digest": row.record_digest,
        "page": settings.BASE_URL + reverse("readiness:pack", args=[row.number]),
    }
