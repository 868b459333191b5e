"""R38: the browser's defences are on every response, and no writing happens without our own page asking for it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from portal import checks
from portal.models import User
from portal.permissions import Role
from tests.factories import portal as make
from tests.harness.results import tell

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
EXAMPLES = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def addresses() -> Iterator[tuple[str, set[str]]]:
    """Every address that can be written down without a regular expression, with the methods it answers."""
    for route, pattern in checks.every_pattern():
        if "(?P" not in route:
            path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES[found[1] or "str"], route)
            yield f"/{path}", set(checks.door_of(pattern) or {})


@pytest.fixture
def everything() -> User:
    """Somebody with every role, so that pages are reached and not only doors."""
    team = make.team()
    who = make.member(team, *(role for role in Role if role in ("lead", "contributor", "approver", "decider")))
    return make.member(None, Role.ADMINISTRATOR, Role.COMPLIANCE, who=who)


def weaknesses(browser: Client) -> tuple[list[str], int]:
    weak, seen = [], 0
    for path, methods in addresses():
        if "GET" not in methods:
            continue
        answer = browser.get(path)
        seen += 1
        given = dict(
            part.strip().split(" ", 1)
            for part in answer.get("Content-Security-Policy", "").split(";")
            if " " in part.strip()
        )
        weak += [f"{path}: {name}" for name, value in POLICY.items() if given.get(name) != value]
        weak += [f"{path}: {name}" for name, value in HEADERS.items() if answer.get(name) != value]
        weak += [f"{path}: unsafe" for word in ("unsafe-inline", "unsafe-eval") if word in str(given)]
    return weak, seen


def test_every_answer_carries_them(everything: User) -> None:
    signed_in = Client()
    signed_in.force_login(everything)
    weak, seen = [], 0
    for browser in (Client(), signed_in):
        found, count = weaknesses(browser)
        weak, seen = weak + found, seen + count
    tell("R38", f"{len(weak)} weak of {seen} answers {weak[:5]}", 0, kept=not weak and seen > 100)


BY_SIGNED_LINK = "/unsubscribe/"
"""Sent by mail programs (RFC 8058), which have no token of ours: the link is signed, and ends a mail at most."""
BY_A_TOKEN_OF_ITS_OWN = "/api/v1/alerts/"
TOLD_ALERTS = "/api/v1/alerts/told/"
"""Where a monitoring system posts: it has no session, so the refusal is that of a missing token."""


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["form", "htmx"])
def test_nothing_is_written_without_our_token(everything: User, headers: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(everything)
    accepted = []
    for path, methods in addresses():
        for method in methods & {"POST", "PUT", "PATCH", "DELETE"}:
            if path.startswith(BY_SIGNED_LINK):
                continue
            status = browser.generic(method, path, **headers).status_code
            of_its_own = path.startswith(BY_A_TOKEN_OF_ITS_OWN) and not path.startswith(TOLD_ALERTS)
            refused = 401 if of_its_own else 403
            accepted += [] if status == refused else [f"{method} {path}: {status}"]
    tell("R38", f"{len(accepted)} accepted without a token {accepted[:5]}", 0, kept=not accepted)


def test_a_foreign_host_is_refused(settings: pytest.FixtureRequest) -> None:
    settings.ALLOWED_HOSTS = ["gatehouse.example"]  # type: ignore[attr-defined]  # pytest-django's settings
    for host in ("evil.example", "gatehouse.example.evil.example", "gatehouse.example@evil.example"):
        assert Client().get("/sign-in/", HTTP_HOST=host).status_code == 400
    assert Client().get("/sign-in/", HTTP_HOST="gatehouse.example").status_code == 200


REDIRECTS = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example/%2f..",
    "https://localhost@evil.example",
    "https://localhost.evil.example",
]


@pytest.mark.parametrize("page", ["/sign-in/", "/profile/proof/"])
def test_no_page_leads_outside(page: str) -> None:
    outside = []
    for target in REDIRECTS:
        who = make.person()
        browser = Client()
        if page != "/sign-in/":
            browser.force_login(who)
        given = {"login": who.email, "password": make.PASSWORD, "next": target}
        answer = browser.post(page, given)
        assert answer.status_code == 302
        if not re.match(r"^/(?![/\\])", answer["Location"]):
            outside.append(target)
    tell("R38", f"{len(outside)} of {len(REDIRECTS)} open redirects of {page} {outside}", 0, kept=not outside)


def test_a_production_environment_passes_djangos_own_check(repository: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "".join(chr(33 + number % 90) for number in range(80)),
        "BASE_URL": "https://gatehouse.example",
        "ALLOWED_HOSTS": "gatehouse.example",
    }
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    warnings = checked.stderr.strip() if checked.returncode else "nothing"
    tell("R38", f"check --deploy says {warnings}", "nothing", kept=checked.returncode == 0)
