"""One HTML page of any length → a part. Runs inside the child process only (process.py); needs WeasyPrint.

The renderer reads the style sheet and the fonts once and is then used for many pages.
"""

import gc
import io
from collections.abc import Mapping
from typing import Any

from portal.pdf import fonts, resources, tagging
from portal.pdf.errors import LimitExceeded, RenderingFailed, ResourceRefused
from portal.pdf.parts import Bookmark, Part, Place
from portal.pdf.resources import Resource

POINTS = 0.75
"""Points in one CSS pixel, the unit of WeasyPrint's layout."""


class Renderer:
    """Makes parts out of HTML with the shipped style, fonts and marks, and nothing else."""

    def __init__(self, given: Mapping[str, Resource] | None = None, style: str | None = None) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self._given = resources.shipped() if given is None else given
        self._own: Mapping[str, Resource] = {}
        self._refused: list[str] = []
        self._fetcher = _fetcher(self._answer)
        self._fonts = FontConfiguration()
        text = resources.stylesheet() if style is None else style
        self._style = CSS(
            string=text, url_fetcher=self._fetcher, font_config=self._fonts, base_url=f"{resources.SCHEME}css/"
        )

    def render(self, html: str, own: Mapping[str, Resource] | None = None) -> Part:
        """Make one part. `own` are resources for this page alone, such as its charts.

        Raises ResourceRefused where the page asks for anything else, RenderingFailed where it cannot be laid out,
        LimitExceeded where it needs too much memory.
        """
        from weasyprint.urls import FatalURLFetchingError

        self._own, self._refused = own or {}, []
        gc.disable()  # the layout makes very many objects and no rubbish: 0.6 of the time
        try:
            return self._render(fonts.legible(html))
        except FatalURLFetchingError:
            raise self._refusal() from None
        except ResourceRefused:
            raise
        except MemoryError:
            raise LimitExceeded("The page needs more memory than its process may use.") from None
        except Exception as error:
            raise RenderingFailed(f"{type(error).__name__}: {error}") from error
        finally:
            self._own = {}
            gc.enable()
            gc.collect()  # after the document is gone: a third less memory for the next one

    def _render(self, html: str) -> Part:
        from weasyprint import HTML

        document = HTML(string=html, url_fetcher=self._fetcher, base_url=f"{resources.SCHEME}html/").render(
            stylesheets=[self._style], font_config=self._fonts
        )
        out = io.BytesIO()
        document.write_pdf(out, pdf_tags=True, pdf_version="1.7")
        if self._refused:  # within a drawing WeasyPrint swallows even fatal errors
            raise self._refusal()
        bookmarks, anchors = _landmarks(document.pages)
        return Part(tagging.tidy(out.getvalue()), len(document.pages), bookmarks, anchors)

    def _answer(self, url: str) -> Resource | None:
        found = self._own.get(url) or self._given.get(url)
        if found is None:
            self._refused.append(url)
        return found

    def _refusal(self) -> ResourceRefused:
        return ResourceRefused(f"This page may not use {self._refused[0][:120]!r}.")


def _landmarks(pages: Any) -> tuple[tuple[Bookmark, ...], dict[str, Place]]:
    bookmarks: list[Bookmark] = []
    anchors: dict[str, Place] = {}
    for number, page in enumerate(pages):
        for level, label, (_, y), _ in page.bookmarks:
            bookmarks.append(Bookmark(level, label, _place(number, page, y)))
        for name, box in page.anchors.items():
            anchors.setdefault(name, _place(number, page, box[1]))
    return tuple(bookmarks), anchors


def _place(number: int, page: Any, y: float) -> Place:
    return Place(number, round((page.height - y) * POINTS, 2))


def _fetcher(answer: Any) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class FromMemory(URLFetcher):
        """Answers from the map. Only a fatal error stops WeasyPrint; it would go on without the resource otherwise."""

        def fetch(self, url: str, headers: object = None) -> Any:
            resource = answer(url)
            if resource is None:
                raise FatalURLFetchingError
            return URLFetcherResponse(url, resource.body, {"Content-Type": resource.media_type})

    return FromMemory(allowed_protocols=[], allow_redirects=False, fail_on_errors=True)
