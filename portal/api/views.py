"""The API's description of itself: the OpenAPI document, a page to read, and one to try things out. No network."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from portal.api import reference
from portal.api.authentication import Door
from portal.doors import SIGNED_IN, PortalRequest, Rule, door


class Schema(SpectacularAPIView):
    """The OpenAPI 3.1 document: JSON, or YAML where that is asked for."""

    doors: dict[str, Rule] = {"GET": SIGNED_IN, "HEAD": SIGNED_IN}
    http_method_names = ["get", "head"]
    permission_classes = [Door]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]


@door(GET=SIGNED_IN)
def docs(request: PortalRequest) -> HttpResponse:
    """The API to read, from the same document: how to begin, and every call by its part."""
    context = {"parts": reference.reference().parts, "base_url": settings.BASE_URL}
    return render(request, "portal/api/docs.html", context)


@door(GET=SIGNED_IN)
def docs_part(request: PortalRequest, part: str) -> HttpResponse:
    """One part: its calls, and the shapes that go in and out."""
    parts = reference.reference()
    found = parts.part(part)
    if found is None:
        raise Http404
    return render(request, "portal/api/docs_part.html", {"part": found, "parts": parts.parts})


@door(GET=SIGNED_IN)
def trial(request: PortalRequest) -> HttpResponse:
    """Swagger UI, with the session one is signed in with.

    It stands apart from the shell: its script is forty times as heavy as a page of ours, and its markup is not ours.
    The page holds no script of its own, as the strict content security policy wants it.
    """
    return render(request, "portal/api/trial.html")
