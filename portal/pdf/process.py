"""The door to the rendering process: the portal itself never loads WeasyPrint.

    with process.RenderingProcess() as renderer:
        part = renderer.render(html)

The process takes 0.7 s to start and may be used for many pages. It has no secrets in its environment and sees no font
but the shipped ones. A page that takes too long or too much memory ends the process; the next page starts another.
"""

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from portal.pdf import errors, messages
from portal.pdf.errors import LimitExceeded, PdfError, RenderingFailed
from portal.pdf.parts import Part
from portal.pdf.resources import Resource

NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>'
"""A fontconfig without folders: what is not shipped does not exist for the renderer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may use: seconds of processor time, megabytes of memory. Waiting for its turn is allowed for."""

    seconds: int = 20
    megabytes: int = 300

    @property
    def patience(self) -> float:
        """Seconds on the clock after which a page is given up, however busy the machine is."""
        return self.seconds * 6


class RenderingProcess:
    """A child process that makes parts out of HTML, one at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "RenderingProcess":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def render(self, html: str, own: Mapping[str, Resource] | None = None) -> Part:
        """Make one part of an HTML page; `own` are its charts and the like, by name.

        Raises ResourceRefused, RenderingFailed or LimitExceeded.
        """
        own = own or {}
        head = {"own": [[name, resource.media_type] for name, resource in own.items()]}
        answer, blobs = self._asked(head, [html.encode(), *(resource.body for resource in own.values())])
        if "error" in answer:
            raise cast("type[PdfError]", getattr(errors, answer["error"]))(answer["message"])
        return Part.kept(blobs[0], answer["pages"], answer["landmarks"])

    def close(self) -> None:
        """End the process and take its temporary folder away."""
        if self._child is not None:
            for stream in (self._child.stdin, self._child.stdout):
                with contextlib.suppress(OSError):
                    cast("IO[bytes]", stream).close()
            self._child.kill()
            self._child.wait()
            self._child = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _asked(self, head: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        child = self._child or self._started()
        late = threading.Event()
        watch = threading.Timer(self.limits.patience, _give_up, (child, late))
        watch.daemon = True
        watch.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                messages.send(cast("Any", child.stdin), head, blobs)
            answer = messages.receive(cast("Any", child.stdout))
        finally:
            watch.cancel()
        if answer is None:
            raise self._ended(late=late.is_set())
        return answer

    def _ended(self, *, late: bool) -> PdfError:
        code = self._child.wait() if self._child else 0
        self.close()
        limits = f"{self.limits.seconds} seconds of processor time and {self.limits.megabytes} MB"
        if code == errno.ENOMEM:
            return LimitExceeded("The page needs more memory than its process may use.")
        if late or code < 0:
            return LimitExceeded(f"The page took more than its process may use: {limits}.")
        return RenderingFailed(f"The rendering process ended by itself (exit code {code}).")

    def _started(self) -> "subprocess.Popen[bytes]":
        self._folder = tempfile.TemporaryDirectory(prefix="pdf-")
        (Path(self._folder.name) / "fonts.conf").write_text(NO_FONTS, encoding="utf-8")
        script = Path(__file__).with_name("child.py")
        self._child = subprocess.Popen(  # noqa: S603  # our own script, our own arguments
            [sys.executable, "-I", "-B", str(script), str(self.limits.seconds), str(self.limits.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment(self._folder.name),
            cwd=self._folder.name,
        )
        if messages.receive(cast("Any", self._child.stdout)) is None:
            code = self._child.wait()
            self.close()
            raise RenderingFailed(f"The rendering process did not start (exit code {code}).")
        return self._child

    @staticmethod
    def _environment(folder: str) -> dict[str, str]:
        """Nothing of ours but what finding shared libraries takes."""
        kept = {
            name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ
        }
        return {
            **kept,
            "HOME": folder,
            "TMPDIR": folder,
            "XDG_CACHE_HOME": folder,
            "FONTCONFIG_FILE": str(Path(folder) / "fonts.conf"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }


def _give_up(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()
