"""One revision of a document as a PDF by itself, in the look of a pack."""

import io
import threading

from portal import unavailable
from portal.pdf import merging, parts, stamping
from portal.pdf.describing import Description
from portal.pdf.process import RenderingProcess
from readiness.packs import pages
from readiness.packs.rendering import Renderer
from readiness.rules.printed_documents import PrintedDocument

SOFTWARE = "Gatehouse"
TURN = threading.Lock()
"""A server process prints one document at a time, so that whoever asks for many leaves it to the others."""
PATIENCE = 10.0
"""Seconds that somebody waits for their turn."""


def made(printed: PrintedDocument) -> bytes:
    """Its pages, by a rendering process of its own. Raises PdfError with words fit to be shown; Busy out of turn."""
    if not TURN.acquire(timeout=PATIENCE):
        raise unavailable.Busy("Other documents are being printed just now. Try again in a moment.")
    try:
        with RenderingProcess() as renderer:
            return pdf(printed, renderer)
    finally:
        TURN.release()


def pdf(printed: PrintedDocument, renderer: Renderer) -> bytes:
    """Its pages. The same revision with the same reviews gives the same bytes. Raises PdfError."""
    page = pages.printed_document(printed)
    placed = parts.in_order([("document", printed.title, renderer.render(page.html, page.own))])
    furniture = stamping.Furniture(document=printed.name, handling=printed.organisation or SOFTWARE)
    specimen = renderer.render(stamping.specimen(furniture, placed))
    out = io.BytesIO()
    described = Description(
        title=printed.name,
        author=printed.written_by or SOFTWARE,
        subject=printed.service,
        software=SOFTWARE,
        made_at=printed.written_at,
    )
    merging.merge(out, placed, described, stamping.Stamp(specimen.pdf, furniture))
    return out.getvalue()
