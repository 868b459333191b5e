"""Releases by machine: telling that one was deployed."""

from typing import ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import idempotency
from portal.api.endpoints import Endpoint
from portal.doors import Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import releases
from readiness.api.serializers import releases as shapes
from readiness.models import Release


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
        given = shapes.DeployedInput(data=request.data)
        given.is_valid(raise_exception=True)
        name = given.validated_data["environment"]
        environment = release.service.environments.filter(name=name).first()
        if environment is None:
            message = f"{release.service.name} has no environment “{name}”."
            raise DomainError.of({"environment": [message]})
        told = releases.deployed(self.access, release=release, environment=environment)
        return Response(shapes.deployment(told), status=201)
