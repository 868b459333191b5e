"""Visits places as who comes there: people in browsers, tools with a token."""

from functools import cache
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import demo
from portal.models import User
from tests.factories import callers
from tests.harness.places import Place


class Visitors:
    """Browsers of people who have been here before, and tools with a token."""

    def __init__(self) -> None:
        self.browser = cache(self._browser)
        self.tool = cache(self._tool)

    def go(self, place: Place) -> tuple[int, HttpResponse]:
        """How many statements the place took, and its answer."""
        client = self.client(place)
        with CaptureQueriesContext(connection) as captured:
            answer = _asked(client, place)
        answer.close()
        return len(captured), answer

    def read(self, place: Place) -> tuple[bytes, HttpResponse]:
        """All that the place says, and its answer."""
        answer = _asked(self.client(place), place)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return said, answer

    def client(self, place: Place) -> Client:
        """Who comes there."""
        if place.who is None:
            return Client()
        return self.tool(place.who) if place.kind == "api" else self.browser(place.who, place.proven)

    def _browser(self, email: str, proven: bool) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=email))
        client.get("/profile/")
        if proven:
            client.post("/profile/proof/", {"password": demo.PASSWORD})
        return client

    def _tool(self, email: str) -> Client:
        secret = callers.caller(User.objects.get(email=email)).secret
        client = Client(headers={"authorization": f"Bearer {secret}"})
        client.get("/api/v1/services/")
        return client


def _asked(client: Client, place: Place) -> Any:
    headers = {"hx-request": "true"} if place.kind == "part" else None
    return client.get(place.path, headers=headers, follow=place.kind == "page")
