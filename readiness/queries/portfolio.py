"""All services a person may see, read from their status rows, with what runs."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from portal.permissions import Access
from readiness.choices import DecisionState, EnvironmentKind, ServiceState, Verdict
from readiness.models import LaunchDecision, Service, ServiceStatus
from readiness.models.services import ServiceQuerySet
from readiness.queries import live_releases
from readiness.rules import pillars
from readiness.rules.pillars import Pillar

REFUSED = "refused"
NOT_ASKED = "none"
"""Values of the decision filter beside the verdicts, `lapsed` and `expired`."""
EMERGENCY_DAYS = 90
"""For how long an emergency go is counted."""


@dataclass(frozen=True)
class TeamFigures:
    """A team's services in numbers, as far as the viewer may see them; retired ones are not counted."""

    slug: str
    name: str
    services: int
    go: int
    conditional: int
    emergency: int
    refused: int
    not_asked: int
    on_credit: int
    owner_holes: int
    emergencies: int


@dataclass(frozen=True)
class Figures:
    """The same over all teams."""

    teams: Sequence[TeamFigures]

    def __getattr__(self, name: str) -> int:
        """The sum of one figure, by its name."""
        if name in TeamFigures.__dataclass_fields__ and name not in ("slug", "name"):
            return sum(getattr(team, name) for team in self.teams)
        raise AttributeError(name)


def services(access: Access) -> ServiceQuerySet:
    """Services with team and status row, by number of red, then yellow pillars, then tier: one statement.

    `live_release` is the label of what runs in production, which need not be what was decided last.
    """
    return (
        Service.objects.visible_to(access)
        .select_related("scope__team", "status")
        .annotate(live_release=live_releases.running_label())
        .order_by(F("status__red").desc(nulls_last=True), F("status__yellow").desc(nulls_last=True), "tier", "name")
    )


def figures(access: Access, now: datetime.datetime) -> Figures:
    """What the head of the page counts, for each team: one statement."""
    rows = (
        Service.objects.visible_to(access)
        .exclude(state=ServiceState.RETIRED)
        .order_by("scope__team__name")
        .values_list("scope__team__slug", "scope__team__name")
        .annotate(
            services=Count("pk"),
            go=Count("pk", filter=standing_is(Verdict.GO, now)),
            conditional=Count("pk", filter=standing_is(Verdict.CONDITIONAL_GO, now)),
            emergency=Count("pk", filter=standing_is(Verdict.EMERGENCY_GO, now)),
            refused=Count("pk", filter=standing_is(REFUSED, now)),
            not_asked=Count("pk", filter=standing_is(NOT_ASKED, now)),
            on_credit=Sum("status__waived", default=0),
            owner_holes=Sum("status__owner_holes", default=0),
            emergencies=Sum(_emergency_goes(now), default=0),
        )
    )
    return Figures(tuple(TeamFigures(*row) for row in rows))


def emergency_goes(now: datetime.datetime) -> QuerySet[LaunchDecision]:
    """The emergency goes of a service (the outer row) in the last 90 days."""
    since = now - datetime.timedelta(days=EMERGENCY_DAYS)
    return LaunchDecision.objects.filter(
        service=OuterRef("pk"), verdict=Verdict.EMERGENCY_GO, decided_at__gt=since, withdrawal__isnull=True
    )


def _emergency_goes(now: datetime.datetime) -> Subquery:
    counted = emergency_goes(now).order_by().values("service").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def standing_is(value: str, now: datetime.datetime) -> Q:
    """Services whose decision for production counts as `value` at the moment `now` (`ServiceStatus.in_production`).

    One for elsewhere is none for production.
    """
    decided = Q(status__decided_for_kind=EnvironmentKind.PRODUCTION)
    ended = decided & ~Q(status__ended="")
    lapsed = decided & Q(status__ended="", status__lapses_at__lte=now)
    expired = decided & Q(status__ended="", status__expires_at__lte=now) & ~lapsed
    match value:
        case DecisionState.LAPSED:
            return lapsed
        case DecisionState.EXPIRED:
            return expired
        case DecisionState.WITHDRAWN | DecisionState.ROLLED_BACK:
            return decided & Q(status__ended=value)
        case "none":
            return ~decided | Q(status__isnull=True)
        case "refused":
            return ended | lapsed | expired | (decided & Q(status__verdict=Verdict.NO_GO))
    return decided & Q(status__verdict=value) & ~ended & ~lapsed & ~expired


def pillar_is(states: Sequence[str], number: int | None = None) -> Q:
    """Services in which that pillar, or where none is named any pillar, is in one of the states."""
    places = [number - 1] if number else range(10)
    found = Q()
    for place, state in itertools.product(places, states):
        found |= Q(**{f"status__pillars__{place}__startswith": f"{state} "})
    return found


def pillars_of(service: Service) -> tuple[Pillar, ...]:
    """The ten pillars of a service, from its status row."""
    status: ServiceStatus | None = getattr(service, "status", None)
    return pillars.from_words(status.pillars if status else [])
