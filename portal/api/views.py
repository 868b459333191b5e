"""The API's description of itself: the OpenAPI document, and a page that shows it without any network."""

from django.http import HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from portal.api.authentication import Door
from portal.doors import SIGNED_IN, PortalRequest, Rule, door


class Schema(SpectacularAPIView):
    """The OpenAPI 3.1 document: JSON, or YAML where that is asked for."""

    doors: dict[str, Rule] = {"GET": SIGNED_IN, "HEAD": SIGNED_IN}
    http_method_names = ["get", "head"]
    permission_classes = [Door]
    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer,
    ]


@door(GET=SIGNED_IN)
def docs(request: PortalRequest) -> HttpResponse:
    """The API to read and to try, with the session one is signed in with.

    The page holds no script of its own: it links Swagger UI and the few lines that start it, as the strict content
    security policy wants it.
    """
    return render(request, "portal/api/docs.html")
