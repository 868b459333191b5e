"""Renders every payload under an audit hook and reports what was opened. A script: the hook cannot be taken off again.

Reads `{"file": …, "http": …, "port": …}` from its input; writes one line of JSON.
"""

import json
import sys
from typing import Any

from portal.pdf.errors import PdfError
from portal.pdf.rendering import Renderer
from portal.pdf.resources import Resource
from tests.promises.pdf_payloads import OWN, PAYLOADS

WATCHED = (
    *("open", "os.listdir", "os.scandir", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"),
    *(
        "socket.",
        "urllib.",
        "http.",
        "ftplib.",
        "subprocess.",
        "shutil.",
        "tempfile.",
        "glob.",
        "ctypes.dlopen",
        "import",
    ),
)


def main() -> None:
    """Warm up, close the doors, render."""
    where = json.load(sys.stdin)
    own = {name: Resource(body.format(**where).encode(), "image/svg+xml") for name, body in OWN.items()}
    broken = {"pack:own/broken.svg": Resource(b"no drawing", "image/svg+xml")}
    pages = [payload.format(**where) for payload in PAYLOADS]
    renderer = Renderer()
    warm = (
        '<html lang="en"><style>p {color: red}</style><img src="pack:mark/green.svg" alt="x"><b>x</b><code>x</code><p>x'
    )
    renderer.render(warm)
    _outcome(renderer, '<img src="file:///nowhere">', {})
    _outcome(renderer, '<img src="pack:own/broken.svg">', broken)  # loads every decoder there is

    seen: list[list[str]] = []
    sys.addaudithook(lambda event, arguments: _note(seen, event, arguments))
    outcomes = [_outcome(renderer, page, own) for page in pages]
    opened = list(seen)
    with open(where["path"]) as canary:  # noqa: PTH123  the hook must be able to see this
        canary.read()
    json.dump({"outcomes": outcomes, "opened": opened, "canary": seen[len(opened) :]}, sys.stdout)


def _outcome(renderer: Renderer, page: str, own: dict[str, Resource]) -> str:
    try:
        part = renderer.render(f'<html lang="en"><body>{page}</body></html>', own)
    except PdfError as error:
        return type(error).__name__
    return "secret" if b"open sesame" in part.pdf else "nothing"


def _note(seen: list[list[str]], event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(WATCHED):
        seen.append([event, repr(arguments[:1])])


if __name__ == "__main__":
    main()
