"""Taking small files out of an archive that somebody sent, whatever it was made to do to us.

Nothing is written to disk, and no path of it is used as one. Sizes are counted while unpacking, never believed; the
number of members, the size of each and of all together end it.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from portal.archive import ArchiveError

MOST_MEMBERS = 500
LARGEST = 1024 * 1024
"""Bytes of one file."""
LARGEST_TOGETHER = 32 * 1024 * 1024
"""Bytes of all files, unpacked."""
_KNOWN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def is_zip(content: bytes) -> bool:
    """Whether the bytes begin as a ZIP does."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def files(content: bytes) -> list[tuple[str, bytes]]:
    """Path and bytes of every file in a ZIP, folders left out, in its order.

    Raises ArchiveError where it is no ZIP, holds too much, or anything that an honest archive of texts does not hold:
    a path that leads out of it, a link, a device, a password, two files of one path.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return list(_files(archive))
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ArchiveError("This is no ZIP that can be read, or it is damaged.") from error


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise ArchiveError(f"This holds {len(members):,} files; {MOST_MEMBERS} are the most.")
    taken: set[str] = set()
    together = 0
    for info in members:
        _check(info, taken)
        taken.add(info.filename)
        body = _body(archive, info)
        together += len(body)
        if together > LARGEST_TOGETHER:
            raise ArchiveError(f"The files are more than {LARGEST_TOGETHER // 1024**2} MB together.")
        yield info.filename, body


def _check(info: zipfile.ZipInfo, taken: set[str]) -> None:
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in info.orig_filename:
        raise ArchiveError(f"“{name[:80]}” leads out of the archive.")
    if kind not in (0, stat.S_IFREG):
        raise ArchiveError(f"“{name[:80]}” is a link or a device, no file.")
    if info.flag_bits & 0x1:
        raise ArchiveError(f"“{name[:80]}” is locked by a password.")
    if info.compress_type not in _KNOWN:
        raise ArchiveError(f"“{name[:80]}” is packed in a way that is not taken.")
    if name in taken:
        raise ArchiveError(f"“{name[:80]}” is in it twice.")


def _body(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one member; what says it is larger, or turns out to be, is refused before it is unpacked whole."""
    if info.file_size <= LARGEST:
        with archive.open(info) as source:
            body = source.read(LARGEST + 1)
        if len(body) <= LARGEST:
            return body
    raise ArchiveError(f"“{info.filename[:80]}” is larger than {LARGEST // 1024**2} MB.")
