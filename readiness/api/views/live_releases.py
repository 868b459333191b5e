"""What runs in production, by machine: to read. Keeping it or rolling it back is a signature, given at its page."""

from typing import ClassVar

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from portal import clock
from portal.api import entity_tags
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import live_releases as shapes
from readiness.queries import live_releases, service_page


class LiveReleaseCall(Endpoint):
    """What runs in production of a service."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service_live", responses=shapes.LiveReleaseShape, tags=["decisions"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """How the items after the go of what runs in production stand, and what a decider is asked about.

        `404` where nothing runs. A decider keeps it or rolls it back at its `page`. Conditional by `ETag`.
        """
        service = get_object_or_404(service_page.services(self.access), slug=slug)
        told = live_releases.of(service, clock.now())
        if told is None:
            raise Http404
        ways_back = live_releases.ways_back(service, told.release)
        return entity_tags.conditional(request, shapes.live(told, ways_back))
