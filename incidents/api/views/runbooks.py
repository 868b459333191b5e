"""Runbooks by machine: the list, one, writing one, revising one."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import runbooks
from incidents.actions.runbooks import Terms
from incidents.api.serializers import runbooks as shapes
from incidents.models import Runbook
from incidents.queries import runbook_sections
from incidents.queries import runbooks as queries
from portal.actions.documents import Written
from portal.api import entity_tags, files, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Capability
from portal.queries import documents
from readiness.actions.drills import Rehearsal
from readiness.api import people, printing, services
from readiness.choices import DrillKind
from readiness.queries import service_page


class RunbookFilter(filters.FilterSet):
    """Filters of the list of runbooks."""

    service = filters.CharFilter(field_name="service__slug")
    is_rollback = filters.BooleanFilter(help_text="`true`: the ways back.")
    retired = filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)
    stale = filters.BooleanFilter(method="is_stale", help_text="`true`: those that nobody reviewed in time.")

    def is_stale(self, found: QuerySet[Runbook], _name: str, value: bool) -> QuerySet[Runbook]:
        """By whether the review is late today (UTC)."""
        return found.filter(queries.stale()) if value else found.exclude(queries.stale())


class Runbooks(ListEndpoint):
    """The runbooks of the services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.DOCUMENT_WRITE}
    model = Runbook
    filterset_class = RunbookFilter
    ordering = ("review_on", "pk")
    ordering_fields = ("review_on", "written_at")

    @extend_schema(operation_id="runbooks", responses=shapes.RunbookShape(many=True), tags=["runbooks"])
    def get(self, request: Request) -> Response:
        """Runbooks with their fields, and when each was last drilled."""
        return self.page(request, queries.listed(self.access), shapes.runbook)

    @extend_schema(
        operation_id="runbook_write",
        request=shapes.RunbookInput,
        responses={201: shapes.RunbookShape},
        tags=["runbooks"],
    )
    def post(self, request: Request) -> Response:
        """Writes a runbook by the rules of the page. A service has one way back."""
        return idempotency.once(request, lambda: self._written(request))

    def _written(self, request: Request) -> Response:
        data = self.given(shapes.RunbookInput, request)
        service = services.named(service_page.services(self.access), data["service"])
        terms = Terms(data["title"], data["is_rollback"], data["target_minutes"])
        keeper = people.named(service, data["keeper"], "keeper") if data.get("keeper") else None
        written = Written(data["content"], keeper=keeper, review_every=data["review_every"])
        made = runbooks.begin(self.access, service=service, terms=terms, written=written)
        return Response(shapes.runbook(queries.listed(self.access).get(pk=made.pk)), status=201)


class OneRunbook(Endpoint):
    """One runbook, and its next revision."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.DOCUMENT_WRITE}

    @extend_schema(operation_id="runbook", responses=shapes.RunbookShape, tags=["runbooks"])
    def get(self, request: Request, runbook: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.runbook(_found(self, runbook)))

    @extend_schema(
        operation_id="runbook_revise",
        request=shapes.RunbookChange,
        responses=shapes.RunbookShape,
        parameters=[schema.IF_MATCH],
        tags=["runbooks"],
    )
    def patch(self, request: Request, runbook: UUID) -> Response:
        """Writes the next revision by the rules of the page; a field that is left out stays.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` where somebody changed the same field,
        or, with `is_review`, any other that you have not read.
        """
        found = _found(self, runbook)
        return idempotency.once(request, lambda: self._revised(request, found))

    def _revised(self, request: Request, runbook: Runbook) -> Response:
        data = self.given(shapes.RunbookChange, request)
        seen = _seen(request, runbook, data["revision"])
        content = {**documents.content_at(runbooks.KIND, runbook, seen), **data.get("content", {})}
        keeper = people.named(runbook.service, data["keeper"], "keeper") if "keeper" in data else None
        written = Written(content, data["note"], keeper, data.get("review_every"), data["is_review"])
        runbooks.revise(self.access, runbook=runbook, terms=_terms(runbook, data), written=written, seen=seen)
        return entity_tags.tagged(shapes.runbook(_found(self, runbook.public_id)))


class RunbookActs(Endpoint):
    """What is said of a runbook, or done with it, beside its text."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="runbook_act",
        request=shapes.RunbookActInput,
        responses=shapes.RunbookShape,
        parameters=[schema.IF_MATCH],
        tags=["runbooks"],
    )
    def post(self, request: Request, runbook: UUID) -> Response:
        """Says (`review`) that the revision you read is true today; retires the runbook, or brings it back.

        A retired runbook covers nothing, and a retired way back ends the validity of its drill. Say what you saw: its
        `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        found = _found(self, runbook)
        return idempotency.once(request, lambda: self._done(request, found))

    def _done(self, request: Request, runbook: Runbook) -> Response:
        data = self.given(shapes.RunbookActInput, request)
        act, note = data["act"], data["note"]
        seen = _seen(request, runbook, data["revision"])
        if act == "review":
            runbooks.confirm(self.access, runbook=runbook, seen=seen, note=note)
        else:
            move = runbooks.retire if act == "retire" else runbooks.bring_back
            move(self.access, runbook=runbook, seen=seen, reason=note)
        return entity_tags.tagged(shapes.runbook(_found(self, runbook.public_id)))


