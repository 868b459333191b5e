"""Files as they arrive: under the whole name they came with, so that a form can say that it is too long.

The library cuts a name to 255 characters without a word, and reads no more than 1 KB of what stands before a file: a
longer name would end in a page that says nothing of it.
"""

from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import multipartparser

LONGEST_HEAD = 64 * 1024
"""Bytes before a file's content, its name among them. What is longer is refused as a whole."""
WHOLE_NAME = "whole_name"
MOST_FILES = 100
"""Files that one form takes at once."""


def take_long_heads() -> None:
    """Called once at start."""
    multipartparser.MAX_TOTAL_HEADER_SIZE = LONGEST_HEAD  # type: ignore[attr-defined]  # not in the stubs


class InMemory(MemoryFileUploadHandler):
    """A small file."""

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file with its whole name."""
        return _named(super().file_complete(file_size), self.file_name)


class OnDisk(TemporaryFileUploadHandler):
    """A large one."""

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file with its whole name."""
        return _named(super().file_complete(file_size), self.file_name)


def name_of(file: "File[Any]") -> str:
    """The name it came with."""
    return str(getattr(file, WHOLE_NAME, file.name) or "")


def _named(file: "UploadedFile[Any] | None", name: str | None) -> "UploadedFile[Any] | None":
    if file is not None:
        setattr(file, WHOLE_NAME, name)
    return file
