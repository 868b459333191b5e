"""What every kind of document shares: the preview of a text as it is written."""

from django.http import HttpResponse

from portal import markdown
from portal.doors import SIGNED_IN, PortalRequest, door


@door(POST=SIGNED_IN)
def preview(request: PortalRequest) -> HttpResponse:
    """The one text that was sent, as it will be shown. Nothing is kept."""
    texts = [value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"]
    return HttpResponse(markdown.render(str(texts[0]) if texts else "", top_level=4))
