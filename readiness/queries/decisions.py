"""Recorded decisions with what became of them: conditions met, deployments, newer verdicts."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery

from portal import clock
from portal.permissions import Access
from readiness.choices import DecisionState, LiveVerdict
from readiness.models import (
    Condition,
    DecisionWithdrawal,
    Deployment,
    Environment,
    LaunchDecision,
    LiveDecision,
    Release,
)
from readiness.models.decisions import LaunchDecisionQuerySet
from readiness.models.releases import DeploymentQuerySet
from readiness.queries.launch_subjects import Subject
from readiness.rules import decision_states


@dataclass(frozen=True)
class Rollback:
    """That a release was rolled back: when, by whom, why, and what failed or was late (the item's key, a sentence)."""

    at: datetime.datetime
    by: str
    reason: str
    troubles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Recorded:
    """A decision, its conditions, and what it is worth at the moment it was read.

    `rollback` is what ended it after its deployment; `standing` and `with_rollbacks` read it.
    """

    decision: LaunchDecision
    conditions: tuple[Condition, ...]
    state: DecisionState
    facts: decision_states.DecisionFacts
    allows: bool
    rollback: Rollback | None = None

    @property
    def is_over(self) -> bool:
        """Whether a person's act ended it: nobody asks for its conditions any more."""
        return decision_states.is_over(self.state)

    @property
    def owed(self) -> tuple[Condition, ...]:
        """The conditions that were not met yet."""
        return tuple(condition for condition in self.conditions if not is_met(condition))

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When it ends by itself, if nobody deploys."""
        return decision_states.expires_at(self.facts)


def is_met(condition: Condition) -> bool:
    """Whether somebody stated that the condition is met."""
    return getattr(condition, "met", None) is not None


def came_in_time(condition: Condition) -> bool:
    """Whether it was met by the end of its last day. One that was met later lapsed: what lapsed does not come back."""
    return is_met(condition) and not condition.met.was_late


def deployed_on() -> DeploymentQuerySet:
    """Deployments that a decision (the outer row) stands behind: to its environment, before it could expire.

    Either after it, or before it where nothing else had reached the environment: decided anew, what runs there runs on.
    """
    followed = Deployment.objects.filter(
        environment=OuterRef("environment"),
        pk__gt=OuterRef("pk"),
        deployed_at__lt=OuterRef(OuterRef("decided_at")),
    ).exclude(release=OuterRef("release"))
    return Deployment.objects.filter(
        Q(deployed_at__gte=OuterRef("decided_at")) | ~Q(Exists(followed)),
        release=OuterRef("release"),
        environment=OuterRef("environment"),
        deployed_at__lt=OuterRef("decided_at") + datetime.timedelta(days=decision_states.DAYS_TO_DEPLOY),
    )


def withdrawn() -> Exists:
    """Whether a decision (the outer row) was withdrawn."""
    return Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))


def rolled_back() -> Exists:
    """Whether what a decision (the outer row) let go was rolled back since, without being decided anew."""
    return Exists(_rollbacks())


def still_asked(conditions: QuerySet[Condition]) -> QuerySet[Condition]:
    """Those of these conditions that nobody has met, of decisions that are not over (`decision_states.is_over`).

    Flat on purpose: it stands inside the count of every page's shell, and SQLite reads nesting to a limit.
    """
    later = LaunchDecision.objects.filter(
        release=OuterRef("decision__release"),
        environment=OuterRef("decision__environment"),
        sequence__gt=OuterRef("decision__sequence"),
    )
    return conditions.filter(
        ~Exists(later), ~Exists(_rollbacks("decision__")), met__isnull=True, decision__withdrawal__isnull=True
    )


def last_rollback(recorded: Iterable[Recorded]) -> Rollback | None:
    """The last one among what became of these decisions."""
    found = [one.rollback for one in recorded if one.rollback]
    return max(found, key=lambda rollback: rollback.at, default=None)


def _rollbacks(of: str = "") -> QuerySet[LiveDecision]:
    """The rollbacks of what a decision (the outer row, or what it names as `of`) let go since; the first one first."""
    return LiveDecision.objects.filter(
        verdict=LiveVerdict.ROLL_BACK,
        decided_at__gte=OuterRef(f"{of}decided_at"),
        deployment__release=OuterRef(f"{of}release"),
        deployment__environment=OuterRef(f"{of}environment"),
    ).order_by("decided_at")


def find(access: Access, slug: str, number: int) -> LaunchDecision | None:
    """One decision with what it froze, if the person may see its service: one statement."""
    related = ("service__scope__team", "service__owner", "release", "environment", "decided_by", "review")
    visible = LaunchDecision.objects.visible_to(access).select_related(*related)
    return visible.filter(service__slug=slug, number=number).first()


def listed(access: Access) -> LaunchDecisionQuerySet:
    """Those that a person may see, with all that says what each is worth: three statements at any number of rows."""
    related = ("service__scope__team", "release", "environment", "decided_by", "withdrawal__by", "emergency__request")
    found = _with_what_followed(LaunchDecision.objects.visible_to(access))
    owed = Condition.objects.select_related("owner", "met__by").order_by("due_on", "pk")
    return (
        found.select_related(*related, "emergency__request__asked_by")
        .prefetch_related(Prefetch("conditions", queryset=owed))
        .defer("snapshot")
    )


def with_rollbacks(found: LaunchDecisionQuerySet) -> LaunchDecisionQuerySet:
    """The same, each with what `worth` says of its rollback; no statement of its own."""
    return found.annotate(**_with_the_rollback())


def worth(row: LaunchDecision, now: datetime.datetime) -> Recorded:
    """What a decision that was read by `listed` is worth now."""
    return _recorded(row, tuple(row.conditions.all()), now, clock.today_in(row.service.team.time_zone, now))


def now_of(decision: LaunchDecision, now: datetime.datetime) -> Recorded:
    """What one decision is worth now, with its conditions: one statement."""
    today = clock.today_in(decision.service.team.time_zone, now)
    return standing(LaunchDecision.objects.filter(pk=decision.pk), now, today)[0]


def on(subject: Subject, now: datetime.datetime, today: datetime.date) -> list[Recorded]:
    """The decisions on this release in this environment, the newest first, without what they froze: one statement."""
    return recorded(subject.release, subject.environment, now, today)


def recorded(
    release: Release, environment: Environment, now: datetime.datetime, today: datetime.date
) -> list[Recorded]:
    """The same for any release and environment."""
    return standing(LaunchDecision.objects.filter(release=release, environment=environment), now, today)


def standing(queryset: LaunchDecisionQuerySet, now: datetime.datetime, today: datetime.date) -> list[Recorded]:
    """Decisions with conditions and state, newest first: one row a condition, one statement in all."""
    rows = (
        _with_what_followed(queryset)
        .annotate(one=FilteredRelation("conditions"), **_with_the_rollback())
        .select_related("decided_by", "one__owner", "one__met__by")  # type: ignore[misc]  # one is named just above
        .defer("snapshot")
        .order_by("-number", "one__due_on", "one__pk")
    )
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.pk, []).append(row)
    return [_recorded(found[0], _conditions(found), now, today) for found in grouped.values()]


def _with_what_followed(queryset: LaunchDecisionQuerySet) -> LaunchDecisionQuerySet:
    """The same, each with what came after it: a newer one, a deployment, a withdrawal, a rollback."""
    newer = LaunchDecision.objects.filter(
        release=OuterRef("release"), environment=OuterRef("environment"), sequence__gt=OuterRef("sequence")
    )
    return queryset.annotate(
        superseded=Exists(newer), deployed=Exists(deployed_on()), withdrawn=withdrawn(), rolled_back=rolled_back()
    )


def _with_the_rollback() -> dict[str, Subquery]:
    """What `_rollback` reads, as columns beside the decision: it costs no statement of its own."""
    columns = {"at": "decided_at", "by": "decided_by__name", "why": "reason", "asked": "asked", "body": "event__body"}
    return {f"back_{name}": Subquery(_rollbacks().values(column)[:1]) for name, column in columns.items()}


def _rollback(row: Any) -> Rollback | None:
    if getattr(row, "back_at", None) is None:
        return None
    keys = json.loads(row.back_body)["facts"]["items"]
    return Rollback(row.back_at, row.back_by, row.back_why, tuple(zip(keys, row.back_asked, strict=True)))


def _conditions(rows: Iterable[Any]) -> tuple[Condition, ...]:
    return tuple(one for row in rows if (one := getattr(row, "one", None)) is not None)


def _recorded(
    decision: Any, conditions: tuple[Condition, ...], now: datetime.datetime, today: datetime.date
) -> Recorded:
    facts = decision_states.DecisionFacts(
        verdict=decision.verdict,
        decided_at=decision.decided_at,
        superseded=decision.superseded,
        deployed=decision.deployed,
        withdrawn=decision.withdrawn,
        rolled_back=decision.rolled_back,
        owed_on=min((condition.due_on for condition in conditions if not came_in_time(condition)), default=None),
    )
    return Recorded(
        decision=decision,
        conditions=conditions,
        state=decision_states.state(facts, now, today),
        facts=facts,
        allows=decision_states.allows(facts, now, today),
        rollback=_rollback(decision),
    )
