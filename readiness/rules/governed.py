"""What a verdict rests on, as plain data with one digest: the gate compares it as it is now with what was frozen."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from readiness.choices import Verdict

PARTS = {
    "service": "The service’s traits, tier or way back changed.",
    "targets": "The service’s targets changed.",
    "release": "What the release changes or carries changed.",
    "reviews": "Other reviews count now.",
}
"""The parts that are told apart as wholes; items are told one by one."""


def rests_on(verdict: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What of it a verdict rests on: an emergency go skips the items, which are caught up on while it stands."""
    skipped = ("reviews", "items") if verdict == Verdict.EMERGENCY_GO else ()
    return {part: content for part, content in found.items() if part not in skipped}


def without_waivers(frozen: Mapping[str, Any], green: Collection[str]) -> dict[str, Any]:
    """The same without the waivers of items that were green: older records name them, though nothing rested on them."""
    items = frozen.get("items", {})
    named = {name: {**one, "waiver": None} for name, one in items.items() if name.split("/")[-1] in green}
    return {**frozen, "items": {**items, **named}}


def changed(frozen: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs from what was frozen, in sentences; empty when the verdict still rests on the same."""
    parts = [words for part, words in PARTS.items() if frozen.get(part) != live.get(part)]
    return (*parts, *_items(frozen.get("items", {}), live.get("items", {})))


def _items(frozen: Mapping[str, Any], live: Mapping[str, Any]) -> Iterable[str]:
    for name in sorted(frozen.keys() | live.keys()):
        was, now = frozen.get(name), live.get(name)
        if was != now:
            yield f"{name.split('/')[-1]}: {_words(was, now)}"


def _words(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if was is None:
        return "applies now."
    if now is None:
        return "does not apply any more."
    if was["content"] != now["content"]:
        return "its answer changed."
    if was["signoff"] != now["signoff"]:
        return "another sign-off stands." if now["signoff"] else "its sign-off is void."
    return "another waiver stands." if now["waiver"] else "its waiver is gone."
