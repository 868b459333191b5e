"""What a verdict rests on: what differs is said, part by part."""

from typing import Any

import pytest

from readiness.rules import governed

ITEM = {"content": "c1", "signoff": "s1", "waiver": None}
FROZEN: dict[str, Any] = {
    "service": {"tier": 2},
    "targets": None,
    "release": {},
    "reviews": {},
    "items": {"deployment/a": ITEM},
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ()),
        ({"service": {"tier": 1}}, ("The service’s traits, tier or way back changed.",)),
        ({"targets": {"p95_ms": "1"}}, ("The service’s targets changed.",)),
        ({"release": {"changes": ["model"]}}, ("What the release changes or carries changed.",)),
        ({"items": {"deployment/a": {**ITEM, "content": "c2"}}}, ("a: its answer changed.",)),
        ({"items": {"deployment/a": {**ITEM, "signoff": None}}}, ("a: its sign-off is void.",)),
        ({"items": {"deployment/a": {**ITEM, "signoff": "s2"}}}, ("a: another sign-off stands.",)),
        ({"items": {"deployment/a": {**ITEM, "waiver": "w"}}}, ("a: another waiver stands.",)),
        ({"items": {}}, ("a: does not apply any more.",)),
        ({"items": {"deployment/a": ITEM, "deployment/b": ITEM}}, ("b: applies now.",)),
    ],
)
def test_what_changed_is_said(changed: dict[str, Any], words: tuple[str, ...]) -> None:
    assert governed.changed(FROZEN, FROZEN | changed) == words
