"""Reads on a service's targets: the numbers in words, and who changed which."""

import json
from dataclasses import dataclass

from portal import canonical
from readiness.models import ServiceTarget
from readiness.queries.services import Change, author_of
from readiness.rules import targets as rules
from readiness.rules.figures import figure
from readiness.rules.measure_kinds import Unit


def changes_since(head: ServiceTarget, revision: int) -> list[Change]:
    """What was changed after that revision, oldest first. Revision 0 is the empty targets of a new service."""
    rows = list(head.revisions.filter(number__gte=revision).select_related("author", "event").order_by("number"))
    contents = [json.loads(row.content) for row in rows]
    if revision == 0:
        contents = [_as_registered(), *contents]
    else:
        rows = rows[1:]
    found = []
    for row, before, after in zip(rows, contents[:-1], contents[1:], strict=True):
        fields = tuple(name for name in rules.WORDS if before.get(name) != after.get(name))
        found.append(Change(row.number, author_of(row), row.event.at, fields, rules.in_words(list(fields))))
    return found


def _as_registered() -> dict[str, object]:
    """The targets of a new service: none."""
    content: dict[str, object] = canonical.plain(ServiceTarget().governed_content())
    return content


@dataclass(frozen=True)
class Figure:
    """One target for people: its name, the number with its unit ("" where none is declared), and which way it binds."""

    name: str
    words: str
    binds: str


BINDS = {
    "p95_ms": ("at most", Unit.MILLISECONDS),
    "p99_ms": ("at most", Unit.MILLISECONDS),
    "error_rate": ("at most", Unit.PERCENT),
    "availability": ("at least", Unit.PERCENT),
    "expected_peak": ("tested to at least twice this", Unit.PER_SECOND),
    "rollback_minutes": ("at most", Unit.MINUTES),
    "cost_per_prediction": ("at most", Unit.MONEY),
    "accuracy": ("at least", Unit.SCORE),
}
"""Which way each target binds, and its unit."""


def figures(head: ServiceTarget) -> list[Figure]:
    """Every target in the order of the form."""
    return [Figure(_name(head, name), _words(head, name), binds) for name, (binds, _) in BINDS.items()]


def history(head: ServiceTarget) -> list[Change]:
    """Every change, newest first: one statement."""
    return changes_since(head, 0)[::-1]


def _name(head: ServiceTarget, name: str) -> str:
    words = rules.WORDS[name]
    shown = words[0].upper() + words[1:] if not words.startswith("p9") else words
    return f"{shown} ({head.accuracy_metric})" if name == "accuracy" and head.accuracy_metric else shown


def _words(head: ServiceTarget, name: str) -> str:
    value = getattr(head, name)
    if value is None:
        return "15 min" if name == "rollback_minutes" else ""
    return figure(value, BINDS[name][1], head.currency)
