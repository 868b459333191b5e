"""A service's status computed from scratch, in four statements; the status row keeps the answer."""

import datetime
import zoneinfo
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from portal import clock, local_time
from readiness.catalogue import loader
from readiness.choices import (
    AssignmentRole,
    DecisionState,
    EnvironmentKind,
    ItemState,
    ReviewState,
    ServiceState,
    Stage,
    TemplateKey,
)
from readiness.extension_points import OpenIncidents
from readiness.models import (
    Assignment,
    Deployment,
    ItemAnswer,
    LaunchDecision,
    Review,
    Service,
)
from readiness.queries import decisions, locks, open_incidents, recurring_checks
from readiness.queries import scoring as scoring_queries
from readiness.rules import after_items, decision_states, missed_checks, ownership, pillars, scoring
from readiness.rules.missed_checks import Cycle
from readiness.rules.pillars import PillarItem

BEFORE_LIFE = (ServiceState.DRAFT, ServiceState.IN_REVIEW)
"""States in which a service has never owed a check."""
NOTHING_DECIDED: dict[str, Any] = {
    "decision_number": None,
    "verdict": "",
    "decided_at": None,
    "decided_release": "",
    "decided_for": "",
    "decided_for_kind": "",
    "expires_at": None,
    "lapses_on": None,
    "lapses_at": None,
    "ended": "",
}


@dataclass(frozen=True)
class ServiceStanding:
    """All that the status row keeps of a service, field by field."""

    pillars: list[str]
    red: int
    yellow: int
    applicable: int
    answered: int
    green: int
    waived: int
    owner_holes: int
    signoffs_waiting: int
    decision_number: int | None
    verdict: str
    decided_at: datetime.datetime | None
    decided_release: str
    decided_for: str
    decided_for_kind: str
    expires_at: datetime.datetime | None
    lapses_on: datetime.date | None
    lapses_at: datetime.datetime | None
    ended: str
    open_incidents: int
    worst_incident: int | None
    check_due_at: datetime.datetime | None
    checks_due: list[str]

    def as_fields(self) -> dict[str, Any]:
        """By the names of the row's columns."""
        return asdict(self)


def standing_of(service: Service) -> ServiceStanding:
    """Computes everything anew from reviews, assignments, decisions, incidents and checks: four statements or five."""
    return _standing(
        service,
        list(_answers(service)),
        _decision(service),
        _holders([service])[service.pk],
        open_incidents.counted([service.pk])[service.pk],
        _cycles(service),
    )


def standings_of(services: Sequence[Service]) -> dict[int, ServiceStanding]:
    """The same for many, by their keys: four statements, and two for each that is reviewed or decided on."""
    reviewed = set(Review.objects.filter(service__in=services).values_list("service_id", flat=True))
    decided = set(LaunchDecision.objects.filter(service__in=services).values_list("service_id", flat=True))
    holders = _holders(services)
    incidents = open_incidents.counted([service.pk for service in services])
    return {
        service.pk: _standing(
            service,
            list(_answers(service)) if service.pk in reviewed else [],
            _decision(service) if service.pk in decided else NOTHING_DECIDED,
            holders[service.pk],
            incidents[service.pk],
            _cycles(service),
        )
        for service in services
    }


def standing_at_first(service: Service) -> ServiceStanding:
    """The same for a service registered just now, of which nothing is reviewed, decided or held: no statement."""
    return _standing(service, [], NOTHING_DECIDED, frozenset(), OpenIncidents(), [])


def _cycles(service: Service) -> Sequence[Cycle]:
    """What it owed week by week; no statement for one that has never been live."""
    return recurring_checks.cycles(service) if service.state not in BEFORE_LIFE else []


def _standing(
    service: Service,
    rows: list[dict[str, Any]],
    decision: dict[str, Any],
    held: Collection[str],
    incidents: OpenIncidents,
    checks: Sequence[Cycle],
) -> ServiceStanding:
    now = clock.now()
    items = [_item(row, service.tier) for row in rows if row["is_current"]]
    found = pillars.standing(items, missed_checks.in_a_row(checks, now))
    due = sorted(cycle.due for cycle in checks if cycle.is_open(now))
    return ServiceStanding(
        pillars=pillars.as_words(found.pillars),
        red=found.red,
        yellow=found.yellow,
        applicable=found.applicable,
        answered=found.answered,
        green=found.green,
        waived=found.waived,
        owner_holes=_owner_holes(service, held),
        signoffs_waiting=sum(1 for row in rows if row["waits"]),
        open_incidents=incidents.number,
        worst_incident=incidents.worst,
        check_due_at=due[0] if due else None,
        checks_due=[moment.isoformat() for moment in due],
        **decision,
    )


def current_reviews(service: Any, by: datetime.datetime | None = None) -> tuple[QuerySet[Review], ...]:
    """The reviews that colour a service (or an OuterRef to one), one queryset of at most one row each.

    The latest pre-launch review and the latest assessment that were closed, or the open one where none was yet: one
    that has just been started says nothing new. And the deployment review of the release that is live; of the one being
    prepared, where none is live. With `by`, those that did at that moment.
    """
    standing = Review.objects.filter(service=service)
    if by is None:
        standing = standing.exclude(state=ReviewState.ABANDONED)
    else:
        standing = standing.filter(started_at__lte=by).exclude(state=ReviewState.ABANDONED, closed_at__lte=by)
    closed = ExpressionWrapper(
        Q(closed_at__isnull=False) if by is None else Q(closed_at__lte=by), output_field=BooleanField()
    )
    standing = standing.alias(was_closed=closed)
    newest = (F("was_closed").desc(nulls_last=True), "-started_at", "-pk")
    return (
        standing.filter(kind=TemplateKey.PRELAUNCH).order_by(*newest)[:1],
        standing.filter(kind=TemplateKey.PILLARS).order_by(*newest)[:1],
        standing.filter(kind=TemplateKey.DEPLOYMENT)
        .alias(live=_deployed_to_production(by))
        .order_by(F("live").desc(nulls_last=True), "-started_at", "-pk")[:1],
    )


