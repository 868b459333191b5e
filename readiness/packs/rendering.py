"""From the facts of an audit pack to its PDF: parts rendered or taken from store, contents last, then joined.

    with process.RenderingProcess() as renderer:  # or rendering.Crew(): several at once
        count = rendering.write_pdf(out, contents, renderer, store)

The same facts give the same bytes. A service's part is kept under the digest of its content (service_digest), so that
a pack in which one of twenty services changed renders one.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from queue import SimpleQueue
from typing import BinaryIO, Protocol

from portal.pdf import merging, numbering, parts, resources, stamping
from portal.pdf.describing import Description
from portal.pdf.errors import PdfError
from portal.pdf.parts import Part
from portal.pdf.process import RenderingProcess
from portal.pdf.resources import Resource
from readiness.packs import pages
from readiness.packs.pages import Document
from readiness.rules.pack_contents import PackContents, ServiceChapterData

READING = "How to read this pack"
MANIFEST = "manifest"
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


class Crew:
    """Renderers at work side by side: a renderer itself, and safe to be asked by several threads at once.

    For work in the foreground; a worker of the queue renders one service at a time.
    """

    def __init__(self, processes: int = 2) -> None:
        self.processes = processes
        self._stack = ExitStack()
        self._idle: SimpleQueue[RenderingProcess] = SimpleQueue()

    def __enter__(self) -> "Crew":
        for _ in range(self.processes):
            self._idle.put(self._stack.enter_context(RenderingProcess()))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def render(self, html: str, own: Mapping[str, Resource] | None = None) -> Part:
        """The part, made by whichever process is free first."""
        renderer = self._idle.get()
        try:
            return renderer.render(html, own)
        finally:
            self._idle.put(renderer)


def service_digest(service: ServiceChapterData) -> str:
    """The name under which a service's part is kept: SHA-256, in hex, of its pages, the style, fonts and software."""
    return _digest(pages.service(service))


def service_part(service: ServiceChapterData, renderer: Renderer, store: Store) -> Part:
    """A service's part, rendered only where the store has none of this content."""
    return _made([_service(service)], renderer, store)[0]


def service_parts(services: Sequence[ServiceChapterData], renderer: Renderer, store: Store) -> list[Part]:
    """The parts of several services, side by side with a Crew."""
    return _made([_service(service) for service in services], renderer, store)


def write_pdf(out: BinaryIO, contents: PackContents, renderer: Renderer, store: Store) -> int:
    """Write the whole pack as one PDF; how many pages it has. `out` needs no seeking.

    With a Crew the parts are rendered side by side; the store is used by the calling thread alone.
    Raises PdfError and what the renderer raises.
    """
    wanted = [
        Wanted("cover", "Audit pack", lambda: [pages.cover(contents)], is_kept=False),
        Wanted("reading", READING, lambda: [pages.reading(contents)]),
        Wanted("summary", "Summary", lambda: [pages.summary(contents)], is_kept=False),
        *map(_service, contents.services),
        *_manifest(contents),
        Wanted("verification", "Verification", lambda: [pages.verification(contents)], is_kept=False),
    ]
    made = _made(wanted, renderer, store)
    placed = _with_contents(_in_place(wanted, made), renderer)
    furniture = stamping.Furniture(
        document=f"Audit pack {contents.cover.number}",
        handling=", ".join(filter(None, (contents.cover.handling, contents.cover.organisation))),
    )
    specimen = renderer.render(stamping.specimen(furniture, placed))
    return merging.merge(out, placed, _description(contents), stamping.Stamp(specimen.pdf, furniture))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part that a pack needs: the name links use, its title, its documents, and whether it is worth keeping."""

    name: str
    title: str
    documents: Callable[[], Sequence[Document]]
    is_kept: bool = True


def _service(service: ServiceChapterData) -> Wanted:
    return Wanted(f"service-{service.slug}", service.title, partial(pages.service, service))


def _manifest(contents: PackContents) -> list[Wanted]:
    """Each of its documents is kept by itself, under the name of all."""
    return [Wanted(MANIFEST, "Evidence manifest", partial(list, [document])) for document in pages.manifest(contents)]


def _made(wanted: Sequence[Wanted], renderer: Renderer, store: Store) -> list[Part]:
    """All these parts, from the store or rendered; the next one's HTML is made while a Crew renders."""
    with ThreadPoolExecutor(renderer.processes if isinstance(renderer, Crew) else 1) as pool:
        waiting: list[tuple[Wanted, str, Part | list[Future[Part]]]] = []
        for one in wanted:
            documents = one.documents()
            digest = _digest(documents) if one.is_kept else ""
            kept = store.find(digest) if digest else None
            waiting.append((one, digest, kept or [pool.submit(_rendered, each, renderer) for each in documents]))
        return [_settled(one, digest, part, store) for one, digest, part in waiting]


def _settled(one: Wanted, digest: str, part: Part | list[Future[Part]], store: Store) -> Part:
    if isinstance(part, Part):
        return part
    made = merging.join([future.result() for future in part], one.title)
    if digest:
        store.keep(digest, made)
    return made


def _in_place(wanted: Sequence[Wanted], made: Sequence[Part]) -> list[tuple[str, str, Part]]:
    """Name, title and part in the order of the pack, parts of one name joined."""
    found = []
    for (name, title), group in groupby(zip(wanted, made, strict=True), key=lambda one: (one[0].name, one[0].title)):
        found.append((name, title, merging.join([part for _, part in group], title)))
    return found


def _with_contents(waiting: Sequence[tuple[str, str, Part]], renderer: Renderer) -> list[parts.Placed]:
    """All parts in place with the contents page before the summary, rendered until its own length has settled."""
    likely = pages.likely_contents_pages(numbering.lines(parts.in_order(waiting), leaving_out=("cover",)))
    page = Part(b"", likely, (), {})
    for _ in range(ROUNDS):
        placed = parts.in_order([*waiting[:2], ("contents", "Contents", page), *waiting[2:]])
        lines = numbering.lines(placed, leaving_out=("cover", "contents"))
        made = _rendered(pages.contents_page(lines), renderer)
        if made.pages == page.pages:
            return parts.in_order([*waiting[:2], ("contents", "Contents", made), *waiting[2:]])
        page = made
    raise PdfError("The contents page did not settle.")


def _digest(documents: Sequence[Document]) -> str:
    digests = [resources.content_digest(document.html, document.own) for document in documents]
    return digests[0] if len(digests) == 1 else resources.content_digest("\n".join(digests))


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
