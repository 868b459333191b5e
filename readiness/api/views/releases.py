"""Releases by machine: the list, one, planning, changing and cancelling one, and telling that it was deployed."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import releases
from readiness.api import services
from readiness.api.serializers import releases as shapes
from readiness.forms.releases import ReleaseFilter
from readiness.models import ModelVersion, Release, Service
from readiness.queries import releases as queries
from readiness.queries import service_page


class ReleasesFilter(ReleaseFilter):
    """The filters of the page, and the service."""

    service = filters.CharFilter(field_name="service__slug")
    label = filters.CharFilter(field_name="label")


class Releases(ListEndpoint):
    """The releases of the services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.RELEASE_PLAN}
    model = Release
    filterset_class = ReleasesFilter
    ordering = ("-planned_at", "pk")
    ordering_fields = ("planned_at", "planned_on")

    @extend_schema(operation_id="releases", responses=shapes.OneReleaseShape(many=True), tags=["releases"])
    def get(self, request: Request) -> Response:
        """What is planned, what runs where, and what was cancelled."""
        return self.page(request, queries.shown(self.access), shapes.release)

    @extend_schema(
        operation_id="release_plan",
        request=shapes.ReleaseInput,
        responses={201: shapes.OneReleaseShape},
        tags=["releases"],
    )
    def post(self, request: Request) -> Response:
        """Plans a release with all the model versions it will carry."""
        return idempotency.once(request, lambda: self._planned(request))

    def _planned(self, request: Request) -> Response:
        data = self.given(shapes.ReleaseInput, request)
        service = services.named(service_page.services(self.access), data["service"])
        carried = _versions(service, data.get("model_versions", ()))
        made = releases.plan(self.access, service=service, facts=shapes.facts(data), model_versions=carried)
        return entity_tags.tagged(shapes.release(_found(self, made.public_id)), status=201)


class OneRelease(Endpoint):
    """One release, and its change."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.RELEASE_PLAN}

    @extend_schema(operation_id="release", responses=shapes.OneReleaseShape, tags=["releases"])
    def get(self, request: Request, release: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.release(_found(self, release)))

    @extend_schema(
        operation_id="release_change",
        request=shapes.ReleaseChange,
        responses=shapes.OneReleaseShape,
        parameters=[schema.IF_MATCH],
        tags=["releases"],
    )
    def patch(self, request: Request, release: UUID) -> Response:
        """Changes an undecided release; what was signed and depends on a model that is another now is reopened.

        Say what you saw: its `ETag` as `If-Match`, or its `seen`. `412` when somebody was faster.
        """
        found = _found(self, release)
        return idempotency.once(request, lambda: self._changed(request, found))

    def _changed(self, request: Request, release: Release) -> Response:
        data = self.given(shapes.ReleaseChange, request)
        seen = entity_tags.seen(
            request, shapes.release(release), current=queries.seen(release), said=data.get("seen"), field="seen"
        )
        carried: Collection[ModelVersion] = release.model_versions.all()
        if "model_versions" in data:
            carried = _versions(release.service, data["model_versions"])
        releases.change(
            self.access, release=release, facts=shapes.facts(data, release), model_versions=list(carried), seen=seen
        )
        return entity_tags.tagged(shapes.release(_found(self, release.public_id)))


class Cancelled(Endpoint):
    """The end of a release that does not go out."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.RELEASE_PLAN}

    @extend_schema(
        operation_id="release_cancel", request=shapes.CancelInput, responses=shapes.OneReleaseShape, tags=["releases"]
    )
    def post(self, request: Request, release: UUID) -> Response:
        """Cancels a release that was not deployed, with a reason; its open review is abandoned with it."""
        found = _found(self, release)
        return idempotency.once(request, lambda: self._cancelled(request, found))

    def _cancelled(self, request: Request, release: Release) -> Response:
        data = self.given(shapes.CancelInput, request)
        releases.cancel(self.access, release=release, reason=data["reason"])
        return entity_tags.tagged(shapes.release(_found(self, release.public_id)))


class Deployed(Endpoint):
    """Told by the pipeline, once a release has arrived."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.RELEASE_DEPLOY}

    @extend_schema(
        operation_id="release_deployed",
        request=shapes.DeployedInput,
        responses={201: shapes.DeploymentShape},
        tags=["releases"],
    )
    def post(self, request: Request, release: UUID) -> Response:
        """Tells that a release has reached an environment. In production this makes the service live.

        Refused (422) without a current go for it there, unless it was live there once: going back is always allowed.
        """
        found = get_object_or_404(
            Release.objects.visible_to(self.access).select_related("service__scope__team"), public_id=release
        )
        return idempotency.once(request, lambda: self._told(request, found))

    def _told(self, request: Request, release: Release) -> Response:
        data = self.given(shapes.DeployedInput, request)
        name = data["environment"]
        environment = release.service.environments.filter(name=name).first()
        if environment is None:
            message = f"{release.service.name} has no environment “{name}”."
            raise DomainError.of({"environment": [message]})
        told = releases.deployed(self.access, release=release, environment=environment)
        return Response(shapes.deployment(told), status=201)


def _found(endpoint: Endpoint, release: UUID) -> Release:
    return get_object_or_404(queries.shown(endpoint.access), public_id=release)


def _versions(service: Service, ids: Collection[UUID]) -> list[ModelVersion]:
    """These model versions of the service; what is none of it does not exist."""
    found = list(ModelVersion.objects.filter(model__service=service, public_id__in=ids).select_related("model"))
    if strange := set(ids) - {version.public_id for version in found}:
        message = f"{service.name} has no model version {min(map(str, strange))}."
        raise DomainError.of({"model_versions": [message]})
    return found
