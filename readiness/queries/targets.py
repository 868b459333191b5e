"""Reads on a service's targets: the numbers in words, and who changed which."""

import json
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from portal import canonical
from readiness.choices import GO
from readiness.models import Deployment, LaunchDecision, Service, ServiceTarget, TargetRevision
from readiness.queries.services import Change, author_of
from readiness.rules import targets as rules
from readiness.rules.figures import figure
from readiness.rules.measure_kinds import Unit
from readiness.rules.measures import Targets


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
    """One target for people: its name, the number with its unit ("" where there is none), and which way it binds.

    `is_declared` tells a number that the team declared from one that holds without.
    """

    name: str
    words: str
    binds: str
    is_declared: bool = True


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
    return [
        Figure(_name(head, name), _words(head, name), binds, is_declared=getattr(head, name) is not None)
        for name, (binds, _) in BINDS.items()
    ]


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


def baseline_in_production(service: Service) -> Targets | None:
    """The targets that the go for what is live fixed (product.md, Measured items); None before one. One statement."""
    return as_targets(seen_by_the_go(service).values_list("content", flat=True).first())


def seen_by_the_go(service: Service) -> QuerySet[TargetRevision]:
    """The revisions of the targets that the go for what is live saw, the newest first: the baseline is the first.

    What is live is the release deployed to production last.
    """
    live = Deployment.objects.to_production().filter(release__service=service).order_by("-deployed_at")
    goes = LaunchDecision.objects.for_production().filter(verdict__in=GO, release=Subquery(live.values("release")[:1]))
    return TargetRevision.objects.filter(
        subject__service=service, event_id__lte=Subquery(goes.order_by("-number").values("event_id")[:1])
    ).order_by("-number")


def as_targets(content: str | None) -> Targets | None:
    """A revision's content as targets; None where there is none."""
    return Targets.from_words(json.loads(content)) if content else None
