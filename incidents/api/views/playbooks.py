"""Playbooks of a service by machine: which it follows, its team's own steps, and back to those that ship."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import adapted_playbooks
from incidents.api.serializers import playbooks as shapes
from incidents.models import AlertPlaybook
from incidents.queries import adapted_playbooks as queries
from incidents.queries.adapted_playbooks import Followed
from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.models import Service
from readiness.queries import service_page


class ServicePlaybooks(Endpoint):
    """The playbooks of a service."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service_playbooks", responses=shapes.PlaybooksShape, tags=["playbooks"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """All of them, each with whose steps the service follows. Conditional by `ETag`."""
        found = queries.of_service(_service(self, slug))
        return entity_tags.conditional(request, {"results": [shapes.playbook(one) for one in found]})


class ServicePlaybook(Endpoint):
    """One playbook as a service follows it, and steps of the team's own."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.DOCUMENT_WRITE}

    @extend_schema(operation_id="service_playbook", responses=shapes.PlaybookShape, tags=["playbooks"])
    def get(self, request: Request, slug: str, key: str) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.playbook(_followed(self, slug, key)))

    @extend_schema(
        operation_id="service_playbook_adapt",
        request=shapes.PlaybookInput,
        responses=shapes.PlaybookShape,
        parameters=[schema.IF_MATCH],
        tags=["playbooks"],
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        """Puts these steps in place of those that are followed, by the rules of the page, for incidents from now on.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` where it moved on, `428` without either.
        """
        found = _followed(self, slug, key)
        return idempotency.once(request, lambda: self._adapted(request, found))

    def _adapted(self, request: Request, found: Followed) -> Response:
        data = self.given(shapes.PlaybookInput, request)
        adapted_playbooks.adapt(
            self.access,
            service=found.service,
            playbook=found.playbook,
            steps=shapes.rows(data["steps"]),
            note=data["note"],
            seen=_seen(request, found, data),
        )
        return _told(self, found)


class ServicePlaybookReturn(Endpoint):
    """Back to what ships."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DOCUMENT_WRITE}

    @extend_schema(
        operation_id="service_playbook_use_shipped",
        request=shapes.PlaybookReturnInput,
        responses=shapes.PlaybookShape,
        parameters=[schema.IF_MATCH],
        tags=["playbooks"],
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Follows the steps that ship again; the team’s own stay in its revisions. `412` and `428` as for a change."""
        found = _followed(self, slug, key)
        return idempotency.once(request, lambda: self._returned(request, found))

    def _returned(self, request: Request, found: Followed) -> Response:
        data = self.given(shapes.PlaybookReturnInput, request)
        seen = _seen(request, found, data)
        if found.adapted is None:
            raise DomainError(adapted_playbooks.SHIPPED_ALREADY)
        adapted_playbooks.use_shipped(self.access, adapted=found.adapted, note=data["note"], seen=seen)
        return _told(self, found)


def _seen(request: Request, found: Followed, data: dict[str, Any]) -> int:
    """The revision that the caller read. Raises VersionNeeded where they do not say, Conflict where it moved on."""
    said: int | None = data["revision"]
    return entity_tags.seen(request, shapes.playbook(found), current=found.seen, said=said)


def _told(endpoint: Endpoint, found: Followed) -> Response:
    return entity_tags.tagged(shapes.playbook(_followed(endpoint, found.service.slug, found.playbook.key)))


def _followed(endpoint: Endpoint, slug: str, key: str) -> Followed:
    service = _service(endpoint, slug)
    return queries.standing(service, get_object_or_404(AlertPlaybook.objects.all(), key=key))


def _service(endpoint: Endpoint, slug: str) -> Service:
    return get_object_or_404(service_page.services(endpoint.access), slug=slug)
