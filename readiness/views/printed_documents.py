"""A revision of a document as a PDF in the look of a pack, to be downloaded: the same for every kind."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from portal.doors import PortalRequest
from portal.models.documents import AbstractDocument
from portal.pdf.errors import PdfError
from readiness.packs import document_printing
from readiness.rules.printed_documents import PrintedDocument


def download(
    request: PortalRequest, document: AbstractDocument, shown: PrintedDocument | None, name: str
) -> HttpResponse:
    """The file called `name`; 404 for a revision that is none. What cannot be made is said on the document's page."""
    if shown is None:
        raise Http404("It has no such revision.")
    try:
        body = document_printing.made(shown)
    except PdfError as error:
        messages.error(request, f"The PDF could not be made. {error}")
        return redirect(document.get_absolute_url())
    return attached(body, name=name, media_type="application/pdf")


def attached(body: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A download that no browser shows as a page."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, content_type=media_type, headers=headers)
