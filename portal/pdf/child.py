"""The rendering process: reads pages from its standard input, answers with parts on its standard output.

Started by process.py as a script, not imported, so that it loads none of the portal but `portal.pdf`: no settings, no
secrets, no database. Before it reads a page it gives up what it will not need: sockets, other programs, the network
(where the kernel lets it), the machine's fonts, and time and memory beyond its limits.
"""

import contextlib
import ctypes
import errno
import gc
import logging
import os
import resource
import sys
import types
import warnings
from pathlib import Path
from typing import Any

NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000
"""Flags of Linux's unshare(2)."""

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.dlsym/handle",
)
"""Audit events (PEP 578) that a rendering never has a reason for; the first part of the name decides."""


def main() -> None:
    """Render until the input ends. Arguments: CPU seconds for one page, megabytes of memory."""
    seconds, megabytes = int(sys.argv[1]), int(sys.argv[2])
    _load_only_pdf()
    from portal.pdf import messages, rendering, resources

    renderer = rendering.Renderer()
    renderer.render("<p>.</p>")  # everything that is loaded lazily is loaded now, before the doors close
    gc.freeze()  # what is loaded stays loaded: a collection after each page need not walk through it
    _close_doors(megabytes)
    messages.send(sys.stdout.buffer, {"ready": True})
    while (message := messages.receive(sys.stdin.buffer)) is not None:
        head, (html, *bodies) = message
        own = {
            name: resources.Resource(body, media_type)
            for (name, media_type), body in zip(head["own"], bodies, strict=True)
        }
        _allow_time(seconds)
        answer, blobs = _rendered(renderer, html.decode(), own)
        messages.send(sys.stdout.buffer, answer, blobs)


def _rendered(renderer: Any, html: str, own: Any) -> tuple[dict[str, Any], list[bytes]]:
    from portal.pdf.errors import PdfError

    try:
        part = renderer.render(html, own)
    except PdfError as error:
        return {"error": type(error).__name__, "message": str(error)}, []
    return {"pages": part.pages, "landmarks": part.landmarks}, [part.pdf]


def _load_only_pdf() -> None:
    """Stand in for the `portal` package, whose own start would load Celery and read settings."""
    root = Path(__file__).resolve().parents[2]
    package = types.ModuleType("portal")
    package.__path__ = [str(root / "portal")]
    sys.modules["portal"] = package
    sys.path.insert(0, str(root))
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())  # else it writes to the terminal
    warnings.filterwarnings("ignore", message="No fonts configured")  # on purpose: only the shipped ones


def _close_doors(megabytes: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower limit that stands already is kept
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1024**2,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.unshare(NEW_NETWORK) and libc.unshare(NEW_USER | NEW_NETWORK)  # where neither is allowed, the hook stands
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"The rendering process may not do this: {event}")


def _allow_time(seconds: int) -> None:
    """Set the process' limit of CPU time to what it has used plus what one page may use."""
    times = os.times()
    spent = int(times.user + times.system)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, hard))


if __name__ == "__main__":
    try:
        main()
    except MemoryError:  # so little was left that not even an answer could be made of it
        os._exit(errno.ENOMEM)
