"""Reading pages as a person would: signed in as somebody, words without their markup."""

import re
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User


def signed_in(who: User) -> Client:
    """A browser in which somebody is signed in already."""
    browser = Client()
    browser.force_login(who)
    return browser


def words(answer: Any) -> str:
    """The page's words, one space between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def statements(browser: Client, path: str) -> int:
    """How often the page asks the database, once it is warm."""
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


class _Sent(HTMLParser):
    """What the form that writes would send if nobody typed anything more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._is_open, self._select, self._area = False, "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        self._is_open |= tag == "form" and "data-confirm-leave" in said
        name = said.get("name", "") if self._is_open else ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in said:
            self.values[self._select] = [said["value"]]
        elif tag == "textarea" and name:
            self._area, self.values[name] = name, [""]
        elif tag == "input" and name and (said.get("type") not in {"checkbox", "radio"} or "checked" in said):
            self.values.setdefault(name, []).append(said.get("value", "on" if said.get("type") == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        self._is_open &= tag != "form"
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area


def form(answer: Any) -> dict[str, list[str]]:
    """What the page's form holds by name, as the browser would send it unchanged."""
    found = _Sent(answer.content.decode()).values
    return {name: [value.removeprefix("\n") for value in values] for name, values in found.items()}
