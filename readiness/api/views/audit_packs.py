"""Audit packs by machine: the list, one with its progress, asking for one, and its files."""

from typing import ClassVar
from uuid import UUID

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import downloads
from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import audit_packs
from readiness.api.serializers import audit_packs as shapes
from readiness.models import AuditPack, Service
from readiness.queries import audit_packs as queries
from readiness.tables.audit_packs import PackFilters

TAGS = ["audit packs"]
PDF, ZIP = "application/pdf", "application/zip"
NOT_READY = "The pack is not ready: see its `state` and `percent`."


class AuditPacks(ListEndpoint):
    """The packs of which the caller may see every service, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.PACK_REQUEST}
    model = AuditPack
    filterset_class = PackFilters
    ordering = ("-number",)
    ordering_fields = ("number",)

    @extend_schema(operation_id="audit_packs", responses=shapes.AuditPackShape(many=True), tags=TAGS)
    def get(self, request: Request) -> Response:
        """Every pack that was asked for, and how far it is."""
        return self.page(request, queries.visible_to(self.access), shapes.pack)

    @extend_schema(
        operation_id="audit_pack_request",
        request=shapes.AuditPackInput,
        responses={201: shapes.AuditPackShape},
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Asks for a pack. It is made in the background: read it again until its `state` is `ready` or `failed`."""
        return idempotency.once(request, lambda: self._asked(request))

    def _asked(self, request: Request) -> Response:
        data = self.given(shapes.AuditPackInput, request)
        slugs = set(data.pop("services"))
        services = list(Service.objects.visible_to(self.access).filter(slug__in=slugs).select_related("scope__team"))
        if strange := sorted(slugs - {service.slug for service in services}):
            raise DomainError.of({"services": [f"There is no service {', '.join(strange)}."]})
        made = audit_packs.request(self.access, services=services, **data)
        return entity_tags.tagged(shapes.pack(_found(self, made.public_id)), status=201)


class OneAuditPack(Endpoint):
    """One pack."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="audit_pack", responses=shapes.AuditPackShape, tags=TAGS)
    def get(self, request: Request, pack: UUID) -> HttpResponse:
        """One of them, with its progress. Conditional by `ETag`, so that asking again is cheap."""
        return entity_tags.conditional(request, shapes.pack(_found(self, pack)))


class AsPdf(JSONRenderer):
    """Lets a caller ask for PDF alone."""

    media_type = PDF
    format = "pdf"


class AsZip(JSONRenderer):
    """Lets a caller ask for the archive alone."""

    media_type = ZIP
    format = "zip"


class PackPdf(Endpoint):
    """The PDF of a pack."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    renderer_classes = (JSONRenderer, AsPdf)

    @extend_schema(operation_id="audit_pack_pdf", responses={(200, PDF): OpenApiTypes.BINARY}, tags=TAGS)
    def get(self, _request: Request, pack: UUID) -> HttpResponse | FileResponse:
        """The PDF. Taking it is an event of the audit trail."""
        found = _found(self, pack)
        return _handed_out(self, found, "pdf", found.pdf, found.pdf_sha256, PDF)


class PackArchive(Endpoint):
    """The archive of a pack."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    renderer_classes = (JSONRenderer, AsZip)

    @extend_schema(operation_id="audit_pack_archive", responses={(200, ZIP): OpenApiTypes.BINARY}, tags=TAGS)
    def get(self, _request: Request, pack: UUID) -> HttpResponse | FileResponse:
        """PDF, data, evidence files and `manifest.json` with the digest of each. Taking it is an event."""
        found = _found(self, pack)
        return _handed_out(self, found, "zip", found.archive, found.archive_sha256, ZIP)


def _handed_out(
    endpoint: Endpoint, pack: AuditPack, ending: str, file: FieldFile, sha256: str, media_type: str
) -> FileResponse:
    if not file:
        raise DomainError(NOT_READY)
    if endpoint.request.method != "HEAD":
        audit_packs.note_download(endpoint.access, pack=pack, file=ending, sha256=sha256)
    return downloads.attachment(file, name=f"{queries.number_words(pack)}.{ending}", media_type=media_type)


def _found(endpoint: Endpoint, pack: UUID) -> AuditPack:
    return get_object_or_404(queries.visible_to(endpoint.access), public_id=pack)
