"""The portfolio for who leads: what stands where, how it moved, where the risk is, what runs on credit."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from portal.models import User
from portal.permissions import Access
from readiness.choices import ServiceState, Verdict
from readiness.models import LaunchDecision, Service, StatusWeek, Waiver
from readiness.models.services import ServiceQuerySet
from readiness.queries import portfolio
from readiness.queries.portfolio import Figures
from readiness.rules import trends

WEEKS = 12
SHOWN = 5
SOON = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Credit:
    """What one service has on credit: how many items, the oldest since when, and as a share of the most indebted.

    A renewal makes nothing younger: the days count from the first approval of the exception.
    """

    service: Service
    items: int
    oldest_days: int
    share: int


@dataclass(frozen=True)
class Debt:
    """All that is on credit: by service and by who approved it last, the most first; what lapses within 14 days, the
    soonest first; how often it was renewed.
    """

    services: Sequence[Credit]
    approvers: Sequence[tuple[User, int]]
    soon: Sequence[Waiver]
    renewed: Sequence[tuple[int, int]]
    total: int


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
        """How many services have a go for production that counts, with conditions or without."""
        return self.figures.go + self.figures.conditional

    @property
    def decided(self) -> int:
        """How many decisions were recorded in the weeks shown."""
        return sum(number for _, number in self.verdicts)

    @property
    def movement(self) -> tuple[int, int] | None:
        """The share of green items at both ends of the weeks shown, in percent; None before a second week."""
        return (self.trend[0].share("green"), self.trend[-1].share("green")) if len(self.trend) > 1 else None


def page(access: Access, now: datetime.datetime) -> Leadership:
    """The whole page: six statements at any size."""
    recorded = _decisions(access, now)
    return Leadership(
        figures=portfolio.figures(access, now),
        trend=_trend(access, now),
        risks=list(_at_risk(access)[:SHOWN]),
        decisions=recorded[:SHOWN],
        verdicts=[
            (str(verdict.label), number)
            for verdict, number in Counter(Verdict(one.verdict) for one in recorded).most_common()
        ],
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


def _decisions(access: Access, now: datetime.datetime) -> list[LaunchDecision]:
    """Those of the weeks shown, newest first, without what they saw."""
    since = now - trends.A_WEEK * WEEKS
    found = LaunchDecision.objects.visible_to(access).filter(decided_at__gte=since)
    return list(
        found.select_related("service", "release", "environment", "decided_by")
        .defer("snapshot")
        .order_by("-decided_at")
    )


def _debt(access: Access, now: datetime.datetime) -> Debt:
    standing = _on_credit(access, now.date())
    by_service: defaultdict[Service, list[Any]] = defaultdict(list)
    for waiver in standing:
        by_service[waiver.service].append(waiver)
    approvers = Counter(waiver.settlement.by for waiver in standing)
    return Debt(
        services=_credits(by_service, now),
        approvers=sorted(approvers.items(), key=lambda found: (-found[1], found[0].name)),
        soon=[waiver for waiver in standing if waiver.expires_on <= now.date() + SOON],
        renewed=sorted(Counter(waiver.renewals for waiver in standing if waiver.renewals).items()),
        total=len(standing),
    )


def _on_credit(access: Access, today: datetime.date) -> list[Any]:
    """Waivers in force, the one that lapses first at the head, each with the moment of its first approval."""
    first = Waiver.objects.filter(public_id=OuterRef("chain")).values("settlement__at")
    found = Waiver.objects.visible_to(access).standing(today).exclude(service__state=ServiceState.RETIRED)
    found = found.annotate(since=Subquery(first)).select_related("service", "settlement__by")
    return list(found.order_by("expires_on", F("service__name"), "pk"))


def _credits(by_service: Mapping[Service, Sequence[Any]], now: datetime.datetime) -> list[Credit]:
    most = max((len(waivers) for waivers in by_service.values()), default=0)
    found = [
        Credit(service, len(waivers), max((now - one.since).days for one in waivers), 100 * len(waivers) // most)
        for service, waivers in by_service.items()
    ]
    return sorted(found, key=lambda credit: (-credit.items, -credit.oldest_days, credit.service.name))
