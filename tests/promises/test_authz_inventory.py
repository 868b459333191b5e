"""R01: no endpoint exists without a stated access rule, and the rule stated is the one that holds."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import URLPattern, path

from portal import checks
from portal.doors import DOORS_OF_OTHERS, PUBLIC, SIGNED_IN
from portal.permissions import Capability
from tests.harness.results import tell

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
MOST_PUBLIC = 12
PUBLIC_NAMES = {
    "healthz",
    "readyz",
    "start",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "unsubscribe",
}
"""Where strangers may come. Adding a name here is a decision; it stands in the review of the change."""
EXAMPLES = {"int": "1", "slug": "x", "str": "x", "uuid": str(uuid.UUID(int=0)), "path": "x"}


def patterns() -> list[tuple[str, URLPattern]]:
    return list(checks.every_pattern())


def answered(pattern: URLPattern) -> set[str]:
    """The methods that the code behind a pattern answers, by its own looks."""
    view: Any = pattern.callback
    if hasattr(view, "door"):
        return set(view.door)
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if owner is None:
        return set(METHODS)  # a bare function answers everything
    handlers = getattr(view, "actions", None) or {name for name in owner.http_method_names if hasattr(owner, name)}
    return {name.upper() for name in handlers} & METHODS


def pairs() -> Iterator[tuple[str, URLPattern, str]]:
    for route, pattern in patterns():
        for method in sorted(answered(pattern)):
            yield route, pattern, method


def rule(pattern: URLPattern, method: str) -> Any:
    declared = checks.door_of(pattern) or {}
    return declared.get(method, declared.get("GET") if method == "HEAD" else None)


def example(route: str) -> str:
    """An address of the route, with any value for what it takes; of a choice of words the first."""
    if "(?P" in route:
        words = re.sub(r"\(\?P<\w+>(\w+)\|[^)]*\)", r"\1", route)
        route = re.sub(r"\(\?P<\w+>[^)]*\)", "x", words)
        return "/" + route.replace("^", "").replace("$", "").replace("\\", "")
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES[found[1] or "str"], route)


def test_every_url_and_method_says_who_may_come_in() -> None:
    undeclared = [f"{method} /{route}" for route, pattern, method in pairs() if rule(pattern, method) is None]
    total = len(list(pairs()))
    assert total > 100
    tell("R01", f"{len(undeclared)} of {total} undeclared {undeclared[:5]}", 0, kept=not undeclared)


def test_every_rule_is_one_that_exists() -> None:
    known = {PUBLIC, SIGNED_IN, *Capability}
    for route, pattern, method in pairs():
        assert rule(pattern, method) in known, f"{method} /{route}"


def test_no_rule_is_left_of_what_is_gone() -> None:
    names = {pattern.name for _, pattern in patterns()}
    stale = sorted(set(DOORS_OF_OTHERS) - names)
    for route, pattern in patterns():
        stale += [f"{method} /{route}" for method in set(checks.door_of(pattern) or {}) - answered(pattern) - {"HEAD"}]
    tell("R01", f"{len(stale)} stale {stale[:5]}", 0, kept=not stale)


def test_strangers_come_in_at_named_doors_only() -> None:
    public = {str(pattern.name) for _, pattern, method in pairs() if rule(pattern, method) == PUBLIC}
    assert public == PUBLIC_NAMES
    tell("R01", f"{len(public)} public", f"at most {MOST_PUBLIC}", kept=len(public) <= MOST_PUBLIC)


@pytest.mark.django_db
def test_what_is_stated_holds_for_a_stranger() -> None:
    open_doors = []
    for route, pattern, method in pairs():
        if rule(pattern, method) == PUBLIC:
            continue
        answer = Client().generic(method, example(route))
        led_away = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        if not led_away and answer.status_code not in (401, 403):
            open_doors.append(f"{method} {example(route)}: {answer.status_code}")
    tell("R01", f"{len(open_doors)} open to strangers {open_doors[:5]}", 0, kept=not open_doors)


@pytest.mark.django_db
def test_methods_that_are_not_stated_are_not_answered() -> None:
    wrong = []
    for route, pattern in patterns():
        if not hasattr(pattern.callback, "door"):
            continue
        for method in METHODS - set(pattern.callback.door):
            status = Client().generic(method, example(route)).status_code
            wrong += [] if status == 405 else [f"{method} {example(route)}: {status}"]
    tell("R01", f"{len(wrong)} unstated methods answered {wrong[:5]}", 0, kept=not wrong)


def test_a_url_without_a_rule_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import urls

    bare = path("no-rule/", lambda _request: None, name="bare")  # type: ignore[arg-type,return-value]
    assert [message for message in run_checks() if str(message.id).startswith("portal.E00")] == []
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, bare])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        assert "portal.E001" in {message.id for message in run_checks()}
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_a_rule_without_a_url_stops_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DOORS_OF_OTHERS, "gone", {"GET": PUBLIC})
    assert "portal.E002" in {message.id for message in run_checks()}
