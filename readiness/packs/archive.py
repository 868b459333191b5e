"""An audit pack's archive: the PDF, the data, the evidence and the lists that let anyone check them.

    data = archive.data_json(draft)                    # a draft has no record digest yet
    contents = archive.sealed(draft, data)             # now its cover has
    rendering.write_pdf(pdf, contents, renderer, store)
    archive.write(out, contents, pdf=pdf, data=data, opened=...)

Evidence is read from store while it is written, and must have the digest that the record names.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO

import rfc8785

from portal import archive
from portal.archive import Member
from portal.canonical import plain
from readiness.packs import pages, read_me
from readiness.rules import pack_manifest
from readiness.rules.pack_contents import PackContents
from readiness.rules.pack_manifest import DATA_FILE, READ_ME, RECORD_LIST, Entry

FORMAT = "gatehouse-audit-pack/1"

Opener = Callable[[Entry], AbstractContextManager[BinaryIO]]
"""Opens the bytes of a file of evidence."""


def data_json(draft: PackContents) -> bytes:
    """Everything that the pack prints of its services, as canonical JSON (RFC 8785): times in UTC, no floats."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            **_period(draft),
            "services": [_as_data(service) for service in draft.services],
            "meanings": [_as_data(meaning) for meaning in draft.meanings],
            "verification": _as_data(draft.verification),
        }
    )


def sealed(draft: PackContents, data: bytes) -> PackContents:
    """The contents with the files of data in the manifest and the record digest on the cover."""
    whole = Entry(DATA_FILE, "All that the pack shows, as data", len(data), hashlib.sha256(data).hexdigest())
    contents = dataclasses.replace(draft, data_files=(whole, *(entry for entry, _ in _snapshots(draft))))
    digest = pack_manifest.record_digest(_entries(contents))
    return dataclasses.replace(contents, cover=dataclasses.replace(contents.cover, record_digest=digest))


def write(out: BinaryIO, contents: PackContents, *, pdf: BinaryIO, data: bytes, opened: Opener) -> dict[str, Any]:
    """Write the archive; its manifest. `pdf` is read from its beginning; `opened` gives the bytes of evidence.

    Raises ArchiveError where a file's bytes are not those that the record names.
    """
    pdf.seek(0)
    about = {
        "format": FORMAT,
        "pack": contents.cover.number,
        "pdf": contents.cover.pdf_name,
        "record_digest": contents.cover.record_digest,
        "made_at": plain(contents.cover.made_at),
        **_period(contents),
    }
    return archive.write(out, _members(contents, pdf, data, opened), about)


def _members(contents: PackContents, pdf: BinaryIO, data: bytes, opened: Opener) -> Iterator[Member]:
    yield Member(contents.cover.pdf_name, lambda: nullcontext(pdf))
    entries = _entries(contents)
    at_hand = {DATA_FILE: data} | {entry.path: body for entry, body in _snapshots(contents)}
    for entry in entries:
        if entry.path in at_hand:
            yield dataclasses.replace(archive.member(entry.path, at_hand[entry.path]), digest=entry.digest)
        else:
            yield Member(entry.path, partial(opened, entry), entry.digest)
    yield archive.member(RECORD_LIST, pack_manifest.record_list(entries).encode())
    yield archive.member(READ_ME, read_me.text(contents).encode())


def _snapshots(contents: PackContents) -> Iterator[tuple[Entry, bytes]]:
    """What each decision saw, as a file whose SHA-256 is the digest that the decider signed."""
    for service in contents.services:
        for decision in service.decisions:
            if decision.snapshot:
                body, name = decision.snapshot.encode(), f"What {decision.reference} of {service.title} saw"
                yield Entry(decision.snapshot_path, name, len(body), decision.signature.digest, service.slug), body


def _entries(contents: PackContents) -> list[Entry]:
    """Every file of data and evidence, each path once, sorted."""
    files = {entry.path: entry for service in contents.services for entry in pages.evidence_files(service)}
    files |= {entry.path: entry for entry in contents.data_files}
    return [files[path] for path in sorted(files)]


def _period(contents: PackContents) -> dict[str, Any]:
    cover = contents.cover
    return {name: plain(getattr(cover, name)) for name in ("since", "until", "as_of")}


def _as_data(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field for field in dataclasses.fields(value) if "is_file" not in field.metadata)
        return {field.name: _as_data(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple | list):
        return [_as_data(item) for item in value]
    return plain(Decimal(str(value)) if isinstance(value, float) else value)
