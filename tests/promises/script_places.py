"""Where a text could come alive in an answer: what a browser, a reader of PDFs or a program for mail would act upon."""

import io
import re
from collections.abc import Iterator

import pikepdf
import tinyhtml5

SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.-]*):")
"""What a browser takes for a scheme; it takes tabs and line ends out first."""
LEADS_OUT = {"http", "https", "mailto"}
NEVER = {
    *("iframe", "frame", "object", "embed", "applet", "base", "style", "math", "marquee"),
    *("video", "audio", "source", "track", "animate", "set", "foreignObject", "portal"),
}
"""Elements that no page of ours has."""
DRAWN_BY_LIBRARIES = ("data:image/svg+xml;base64,PD94bWwg", "data:,")
"""The code that an authenticator app reads, and no icon at all."""
LOADS = ("src", "data", "poster", "background", "srcset", "xlink:href")
SENDS = ("action", "formaction", "ping", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")


def in_markup(html: str) -> Iterator[str]:
    """Each element and attribute of a page or a part of one that could run, load, send or restyle something."""
    for element in tinyhtml5.parse(html, namespace_html_elements=False).iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        name, attributes = element.tag.rpartition("}")[2], {_local(key): value for key, value in element.attrib.items()}
        yield from (f"<{name}>" for _ in [0] if name in NEVER or "zz" in name)
        yield from (f"<{name} {key}={value[:60]!r}>" for key, value in attributes.items() if _acts(name, key, value))
        if name == "script" and "src" not in attributes and attributes.get("type") != "application/json":
            yield "<script> of its own"


def _local(key: object) -> str:
    """An attribute's name, whatever namespace the parser saw it in."""
    return str(key).replace("{http://www.w3.org/1999/xlink}", "xlink:")


def _acts(element: str, key: str, value: str) -> bool:
    if key.startswith(("on", "hx-on")) or key in ("style", "srcdoc", "http-equiv") or "zz" in key:
        return True
    plain = re.sub(r"[\t\n\r]", "", value).strip()
    if key in LOADS or (key == "href" and element in ("link", "use", "image")):
        own = plain.startswith("/") and not plain.startswith(("//", "/\\"))
        return not own and not plain.startswith(DRAWN_BY_LIBRARIES)
    if key in SENDS:
        return bool(SCHEME.match(plain)) or plain.startswith(("//", "/\\", "\\"))
    scheme = SCHEME.match(plain)
    return key == "href" and scheme is not None and scheme[1].lower() not in LEADS_OUT


def in_pdf(pdf: bytes) -> Iterator[str]:
    """Each action of a PDF but going to a place in it or to a web address, and each file inside it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for entry in document.objects:
            if not isinstance(entry, pikepdf.Dictionary):
                continue
            kind, address = str(entry.get("/S", "")), str(entry.get("/URI", ""))
            if kind in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE") or "/JS" in entry:
                yield kind or "/JS"
            if address and (not (scheme := SCHEME.match(address)) or scheme[1].lower() not in LEADS_OUT):
                yield f"/URI {address[:60]!r}"
