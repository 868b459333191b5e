"""The archive holds what its lists name, and the lists are those that the PDF prints."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from portal import archive
from portal.archive import ArchiveError
from readiness.choices import EvidenceKind
from readiness.packs import archive as pack_archive
from readiness.packs import pages as pack_pages
from readiness.rules import pack_manifest
from readiness.rules.pack_contents import PackContents
from readiness.rules.pack_manifest import Entry
from readiness.rules.pack_reviews import Evidence
from tests.factories import pack

PDF = b"%PDF-1.7 as good as any"
BODIES = {name: name.encode() * 40 for name in ("scan.txt", "Überblick (Łódź) 王.pdf")}


def contents() -> tuple[PackContents, bytes]:
    """A pack with one service whose evidence is real bytes."""
    full = pack.claims_triage()
    section = full.reviews[0].sections[0]
    items = tuple(
        replace(item, evidence=(_piece(item.evidence[0], name),))
        for item, name in zip(section.items, [*BODIES, *BODIES], strict=False)
    )
    review = replace(full.reviews[0], sections=(replace(section, items=items),))
    draft = replace(pack.contents(replace(full, reviews=(review,))), data_files=())
    data = pack_archive.data_json(draft)
    return pack_archive.sealed(draft, data), data


def test_the_archive_holds_pdf_data_evidence_and_both_lists() -> None:
    found = _read(*contents())
    assert sorted(found) == sorted(
        [
            "GH-2026-0417.pdf",
            "data.json",
            *(pack_manifest.evidence_path(name, _sha(body)) for name, body in BODIES.items()),
            "record.sha256",
            "manifest.json",
            "README.txt",
        ]
    )
    assert found["GH-2026-0417.pdf"] == PDF
    assert set(BODIES.values()) <= set(found.values())


def test_the_manifest_names_each_file_and_the_record_digest() -> None:
    whole, data = contents()
    found = _read(whole, data)
    manifest = json.loads(found["manifest.json"])
    assert manifest["files"] == {path: _sha(body) for path, body in found.items() if path != "manifest.json"}
    assert manifest["record_digest"] == whole.cover.record_digest
    assert manifest["pack"] == "GH-2026-0417"
    assert manifest["as_of"] == "2026-10-01T00:00:00.000000Z"


def test_the_record_digest_of_the_cover_is_that_of_the_record_list() -> None:
    whole, data = contents()
    found = _read(whole, data)
    assert _sha(found["record.sha256"]) == whole.cover.record_digest
    listed = dict(reversed(line.split("  ")) for line in found["record.sha256"].decode().splitlines())
    assert listed == {path: _sha(found[path]) for path in found if path.startswith("evidence/") or path == "data.json"}


def test_the_data_holds_every_text_as_it_was_written() -> None:
    draft = replace(pack.contents(pack.hostile()), data_files=())
    data = json.loads(pack_archive.data_json(draft))
    trail = data["services"][0]["trail"]["events"]
    assert [event["sentence"] for event in trail] == list(pack.HOSTILE)
    assert trail[0]["at"] == "2026-08-01T12:00:00.000000Z"


def test_the_data_says_nothing_of_the_pack_number_or_the_time_of_making() -> None:
    data = pack_archive.data_json(pack.contents()).decode()
    assert "GH-2026-0417" not in data
    assert "2026-10-05" not in data


def test_the_same_pack_gives_the_same_archive() -> None:
    assert _write(*contents()) == _write(*contents())


def test_an_archive_has_no_problems() -> None:
    assert archive.problems(io.BytesIO(_write(*contents()))) == []


def test_evidence_that_was_exchanged_in_store_stops_the_archive() -> None:
    whole, data = contents()
    with pytest.raises(ArchiveError, match="is not the file that the record names"):
        pack_archive.write(io.BytesIO(), whole, pdf=io.BytesIO(PDF), data=data, opened=lambda _: io.BytesIO(b"other"))


def test_redacted_evidence_is_listed_nowhere_among_the_files() -> None:
    service = pack.claims_triage()
    redacted = [piece for piece in service.evidence if piece.redacted]
    assert redacted
    assert not [file for file in pack_pages.evidence_files(service) if file.name == redacted[0].name]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Configuration comparison, staging.pdf", "Configuration-comparison-staging.pdf"),
        ("Überblick (Łódź) 王.pdf", "Uberblick-odz-.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\temp\\a b.txt", "C-temp-a-b.txt"),
        ("王", "file"),
        (".htaccess", "htaccess"),
        ("a" * 200 + ".json", "a" * 75 + ".json"),
        ("x" * 200, "x" * 80),
        ("tab\tnew\nline.txt", "tab-new-line.txt"),
    ],
)
def test_names_become_safe_on_every_system(name: str, safe: str) -> None:
    assert pack_manifest.safe_name(name) == safe


def test_two_files_of_one_name_do_not_clash() -> None:
    first, second = pack.digest("one"), pack.digest("two")
    assert pack_manifest.evidence_path("a.pdf", first) != pack_manifest.evidence_path("a.pdf", second)


def _piece(piece: Evidence, name: str) -> Evidence:
    return replace(piece, name=name, kind=EvidenceKind.FILE, digest=_sha(BODIES[name]))


def _opened(entry: Entry) -> io.BytesIO:
    return io.BytesIO(BODIES[entry.name])


def _write(whole: PackContents, data: bytes) -> bytes:
    out = io.BytesIO()
    pack_archive.write(out, whole, pdf=io.BytesIO(PDF), data=data, opened=_opened)
    return out.getvalue()


def _read(whole: PackContents, data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_write(whole, data))) as found:
        return {path: found.read(path) for path in found.namelist()}


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_the_read_me_names_every_file_and_every_field_of_the_data() -> None:
    sealed, data = contents()
    found = _read(sealed, data)
    words = found["README.txt"].decode()

    for path in (name for name in found if "/" not in name):
        assert path in words, path
    for field in _fields(json.loads(data)):
        assert re.search(rf"^    (\w+, )?{field}(, \w+)?: ", words, re.MULTILINE), field
    assert sealed.cover.record_digest in words
    assert "<" not in words.replace("<=", "")


def _fields(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {field for inner in value.values() for field in _fields(inner)}
    return {field for inner in value for field in _fields(inner)} if isinstance(value, list) else set()
