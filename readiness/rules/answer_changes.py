"""What differs between two contents of one answer, in words: for whoever is to sign and has read the earlier one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.choices import Colour, PointState

NOTHING = "nothing"
NOT_RATED = "unanswered"


@dataclass(frozen=True)
class Change:
    """One part that changed: its name, and what it said before and says now. `is_text`: both are free words."""

    what: str
    was: str
    now: str
    is_text: bool = False


def between(
    before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Change, ...]:
    """All that changed between two contents (`AnswerContent.plain`), in the order of the page.

    `titles` names pieces of evidence by their public id, `labels` measured values by their name. The template's version
    and the answers that this one rests on are not told apart: their own pages say what they are.
    """
    return (
        *_rating(before, after),
        *_points(before, after),
        *_values(before, after, labels),
        *_text(before, after),
        *_evidence(before, after, titles),
    )


def evidence_of(*contents: Mapping[str, Any]) -> set[str]:
    """The public ids of all evidence in these contents."""
    return {piece for content in contents for piece in content.get("evidence", {})}


def _rating(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Change]:
    was, now = (Colour(content["rating"]).label if content["rating"] else NOT_RATED for content in (before, after))
    if was != now:
        yield Change("Colour", was, now)


def _text(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Change]:
    if before["text"] != after["text"]:
        yield Change("Text", before["text"], after["text"], is_text=True)


def _points(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Change]:
    was, now = ({point["number"]: point for point in content["points"]} for content in (before, after))
    for number in sorted(was.keys() | now.keys()):
        if was.get(number) != now.get(number):
            yield Change(f"Point {number}", _point(was.get(number)), _point(now.get(number)))


def _point(point: Mapping[str, Any] | None) -> str:
    if point is None:
        return "open"
    return "ticked" if point["state"] == PointState.TICKED else f"does not apply: {point['reason']}"


def _values(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]) -> Iterable[Change]:
    was, now = before["values"], after["values"]
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield Change(labels.get(name, name), was.get(name, NOTHING), now.get(name, NOTHING))


def _evidence(before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str]) -> Iterable[Change]:
    was, now = before["evidence"], after["evidence"]
    for piece in [*(was.keys() - now.keys()), *(now.keys() - was.keys())]:
        title = f"“{titles.get(piece, 'a piece')}”"
        yield Change("Evidence", title, "withdrawn") if piece in was else Change("Evidence", NOTHING, title)
