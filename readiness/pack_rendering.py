"""From the facts of an audit pack to its PDF: parts rendered or taken from store, contents last, then joined.

    with process.RenderingProcess() as renderer:
        pages = pack_rendering.write_pdf(out, contents, renderer, store)

The same facts give the same bytes. A service's part is kept under the digest of its content (service_digest), so that
a pack in which one of twenty services changed renders one.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import BinaryIO, Protocol

from portal.pdf import merging, numbering, parts, resources, stamping
from portal.pdf.describing import Description
from portal.pdf.errors import PdfError
from portal.pdf.parts import Part
from portal.pdf.process import RenderingProcess
from portal.pdf.resources import Resource
from readiness import pack_pages
from readiness.pack_pages import Document
from readiness.rules.pack_contents import PackContents, ServiceChapterData

READING = "How to read this pack"
ROUNDS = 5
"""How often the contents page may grow before its length is settled; two rounds are usual."""


class Renderer(Protocol):
    """Makes a part of an HTML page: portal.pdf.process.RenderingProcess."""

    def render(self, html: str, own: Mapping[str, Resource] | None = None) -> Part:
        """The part."""


class Store(Protocol):
    """Where parts are kept by the digest of their content."""

    def find(self, digest: str) -> Part | None:
        """The part of that digest, if it is there."""

    def keep(self, digest: str, part: Part) -> None:
        """Put a part there."""


class Memory:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def find(self, digest: str) -> Part | None:
        """The part of that digest, if it is there."""
        return self._parts.get(digest)

    def keep(self, digest: str, part: Part) -> None:
        """Put a part there."""
        self._parts[digest] = part


def service_digest(service: ServiceChapterData) -> str:
    """The name under which a service's part is kept: SHA-256, in hex, of its pages, the style, fonts and software."""
    return _digest(pack_pages.service(service))


def service_part(service: ServiceChapterData, renderer: Renderer, store: Store) -> Part:
    """A service's part, rendered only where the store has none of this content."""
    return _kept(pack_pages.service(service), service.title, renderer, store)


def prepare(contents: PackContents, store: Store, *, processes: int = 2) -> None:
    """Put all parts of a pack that can be kept into the store, rendering those it lacks side by side.

    For work in the foreground; a worker renders one service at a time. The store is used by the calling thread alone.
    """
    lacking = {}
    for documents, title in _keepable(contents):
        digest = _digest(documents)
        if store.find(digest) is None:
            lacking[digest] = (documents, title)
    with ExitStack() as stack, ThreadPoolExecutor(processes) as pool:
        idle: SimpleQueue[Renderer] = SimpleQueue()
        for _ in range(min(processes, len(lacking))):
            idle.put(stack.enter_context(RenderingProcess()))
        for digest, part in zip(lacking, pool.map(lambda one: _by_turns(one, idle), lacking.values()), strict=True):
            store.keep(digest, part)


def write_pdf(out: BinaryIO, contents: PackContents, renderer: Renderer, store: Store) -> int:
    """Write the whole pack as one PDF; how many pages it has. `out` needs no seeking.

    Raises PdfError and what the renderer raises.
    """
    waiting: list[tuple[str, str, Part]] = [
        ("cover", "Audit pack", _rendered(pack_pages.cover(contents), renderer)),
        ("reading", READING, _kept([pack_pages.reading(contents)], READING, renderer, store)),
        ("summary", "Summary", _rendered(pack_pages.summary(contents), renderer)),
        *(
            (f"service-{service.slug}", service.title, service_part(service, renderer, store))
            for service in contents.services
        ),
        ("manifest", "Evidence manifest", _manifest(contents, renderer, store)),
        ("verification", "Verification", _rendered(pack_pages.verification(contents), renderer)),
    ]
    placed = _with_contents(waiting, renderer)
    furniture = stamping.Furniture(
        document=f"Audit pack {contents.cover.number}",
        handling=", ".join(filter(None, (contents.cover.handling, contents.cover.organisation))),
    )
    specimen = renderer.render(stamping.specimen(furniture, placed))
    return merging.merge(out, placed, _description(contents), stamping.Stamp(specimen.pdf, furniture))


def _keepable(contents: PackContents) -> list[tuple[Sequence[Document], str]]:
    """The parts that can be kept, longest first: documents and title of each."""
    services = [(pack_pages.service(service), service.title) for service in contents.services]
    manifest = [([document], "Evidence manifest") for document in pack_pages.manifest(contents)]
    return [*services, *manifest, ([pack_pages.reading(contents)], READING)]


def _with_contents(waiting: Sequence[tuple[str, str, Part]], renderer: Renderer) -> list[parts.Placed]:
    """All parts in place with the contents page before the summary, rendered until its own length has settled."""
    likely = pack_pages.likely_contents_pages(numbering.lines(parts.in_order(waiting), leaving_out=("cover",)))
    page = Part(b"", likely, (), {})
    for _ in range(ROUNDS):
        placed = parts.in_order([*waiting[:2], ("contents", "Contents", page), *waiting[2:]])
        lines = numbering.lines(placed, leaving_out=("cover", "contents"))
        made = _rendered(pack_pages.contents_page(lines), renderer)
        if made.pages == page.pages:
            return parts.in_order([*waiting[:2], ("contents", "Contents", made), *waiting[2:]])
        page = made
    raise PdfError("The contents page did not settle.")


def _manifest(contents: PackContents, renderer: Renderer, store: Store) -> Part:
    documents = pack_pages.manifest(contents)
    made = [_kept([document], "Evidence manifest", renderer, store) for document in documents]
    return merging.join(made, "Evidence manifest")


def _kept(documents: Sequence[Document], title: str, renderer: Renderer, store: Store) -> Part:
    digest = _digest(documents)
    part = store.find(digest)
    if part is None:
        part = _joined(documents, title, renderer)
        store.keep(digest, part)
    return part


def _by_turns(wanted: tuple[Sequence[Document], str], idle: "SimpleQueue[Renderer]") -> Part:
    renderer = idle.get()
    try:
        return _joined(*wanted, renderer)
    finally:
        idle.put(renderer)


def _joined(documents: Sequence[Document], title: str, renderer: Renderer) -> Part:
    return merging.join([_rendered(document, renderer) for document in documents], title)


def _digest(documents: Sequence[Document]) -> str:
    pages = [resources.content_digest(document.html, document.own) for document in documents]
    return pages[0] if len(pages) == 1 else resources.content_digest("\n".join(pages))


def _rendered(document: Document, renderer: Renderer) -> Part:
    return renderer.render(document.html, document.own)


def _description(contents: PackContents) -> Description:
    cover = contents.cover
    return Description(
        title=f"Audit pack {cover.number}, {cover.since} to {cover.until}",
        author=cover.organisation or cover.prepared_by,
        subject=cover.scope,
        software=cover.software,
        made_at=cover.made_at,
    )
