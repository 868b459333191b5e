"""Importing services and owners by machine: a dry run, or all rows of a file at once; and the file to begin with."""

from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import exports
from portal.api import idempotency
from portal.api.endpoints import Endpoint
from portal.api.parsers import JsonParser
from portal.doors import SIGNED_IN, Rule
from portal.errors import Conflict, DomainError
from portal.permissions import Capability
from readiness.actions import imports
from readiness.api.serializers import imports as shapes
from readiness.queries import imports as queries
from readiness.rules import imports as rules
from readiness.rules.imports import Report

TAGS = ["imports"]
FORM = "multipart/form-data"
ROWS = {rules.SERVICES: queries.service_rows, rules.OWNERS: queries.owner_rows}


class Imports(Endpoint):
    """A file of services or owners."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.SERVICE_IMPORT}
    parser_classes = (JsonParser, MultiPartParser)

    @extend_schema(
        operation_id="import",
        request={"application/json": shapes.ImportInput, FORM: shapes.ImportFileInput},
        responses=shapes.ImportReportShape,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Does all rows of a CSV by the rules of the pages, or with `dry_run` says what it would do.

        Where a row is refused nothing is done: `422` names each as `lines.`, its line and its column. `412` where the
        file would do something else than the report whose `digest` you send as `expected`.
        """
        return idempotency.once(request, lambda: self._done(request))

    def _done(self, request: Request) -> Response:
        is_form = (request.content_type or "").startswith(FORM)
        data = self.given(shapes.ImportFileInput if is_form else shapes.ImportInput, request)
        kind, content = data["kind"], _content(data["file"])
        if data["dry_run"]:
            return Response(shapes.report(imports.dry_run(self.access, kind=kind, content=content)))
        report = imports.apply(self.access, kind=kind, content=content, expected=data["expected"])
        _refuse(report)
        return Response(shapes.report(report))


class AsCsv(JSONRenderer):
    """Lets a caller ask for CSV alone."""

    media_type = "text/csv"
    format = "csv"


class ImportFile(Endpoint):
    """What is declared now, as such a file."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    renderer_classes = (JSONRenderer, AsCsv)

    @extend_schema(operation_id="import_file", responses={(200, "text/csv"): OpenApiTypes.STR}, tags=TAGS)
    def get(self, _request: Request, kind: str) -> HttpResponse:
        """All `services` or `owners` that you see, as a file that can be changed and imported again."""
        if kind not in ROWS:
            raise Http404
        return exports.csv_response(kind, ROWS[kind](self.access))


def _content(file: "str | UploadedFile[Any]") -> bytes:
    """The bytes of the file, one more than may be at most."""
    return file.encode() if isinstance(file, str) else file.read(rules.MOST_BYTES + 1)


def _refuse(report: Report) -> None:
    """Raises DomainError with what is wrong in which cell, Conflict where the file would do something else now."""
    wrong: dict[str, list[str]] = {}
    for row in report.rows:
        for column, message in row.errors:
            wrong.setdefault(f"lines.{row.line}.{column}".rstrip("."), []).append(message)
    if wrong:
        raise DomainError(f"{report.refused} of {len(report.rows)} rows are refused. Nothing was changed.", wrong)
    if report.is_stale:
        words = "The file would do something else now than the report says. Nothing was changed."
        raise Conflict(words, field="expected", saved=shapes.report(report))