class RunbookDrills(Endpoint):
    """Drills of a runbook."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DRILL_RECORD}

    @extend_schema(
        operation_id="runbook_drill",
        request=shapes.RunbookDrillInput,
        responses={201: shapes.RunbookShape},
        tags=["runbooks"],
    )
    def post(self, request: Request, runbook: UUID) -> Response:
        """Puts a drill on record by the rules of the page; the runbook as it stands then, with its last drill."""
        found = _found(self, runbook)
        return idempotency.once(request, lambda: self._recorded(request, found))

    def _recorded(self, request: Request, runbook: Runbook) -> Response:
        data = self.given(shapes.RunbookDrillInput, request)
        told = _rehearsal(self.access.person, runbook, data)
        runbooks.record_drill(self.access, runbook=runbook, revision=data["revision"], rehearsal=told)
        return Response(shapes.runbook(_found(self, runbook.public_id)), status=201)


class RunbookPdf(Endpoint):
    """A runbook in print. What is refused is told in JSON."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("revision",)
    renderer_classes = (JSONRenderer, files.AsPdf)

    @extend_schema(
        operation_id="runbook_pdf",
        parameters=[files.REVISION],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        tags=["runbooks"],
    )
    def get(self, request: Request, runbook: UUID) -> HttpResponse:
        """A revision in print, in the look of an audit pack, with the drills so far."""
        found = _found(self, runbook)
        return printing.answer(runbook_sections.printed(found, files.revision(request, found.revision)))


def _seen(request: Request, runbook: Runbook, said: int | None) -> int:
    return entity_tags.seen(request, shapes.runbook(runbook), current=runbook.revision, said=said)


def _found(endpoint: Endpoint, public_id: UUID) -> Runbook:
    return get_object_or_404(queries.listed(endpoint.access), public_id=public_id)


def _rehearsal(caller: User, runbook: Runbook, data: dict[str, Any]) -> Rehearsal:
    """What was sent, with the rows it names. Raises DomainError at each name that is none of the service's."""
    service = runbook.service
    environment = service.environments.filter(name=data["environment"]).first()
    release = service.releases.filter(label=data["release"]).first() if data["release"] else None
    errors = {} if environment else {"environment": ["The service has no environment of this name."]}
    if data["release"] and release is None:
        errors["release"] = ["The service has no release of this label."]
    if errors or environment is None:
        raise DomainError.of(errors)
    usual = DrillKind.ROLLBACK if runbook.is_rollback else DrillKind.RUNBOOK
    plain = ("from_version", "to_version", "performed_at", "result", "minutes", "note", "link")
    return Rehearsal(
        kind=data.get("kind", usual),
        environment=environment,
        release=release,
        performed_by=people.named(service, data["performed_by"], "performed_by") if "performed_by" in data else caller,
        **{name: data[name] for name in plain},
    )


def _terms(runbook: Runbook, data: dict[str, Any]) -> Terms:
    return Terms(
        data.get("title", runbook.title),
        data.get("is_rollback", runbook.is_rollback),
        data.get("target_minutes", runbook.target_minutes),
    )
