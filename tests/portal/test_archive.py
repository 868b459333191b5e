"""An archive's bytes depend on its content alone, and whatever changes in it shows."""

import io
import json
import os
import random
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest

from portal import archive
from portal.archive import ArchiveError, Member

MEMBERS = (("data.json", b'{"a":1}'), ("evidence/1-scan.txt", b"seen"), ("pack.pdf", os.urandom(5_000)))


def test_the_same_members_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _archive()
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    time.tzset()
    assert _archive() == first


def test_the_manifest_names_every_file_and_what_was_said_of_the_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(_archive())) as found:
        manifest = json.loads(found.read("manifest.json"))
        assert found.namelist() == [path for path, _ in MEMBERS] + ["manifest.json"]
        assert found.testzip() is None
    assert manifest == {"pack": "GH-1", "files": {path: sha256(body).hexdigest() for path, body in MEMBERS}}


def test_large_files_are_read_in_pieces(tmp_path: Path) -> None:
    sizes: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            sizes.append(size or -1)
            return super().read(size)

    with (tmp_path / "a.zip").open("wb") as out:
        archive.write(out, [Member("big", lambda: Watched(bytes(5_000_000)))], {})
    assert sizes
    assert all(0 < size <= archive.PIECE for size in sizes)


def test_every_source_is_closed_again() -> None:
    opened: list[BinaryIO] = []

    @contextmanager
    def source() -> Iterator[BinaryIO]:
        with io.BytesIO(b"x") as stream:
            opened.append(stream)
            yield stream

    archive.write(io.BytesIO(), [Member("a", source), Member("b", source)], {})
    assert [stream.closed for stream in opened] == [True, True]


def test_bytes_that_are_not_those_of_the_record_stop_the_archive() -> None:
    wanted = Member("scan.txt", lambda: io.BytesIO(b"other"), sha256(b"seen").hexdigest())
    with pytest.raises(ArchiveError, match=r"scan\.txt is not the file that the record names"):
        archive.write(io.BytesIO(), [wanted], {})


@pytest.mark.parametrize("path", ["/etc/passwd", "../up", "a/../b", "a//b", "a\\b", "manifest.json", "./a", ""])
def test_unsafe_paths_are_refused(path: str) -> None:
    with pytest.raises(ArchiveError, match="no path for a file"):
        archive.write(io.BytesIO(), [archive.member(path, b"")], {})


def test_a_path_can_be_taken_once() -> None:
    with pytest.raises(ArchiveError, match="is taken"):
        archive.write(io.BytesIO(), [archive.member("a", b"1"), archive.member("a", b"2")], {})


def test_an_untouched_archive_has_no_problems() -> None:
    assert archive.problems(io.BytesIO(_archive())) == []


def test_200_random_changes_of_one_byte_are_all_found() -> None:
    chance = random.Random(7)
    for _ in range(200):
        path, body = chance.choice(MEMBERS)
        place = chance.randrange(len(body))
        changed = body[:place] + bytes([body[place] ^ chance.randint(1, 255)]) + body[place + 1 :]
        assert archive.problems(_repacked({path: changed})) == [f"{path} was changed."]


def test_added_and_missing_files_are_found() -> None:
    assert archive.problems(_repacked({"extra.txt": b"x"})) == ["extra.txt is not in the manifest."]
    assert archive.problems(_repacked({"data.json": None})) == ["data.json is missing."]
    assert archive.problems(_repacked({"manifest.json": None})) == ["There is no manifest.json."]


def test_what_is_no_archive_is_a_problem_and_no_crash() -> None:
    whole = _archive()
    for broken in (b"", b"%PDF-1.7", whole[: len(whole) // 2], whole[:-30]):
        assert archive.problems(io.BytesIO(broken))


def _archive() -> bytes:
    out = io.BytesIO()
    archive.write(out, [archive.member(path, body) for path, body in MEMBERS], {"pack": "GH-1"})
    return out.getvalue()


def _repacked(changes: dict[str, bytes | None]) -> io.BytesIO:
    """The archive with other bytes in some files, without those that are None, and with its manifest as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_archive())) as source, zipfile.ZipFile(out, "w") as target:
        for path in [*source.namelist(), *(set(changes) - set(source.namelist()))]:
            body = changes.get(path, source.read(path) if path in source.namelist() else None)
            if body is not None:
                target.writestr(path, body)
    return out
