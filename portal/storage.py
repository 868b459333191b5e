"""Keeping uploaded files: streamed once for digest and size, typed by their bytes, under a name that says nothing."""

import codecs
import contextlib
import hashlib
import pathlib
import unicodedata
from collections.abc import Iterator
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum

from portal import clock
from portal.errors import DomainError
from portal.models import Attachment, Scope
from portal.permissions import Access

UNKNOWN_TYPE = "application/octet-stream"
EXECUTABLE_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
)
EXECUTABLE_ENDINGS = {".exe", ".dll", ".msi", ".bat", ".cmd", ".com", ".scr", ".ps1", ".sh", ".jar", ".app", ".vbs"}
TEXT_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".tsv": "text/tab-separated-values",
}
"""What a text may be called by the ending of its name: bytes cannot tell. Nothing that a browser would run."""

MARKED_TEXTS = (b"%PDF-", b"%!PS", b"{\\rtf")
"""How files begin that look like text and are not."""

HEAD = 4096
FIELD = "file"


def keep(access: Access, file: "UploadedFile[Any]", *, scope: Scope) -> Attachment:
    """Keeps the file for the scope's team, in the caller's transaction; the caller has asked for the permission.

    Raises DomainError at the field `file`: empty, over 25 MB, over the team's quota, or a program.
    """
    name = pathlib.PurePath((file.name or "file").replace("\\", "/")).name[:255] or "file"
    _refuse(file, name, scope)
    sha256 = digest(file)
    return Attachment.objects.create(
        scope=scope,
        file=file,
        name=name,
        media_type=media_type(file, name),
        size=file.size or 0,
        sha256=sha256,
        uploaded_by=access.person,
        uploaded_at=clock.now(),
    )


def digest(file: "UploadedFile[Any]") -> str:
    """SHA-256 of the file's bytes, in hex; it is read in pieces and stands at its beginning afterwards."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@contextlib.contextmanager
def kept(access: Access, file: "UploadedFile[Any]", *, scope: Scope) -> Iterator[Attachment]:
    """`keep` for the length of a block: where the rest of the change fails, the bytes go with the row."""
    attachment = keep(access, file, scope=scope)
    try:
        yield attachment
    except BaseException:
        attachment.file.delete(save=False)
        raise


def media_type(file: "UploadedFile[Any]", name: str) -> str:
    """What the bytes say the file is; never what the browser claimed."""
    head = _head(file)
    if _is_text(head) and not head.startswith(MARKED_TEXTS):
        return TEXT_TYPES.get(pathlib.PurePath(name.lower()).suffix, "text/plain")
    try:
        return puremagic.from_string(head, mime=True, filename=name) or UNKNOWN_TYPE
    except (puremagic.PureError, ValueError):
        return UNKNOWN_TYPE


def _is_text(head: bytes) -> bool:
    """Whether it reads as UTF-8 without control characters; the last character may be cut in two."""
    try:
        words = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(unicodedata.category(character) != "Cc" or character in "\t\n\r\f\x1b" for character in words)


def left_of_quota(scope: Scope) -> int:
    """How many bytes the scope's team may still keep."""
    kept = Attachment.objects.filter(scope__team=scope.team_id, redacted_at__isnull=True).aggregate(sum=Sum("size"))
    limit: int = settings.TEAM_STORAGE_BYTES
    return max(0, limit - (kept["sum"] or 0))


def _refuse(file: "UploadedFile[Any]", name: str, scope: Scope) -> None:
    size = file.size or 0
    limit = settings.EVIDENCE_FILE_BYTES
    if size == 0:
        raise _refused(f"{name} is empty.")
    if size > limit:
        raise _refused(f"{name} was not taken. It is {_mb(size)}; files may have up to {_mb(limit)}. Add a link to it.")
    if size > left_of_quota(scope):
        raise _refused(f"{name} was not taken. The team has {_mb(left_of_quota(scope))} left for files.")
    if _head(file).startswith(EXECUTABLE_STARTS) or pathlib.PurePath(name.lower()).suffix in EXECUTABLE_ENDINGS:
        raise _refused(f"{name} was not taken. It is a program; attach what it printed instead.")


def _head(file: "UploadedFile[Any]") -> bytes:
    file.seek(0)
    head: bytes = file.read(HEAD)
    file.seek(0)
    return head


def _mb(size: int) -> str:
    return f"{size / 1024**2:.1f} MB".replace(".0 MB", " MB")


def _refused(message: str) -> DomainError:
    return DomainError.of({FIELD: [message]})
