"""A revision of a document in print, by machine: the same for every kind."""

from django.http import HttpResponse

from portal.api import files
from portal.errors import DomainError
from portal.pdf.errors import PdfError
from readiness.packs import document_printing
from readiness.rules.printed_documents import PrintedDocument


def answer(shown: PrintedDocument | None) -> HttpResponse:
    """The PDF. Raises DomainError for a revision that is none, and where it cannot be made."""
    if shown is None:
        raise files.NO_REVISION
    try:
        return files.download(document_printing.made(shown), "application/pdf")
    except PdfError as error:
        raise DomainError(f"The PDF could not be made. {error}") from error
