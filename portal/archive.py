"""A ZIP whose bytes depend on its content alone, with a manifest of the SHA-256 of every file in it.

Files are streamed, so that an archive of many large files takes no memory. Times, owners and the order of the machine
do not enter it: the same members in the same order give the same bytes.
"""

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO

import rfc8785

MANIFEST = "manifest.json"
PIECE = 1024 * 1024
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP can name: the same for every file."""


class ArchiveError(Exception):
    """The archive cannot be made or read as it must be; the text says why and is fit to be shown."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: its path there, how to open its bytes, and the digest they must have, where known."""

    path: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    digest: str = ""


def member(path: str, body: bytes) -> Member:
    """A member whose bytes are at hand."""
    return Member(path, lambda: io.BytesIO(body))


def write(out: BinaryIO, members: Iterable[Member], about: Mapping[str, Any]) -> dict[str, Any]:
    """Write the members in the order given and then `manifest.json`; the manifest.

    The manifest is canonical JSON (RFC 8785): `files`, from path to SHA-256 in hex, beside what `about` says.
    Raises ArchiveError for a path that is unsafe or taken, and for bytes that are not those of the member's digest.
    """
    files: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        for one in members:
            _check_path(one.path, files)
            with one.open() as source, _opened(archive, one.path) as target:
                files[one.path] = _copied(source, target)
            if one.digest and one.digest != files[one.path]:
                raise ArchiveError(f"{one.path} is not the file that the record names: its digest differs.")
        manifest = {**about, "files": files}
        with _opened(archive, MANIFEST) as target:
            target.write(rfc8785.dumps(manifest))
    return manifest


def problems(source: BinaryIO) -> list[str]:
    """What speaks against the archive by its own manifest, in sentences; empty where all of it agrees."""
    try:
        with zipfile.ZipFile(source) as archive:
            return list(_problems(archive))
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError) as error:
        return [f"The archive cannot be read: {error}"]


def _problems(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if MANIFEST not in names:
        yield f"There is no {MANIFEST}."
        return
    files = json.loads(archive.read(MANIFEST))["files"]
    for path in sorted(set(names) - set(files) - {MANIFEST}):
        yield f"{path} is not in the manifest."
    for path, digest in files.items():
        if names.count(path) != 1:
            yield f"{path} is missing." if path not in names else f"{path} is there more than once."
        elif _digest_of(archive, path) != digest:
            yield f"{path} was changed."


def _digest_of(archive: zipfile.ZipFile, path: str) -> str:
    """The digest of a file, or nothing where it cannot be unpacked whole."""
    try:
        with archive.open(path) as source:
            return _copied(source)
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""


def _check_path(path: str, taken: Mapping[str, str]) -> None:
    pure = PurePosixPath(path)
    if str(pure) != path or pure.is_absolute() or ".." in pure.parts or "\\" in path or path == MANIFEST:
        raise ArchiveError(f"{path!r} is no path for a file in an archive.")
    if path in taken:
        raise ArchiveError(f"{path!r} is taken by another file.")


@contextmanager
def _opened(archive: zipfile.ZipFile, path: str) -> Iterator[IO[bytes]]:
    info = zipfile.ZipInfo(path, BEGINNING)
    info.create_system = 3  # Unix, whatever this machine is
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.compress_type = zipfile.ZIP_DEFLATED if path.endswith(".json") else zipfile.ZIP_STORED
    with archive.open(info, "w", force_zip64=True) as target:
        yield target


def _copied(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Read to the end, writing to `target` where there is one; the digest of what was read."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        if target is not None:
            target.write(piece)
    return digest.hexdigest()
