"""Reading pages as a person would: signed in as somebody, words without their markup."""

import re
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