def in_current_review(service: Service) -> Combinable:
    """Whether an answer stands in one of them, as an expression."""
    current = Q()
    for review in current_reviews(service.pk):
        current |= Q(review_id__in=review.values("pk"))
    return ExpressionWrapper(current, output_field=BooleanField())


def _deployed_to_production(by: datetime.datetime | None) -> Subquery:
    """When the release of a review last reached production, by that moment where one is given."""
    reached = Deployment.objects.filter(
        release=OuterRef("release"), environment__kind=EnvironmentKind.PRODUCTION
    ).order_by("-deployed_at")
    if by is not None:
        reached = reached.filter(deployed_at__lte=by)
    return Subquery(reached.values("deployed_at")[:1])


def _answers(service: Service) -> QuerySet[ItemAnswer, Any]:
    """The answers of the current reviews, and of every other one for what waits there for a sign-off."""
    return (
        ItemAnswer.objects.filter(review__service=service)
        .annotate(
            is_current=in_current_review(service),
            live=scoring_queries.is_live(),
        )
        .filter(Q(is_current=True) | awaiting_signoff())
        .order_by()
        .values("pillar", "critical", "stage", "state", "signoff_id", "is_current", "live")
        .annotate(waits=ExpressionWrapper(awaiting_signoff(), output_field=BooleanField()))
    )


def awaiting_signoff() -> Q:
    """Which answers wait for a sign-off: green and unsigned, critical or asked for, where they can still be signed.

    One that was returned waits for those who answered it, not for a signer.
    """
    wanted = Q(critical=True) | Q(signoff_asked_at__isnull=False)
    is_open = Q(review__state=ReviewState.OPEN) & (Q(stage=Stage.AFTER) | ~Q(locks.under_go("review__release")))
    return Q(state=ItemState.GREEN, signoff__isnull=True, returned__isnull=True) & wanted & is_open


def _item(row: dict[str, Any], tier: int) -> PillarItem:
    counts = after_items.has_opened(row["stage"], live=row["live"]) and scoring.counts(row["critical"], tier)
    return PillarItem(row["pillar"], row["critical"], row["state"], counts=counts)


def _holders(services: Sequence[Service]) -> Mapping[int, Collection[str]]:
    """The keys of the domains that somebody is accountable for, by the key of the service."""
    held: dict[int, set[str]] = {service.pk: set() for service in services}
    current = Assignment.objects.current().filter(service__in=services, role=AssignmentRole.ACCOUNTABLE)
    for service_id, key in current.values_list("service_id", "domain__key"):
        held[service_id].add(key)
    return held


def _owner_holes(service: Service, held: Collection[str]) -> int:
    rules = [ownership.DomainRule(domain.key, domain.when) for domain in loader.ownership_domains()]
    return sum(1 for domain in ownership.domains(rules, service.traits, held) if domain.is_hole)


def _decision(service: Service) -> dict[str, Any]:
    """The decision that is the service's headline, with the moments from which it no longer holds.

    The latest for production; where there is none the latest for elsewhere. What a cancelled release was given is past.
    """
    for_production = ExpressionWrapper(Q(environment__kind=EnvironmentKind.PRODUCTION), output_field=BooleanField())
    owed = Q(conditions__met__isnull=True) | Q(conditions__met__on__gt=F("conditions__due_on"))
    decision: Any = (
        LaunchDecision.objects.filter(service=service, release__cancelled_at__isnull=True)
        .select_related("release", "environment", "service__scope__team")
        .defer("snapshot")
        .annotate(
            owed_on=Min("conditions__due_on", filter=owed),
            deployed=Exists(decisions.deployed_on()),
            withdrawn=decisions.withdrawn(),
            rolled_back=decisions.rolled_back(),
        )
        .order_by(for_production.desc(), "-number")
        .first()
    )
    if decision is None:
        return NOTHING_DECIDED
    facts = decision_states.DecisionFacts(decision.verdict, decision.decided_at, deployed=decision.deployed)
    return {
        "decision_number": decision.number,
        "verdict": decision.verdict,
        "decided_at": decision.decided_at,
        "decided_release": decision.release.label,
        "decided_for": decision.environment.name,
        "decided_for_kind": decision.environment.kind,
        "expires_at": decision_states.expires_at(facts),
        "lapses_on": decision.owed_on,
        "lapses_at": _lapses_at(decision),
        "ended": _ended(decision),
    }


def _ended(decision: Any) -> str:
    """What a person ended it by, as `rules.decision_states.state` says it; "" where nobody did."""
    if decision.withdrawn:
        return DecisionState.WITHDRAWN
    return DecisionState.ROLLED_BACK if decision.rolled_back else ""


def _lapses_at(decision: Any) -> datetime.datetime | None:
    """When it lapses by a condition that nobody met by then; None where it owes none."""
    zone = zoneinfo.ZoneInfo(decision.service.team.time_zone)
    return local_time.end_of(decision.owed_on, zone) if decision.owed_on else None
