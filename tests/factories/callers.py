"""Other tools that call the API: a token of a person, and what comes back."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from portal.actions import tokens
from portal.models import Team, User
from tests.factories import portal

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Caller:
    """A tool with a token."""

    secret: str

    def get(self, path: str, **headers: str) -> Any:
        """GET, with the token and further headers (`if_none_match=…`)."""
        return Client(raise_request_exception=False).get(f"/api/v1/{path}", headers=self._with(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """POST of JSON."""
        return Client(raise_request_exception=False).post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self._with(headers)
        )

    def send(self, path: str, form: dict[str, Any], **headers: str) -> Any:
        """POST of a form, whose values may be files."""
        return Client(raise_request_exception=False).post(f"/api/v1/{path}", form, headers=self._with(headers))

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """PATCH of JSON."""
        return Client(raise_request_exception=False).patch(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self._with(headers)
        )

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}


def caller(who: User, may: str = "read", team: Team | None = None) -> Caller:
    """A tool that may read, or read and write, as this person."""
    return Caller(tokens.issue(portal.access(who), name=f"ci {next(_numbers)}", may=may, team=team).secret)


def as_json(answer: HttpResponse) -> Any:
    """The body of an answer."""
    return json.loads(answer.content)
