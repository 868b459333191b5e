"""The portfolio for who leads: what stands where, how it moved, where the risk is, what runs on credit."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Window

from portal.models import User
from portal.permissions import Access
from readiness.choices import ServiceState, Verdict, WaiverState
from readiness.models import LaunchDecision, Service, StatusWeek, Waiver
from readiness.models.services import ServiceQuerySet
from readiness.queries import portfolio, waiver_list
from readiness.queries.portfolio import Figures
from readiness.rules import trends
from readiness.rules import waivers as waiver_rules

WEEKS = 12
SHOWN = 5


@dataclass(frozen=True)
class Credit:
    """What one service has on credit: how many waivers in force, the oldest since when, and their share of the most
    indebted.

    A renewal makes nothing younger: the days count from the first approval of the exception.
    """

    service: Service
    waivers: int
    oldest_days: int
    share: int


@dataclass(frozen=True)
class Debt:
    """The waivers in force: by service and by who approved it last, the most first; what lapses within `soon_days`
    where its team is, the soonest first; how often it was renewed.
    """

    services: Sequence[Credit]
    approvers: Sequence[tuple[User, int]]
    soon: Sequence[Waiver]
    renewed: Sequence[tuple[int, int]]
    total: int
    soon_days: int = waiver_rules.SOON_DAYS


@dataclass(frozen=True)
class Leadership:
    """Everything on the page."""

    figures: Figures
    trend: Sequence[trends.Point]
    risks: Sequence[Service]
    decisions: Sequence[LaunchDecision]
    verdicts: Sequence[tuple[str, int]]
    debt: Debt

    @property
    def with_a_go(self) -> int:
        """How many services have a go for production that counts: plain, with conditions, or in an emergency."""
        return self.figures.go + self.figures.conditional + self.figures.emergency

    @property
    def decided(self) -> int:
        """How many decisions were recorded in the weeks shown."""
        return sum(number for _, number in self.verdicts)

    @property
    def movement(self) -> tuple[int, int] | None:
        """The share of green items at both ends of the weeks shown, in percent; None before a second week."""
        return (self.trend[0].share("green"), self.trend[-1].share("green")) if len(self.trend) > 1 else None


def page(access: Access, now: datetime.datetime) -> Leadership:
    """The whole page: five statements at any size."""
    decisions = _decisions(access, now)
    return Leadership(
        figures=portfolio.figures(access, now),
        trend=_trend(access, now),
        risks=list(_at_risk(access)[:SHOWN]),
        decisions=decisions,
        verdicts=_verdicts(decisions),
        debt=_debt(access, now),
    )


def _trend(access: Access, now: datetime.datetime) -> list[trends.Point]:
    """Per service the weeks shown, and the newest row before them."""
    until = trends.week_of(now)
    first = until - trends.A_WEEK * (WEEKS - 1)
    before = StatusWeek.objects.filter(service=OuterRef("service"), week__lt=first).order_by("-week").values("pk")[:1]
    seen = Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED)
    rows = StatusWeek.objects.filter(Q(week__gte=first) | Q(pk=Subquery(before)), service__in=seen)
    kept = rows.order_by("service", "week").values_list("service_id", "week", *trends.COUNTS)
    return trends.points([trends.Week(*row) for row in kept], until, WEEKS)


def _at_risk(access: Access) -> ServiceQuerySet:
    """Services with a red or yellow pillar, the worst first."""
    found = portfolio.services(access).select_related("owner").exclude(state=ServiceState.RETIRED)
    return found.filter(Q(status__red__gt=0) | Q(status__yellow__gt=0))


def _decisions(access: Access, now: datetime.datetime) -> list[Any]:
    """The newest of the weeks shown, without what they saw; each with how often every verdict was given in them."""
    since = now - trends.A_WEEK * WEEKS
    found = LaunchDecision.objects.visible_to(access).filter(decided_at__gte=since)
    times = {verdict.name: Window(Count("pk", filter=Q(verdict=verdict))) for verdict in Verdict}
    around = found.select_related("service", "release", "environment", "decided_by").defer("snapshot")
    return list(around.annotate(**times).order_by("-decided_at")[:SHOWN])


def _verdicts(decisions: Sequence[Any]) -> list[tuple[str, int]]:
    """How often each verdict was given, the most first, from any of `_decisions`."""
    times = [(str(verdict.label), getattr(one, verdict.name)) for one in decisions[:1] for verdict in Verdict]
    return sorted([found for found in times if found[1]], key=lambda found: -found[1])


def _debt(access: Access, now: datetime.datetime) -> Debt:
    standing = _on_credit(access, now)
    by_service: defaultdict[Service, list[Any]] = defaultdict(list)
    for waiver in standing:
        by_service[waiver.service].append(waiver)
    approvers = Counter(waiver.settlement.by for waiver in standing)
    return Debt(
        services=_credits(by_service, now),
        approvers=sorted(approvers.items(), key=lambda found: (-found[1], found[0].name)),
        soon=[
            waiver
            for waiver in standing
            if waiver_rules.days_left(waiver.expires_on, waiver.today) <= waiver_rules.SOON_DAYS
        ],
        renewed=sorted(Counter(waiver.renewals for waiver in standing if waiver.renewals).items()),
        total=len(standing),
    )


def _on_credit(access: Access, now: datetime.datetime) -> list[Any]:
    """What the list of waivers shows as on credit, what lapses first at the head, with when it was first approved."""
    first = Waiver.objects.filter(public_id=OuterRef("chain")).values("settlement__at")
    found = waiver_list.in_state(waiver_list.listed(access, now), WaiverState.STANDING)
    return list(found.annotate(since=Subquery(first)).order_by("expires_on", F("service__name"), "pk"))


def _credits(by_service: Mapping[Service, Sequence[Any]], now: datetime.datetime) -> list[Credit]:
    most = max((len(waivers) for waivers in by_service.values()), default=0)
    found = [
        Credit(service, len(waivers), max((now - one.since).days for one in waivers), 100 * len(waivers) // most)
        for service, waivers in by_service.items()
    ]
    return sorted(found, key=lambda credit: (-credit.waivers, -credit.oldest_days, credit.service.name))
