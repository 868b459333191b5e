"""What can go wrong while a PDF is made."""


class PdfError(Exception):
    """A PDF could not be made; the text says why and is fit to be shown."""


class ResourceRefused(PdfError):
    """A page asked for something that it was not given. Nothing was fetched; the page was not made."""


class RenderingFailed(PdfError):
    """The renderer could not make a page of this HTML."""


class LimitExceeded(PdfError):
    """A page took more time or memory than its process may use."""
