"""One revision of a document as a PDF by itself, in the look of a pack."""

import io

from portal.pdf import merging, parts, stamping
from portal.pdf.describing import Description
from portal.pdf.process import RenderingProcess
from readiness.packs import pages
from readiness.packs.rendering import Renderer
from readiness.rules.printed_documents import PrintedDocument

SOFTWARE = "Gatehouse"


def made(printed: PrintedDocument) -> bytes:
    """Its pages, by a rendering process of its own. Raises PdfError with words fit to be shown."""
    with RenderingProcess() as renderer:
        return pdf(printed, renderer)


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
