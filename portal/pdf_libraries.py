"""Which of the system libraries behind PDFs are here.

WeasyPrint prints a page of advice and raises when one is missing, so this is asked first: by `./run`, with nothing but
Python's standard library (`python3 -I portal/pdf_libraries.py`) and by the portal, to say why no PDF can be made.
"""

import ctypes
import ctypes.util
import sys

LIBRARIES = {
    "gobject-2.0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "pango-1.0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
    "pangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
}
"""Short name → file names on Linux and on macOS, as WeasyPrint asks for them."""


def missing() -> list[str]:
    """Return the short names of the libraries that cannot be loaded; empty when PDFs can be made."""
    return [name for name, files in LIBRARIES.items() if not _loads(name, files)]


def _loads(name: str, files: tuple[str, ...]) -> bool:
    linux, macos = files
    return _opens(linux) or _opens(ctypes.util.find_library(name)) or _opens(macos)


def _opens(file: str | None) -> bool:
    if file is None:
        return False
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.stdout.write(" ".join(missing()))
