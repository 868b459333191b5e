"""Reading pages as a browser would: which links lead on, which forms post, and what they would send."""

import datetime
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from portal import demo

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WORDS = "Because it is so."
PASSWORD = demo.PASSWORD


@dataclass
class Form:
    """One way to post: where to, and what is in it by name."""

    action: str
    values: dict[str, str | list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """Links and posting forms of one page; empty fields are filled with something a person might type."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, set[str](), list[Form]()
        self._open: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in attributes}
        for name in ("href", "hx-get", "data-url"):
            if attrs.get(name):
                self._link(attrs[name])
        if tag == "form" and (attrs.get("method", "").lower() == "post" or attrs.get("hx-post")):
            self._form = Form(self._absolute(attrs.get("hx-post") or attrs.get("action") or ""))
            self.forms.append(self._form)
            self._form.values |= _with_it(attrs)
        elif attrs.get("hx-post"):
            self.forms.append(Form(self._absolute(attrs["hx-post"]), _with_it(attrs)))
        if self._form is not None and attrs.get("formaction"):
            self.forms.append(Form(self._absolute(attrs["formaction"]), self._form.values))
        if self._form is not None:
            self._control(tag, attrs, self._form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea" and self._area and self._form is not None:
            self._form.values.setdefault(self._area, WORDS)
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None and data.strip():
            self._form.values[self._area] = data.strip()

    def _control(self, tag: str, attrs: dict[str, str], form: Form) -> None:
        name = attrs.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and attrs.get("value"):
            if self._select not in form.values or "selected" in attrs:
                form.values[self._select] = attrs["value"]
        elif tag == "textarea" and name:
            self._area = name
        elif tag == "input" and name:
            self._input(attrs, name, form)

    def _input(self, attrs: dict[str, str], name: str, form: Form) -> None:
        kind = attrs.get("type", "text")
        if kind == "file":
            form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            if name not in form.values or "checked" in attrs:
                form.values[name] = attrs.get("value", "on")
        elif kind not in {"submit", "button"}:
            kind = "number" if attrs.get("inputmode") in {"decimal", "numeric"} else kind
            form.values.setdefault(name, attrs.get("value") or _typed(kind, name))

    def _link(self, target: str) -> None:
        address = self._absolute(target)
        if urlsplit(address).netloc == urlsplit(self.address).netloc:
            self.links.add(address.partition("#")[0])

    def _absolute(self, target: str) -> str:
        return urljoin(self.address, target)


def _with_it(attrs: dict[str, str]) -> dict[str, Any]:
    """What an element sends beside its own value."""
    values = json.loads(attrs.get("hx-vals") or "{}")
    return {name: str(value) for name, value in values.items()}


def _typed(kind: str, name: str) -> str:
    today = datetime.date.today()
    return {
        "date": str(today + datetime.timedelta(days=7)),
        "datetime-local": f"{today}T09:00",
        "email": "somebody@example.com",
        "number": "1",
        "password": PASSWORD,
        "url": "https://example.com/run",
        "hidden": "",
        "search": "",
        "time": "09:00",
    }.get(kind, "https://example.com/run" if name in {"url", "link"} else f"{name.replace('_', '-')}-typed")
