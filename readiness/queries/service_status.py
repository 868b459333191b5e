"""What other tools read of a service in one call: its status row, its owners, and the triggers that are open.

One statement: the row as it is kept, and what the triggers of its next launch look at as counts beside it. The rules
are those of the decision; only the sentences are left to its page. Where an item has to be counted anew, because its
day has come and nobody has looked since, the decision's own reading (queries/launch.py) answers instead.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from portal import clock
from portal.permissions import Access
from readiness.catalogue import loader
from readiness.choices import (
    AssignmentRole,
    DependencyState,
    DrillKind,
    EnvironmentKind,
    ItemState,
    ReviewState,
    Stage,
    TemplateKey,
)
from readiness.extension_points import launch_gates
from readiness.models import (
    Absence,
    CheckOccurrence,
    Dependency,
    Deployment,
    Environment,
    ItemAnswer,
    Release,
    Review,
    Service,
)
from readiness.queries import launch_subjects, launch_watch, live_releases, way_back
from readiness.queries.launch_facts import Owner
from readiness.rules import drills, ownership, triggers
from readiness.rules.triggers import Trigger

PRODUCTION = EnvironmentKind.PRODUCTION
MET = (ItemState.GREEN, ItemState.WAIVED)
DAYS_APART = (-1, 0, 1)
"""How far a team's day can be from that of UTC."""


@dataclass(frozen=True)
class DomainOwner:
    """A domain that applies, and who is accountable for it; None where nobody is."""

    key: str
    title: str
    owner: Owner | None


@dataclass(frozen=True)
class NextDue:
    """The next thing with a date: a condition of a go, or the end of a go that nobody deployed."""

    what: str
    on: datetime.date


@dataclass(frozen=True)
class Status:
    """A service as other tools see it.

    `runs` is the label of what runs in production, `release` that of the newest planned one: the triggers speak of its
    launch.
    """

    service: Service
    owners: tuple[DomainOwner, ...]
    runs: str
    release: str
    triggers: tuple[Trigger, ...]
    next_due: NextDue | None


def find(access: Access, slug: str, now: datetime.datetime) -> Status | None:
    """The status of one service, if the person may see it: one statement, and those of registered gates."""
    rows: list[Any] = list(_rows(access, slug, now))
    if not rows:
        return None
    service = rows[0]
    holders = {row.holds: Owner(str(row.holder_id), row.holder) for row in rows if row.holds}
    found = _exact(access, service, now) or _triggers(service, rows, now)
    return Status(
        service=service,
        owners=tuple(_owners(service, holders)),
        runs=service.live_release or "",
        release=service.next_release or "",
        triggers=tuple(trigger for trigger in found if trigger.fires or trigger.is_unknown),
        next_due=_next_due(service, clock.today_in(service.scope.team.time_zone, now)),
    )


def _rows(access: Access, slug: str, now: datetime.datetime) -> QuerySet[Service]:
    """One row for each accountable owner and each recent rollback drill; few of both."""
    newest = Release.objects.filter(service=OuterRef("pk"), cancelled_at__isnull=True).order_by("-planned_at")
    return (
        Service.objects.visible_to(access)
        .filter(slug=slug)
        .select_related("scope__team", "owner", "status")
        .annotate(
            next_release=Subquery(newest.values("label")[:1]),
            next_release_id=Subquery(newest.values("pk")[:1]),
            live_release=live_releases.running_label(),
            planned_on=Subquery(newest.values("planned_on")[:1]),
            has_review=Exists(
                Review.objects.filter(release=OuterRef("next_release_id"), kind=TemplateKey.DEPLOYMENT).exclude(
                    state=ReviewState.ABANDONED
                )
            ),
            critical=_counted(_critical(), "review__service"),
            unmet=_counted(_critical().exclude(state__in=MET), "review__service"),
            counted_until=Subquery(_ageing().values("state_holds_until")[:1]),
            deployed=Exists(
                Deployment.objects.filter(environment__service=OuterRef("pk"), environment__kind=PRODUCTION)
            ),
            measured=Exists(CheckOccurrence.objects.completed().filter(service=OuterRef("pk")).exclude(values={})),
            **{state.name.lower(): _dependencies(state) for state in DependencyState},
            held=FilteredRelation(
                "assignments",
                condition=Q(assignments__role=AssignmentRole.ACCOUNTABLE, assignments__ended_event__isnull=True),
            ),
            drilled=FilteredRelation(
                "drills",
                condition=Q(
                    drills__kind=DrillKind.ROLLBACK,
                    drills__performed_at__gte=now - datetime.timedelta(days=drills.VALID_DAYS + 2),
                ),
            ),
        )
        .annotate(
            holds=F("held__domain__key"),
            holder=F("held__person__name"),
            holder_id=F("held__person__public_id"),
            holder_active=F("held__person__is_active"),
            **{_away_on(days): _away(now.date() + datetime.timedelta(days)) for days in DAYS_APART},
            drill_at=F("drilled__performed_at"),
            drill_result=F("drilled__result"),
            drill_kind=F("drilled__environment__kind"),
            drill_way_back=F("drilled__way_back_digest"),
            **way_back.read_along("pk"),
        )
    )


def _critical() -> QuerySet[ItemAnswer]:
    """The critical items that a go of the next release for production reads; used inside the service’s statement."""
    closed = Review.objects.filter(service=OuterRef(OuterRef("pk"))).last_closed(TemplateKey.PRELAUNCH)
    own = Q(review__kind=TemplateKey.DEPLOYMENT, review__release=OuterRef("next_release_id"))
    asked = own | Q(review__in=Subquery(closed.values("pk")))
    return (
        ItemAnswer.objects.filter(asked, critical=True, applies=True, stage=Stage.BEFORE)
        .exclude(review__state=ReviewState.ABANDONED)
        .order_by()
    )


def _ageing() -> QuerySet[ItemAnswer]:
    """Those of them that time alone changes, the next one first."""
    return _critical().filter(state_holds_until__isnull=False).order_by("state_holds_until")


def _exact(access: Access, service: Any, now: datetime.datetime) -> tuple[Trigger, ...]:
    """What the decision's own reading says where an item has to be counted anew, or numbers have to be weighed."""
    until: datetime.date | None = service.counted_until
    ageing = until is not None and until <= clock.today_in(service.scope.team.time_zone, now)
    if not ageing and not (service.deployed and service.measured):
        return ()
    places = service.environments.filter(kind=PRODUCTION).values_list("name", flat=True)[:1]
    subjects = (launch_subjects.find(access, service.slug, service.next_release, name) for name in places)
    return next((launch_watch.at(subject, now).triggers for subject in subjects if subject), ())


def _counted(rows: QuerySet[Any], by: str) -> Subquery:
    return Subquery(rows.values(by).annotate(number=Count("pk")).values("number")[:1])


def _dependencies(state: str) -> Subquery:
    rows = Dependency.objects.filter(service=OuterRef("pk"), removed_at__isnull=True, state=state).order_by()
    return _counted(rows, "service")


def _away(today: datetime.date) -> Q:
    """Whether the holder is away on the day of the launch, reckoned from `today`, and nobody stands in."""
    day = Greatest(Coalesce(OuterRef("planned_on"), Value(today, DateField())), Value(today, DateField()))
    away = Absence.objects.on(day).filter(person=OuterRef("held__person"))
    return Q(Exists(away)) & ~Q(Exists(away.stood_in()))


def _away_on(days: int) -> str:
    """The name of what is read for a team whose day is so many days from that of UTC."""
    return f"away_{days + 1}"


def _triggers(service: Any, rows: Sequence[Any], now: datetime.datetime) -> Iterable[Trigger]:
    today = clock.today_in(service.scope.team.time_zone, now)
    unmet = [triggers.CriticalItem("", ItemState.RED)] * (service.unmet or 0)
    met = [triggers.CriticalItem("", ItemState.GREEN)] * ((service.critical or 0) - len(unmet))
    own = (
        triggers.critical_items([*unmet, *met], now, review="review" if service.has_review else ""),
        triggers.unusual_metrics(now, environment=PRODUCTION, deployed=service.deployed),
        triggers.key_person(tuple(_domains(service, rows, _away_on((today - now.date()).days))), today, now),
        triggers.dependencies(_declared(service), now, third_party=service.traits.is_third_party),
        triggers.rollback_drill(_drilled(service, rows, today), now),
        triggers.not_monitored(triggers.Key.SEV1_OPEN, now),
        triggers.not_monitored(triggers.Key.POST_MORTEM, now),
    )
    return triggers.merged(own, _contributed(service, now))


def _contributed(service: Any, now: datetime.datetime) -> list[Trigger]:
    """What other apps add; only where one does are release and environment read for it."""
    gates = list(launch_gates)
    release = Release.objects.filter(pk=service.next_release_id).first() if gates else None
    environment = Environment.objects.filter(service=service, kind=PRODUCTION).first() if release else None
    if release is None or environment is None:
        return []
    release.service = environment.service = service
    said = [gate(release, [environment], now) for gate in gates]
    return [found for by_key in said for found in by_key.get(environment.pk, ())]


def _domains(service: Service, rows: Sequence[Any], away_on: str) -> Iterable[triggers.DomainFacts]:
    holders = {row.holds: row for row in rows if row.holds}
    for domain in loader.ownership_domains():
        standing = ownership.domains([ownership.DomainRule(domain.key, domain.when)], service.traits, holders)[0]
        if not standing.applies:
            continue
        held = holders.get(domain.key)
        if held is None:
            yield triggers.DomainFacts(domain.title)
        else:
            away = datetime.date.max if getattr(held, away_on) else None
            yield triggers.DomainFacts(domain.title, held.holder, closed=not held.holder_active, away_until=away)


def _declared(service: Any) -> list[triggers.DependencyFacts]:
    return [
        triggers.DependencyFacts("", state)
        for state in DependencyState
        for _ in range(getattr(service, state.name.lower()) or 0)
    ]


def _drilled(service: Service, rows: Sequence[Any], today: datetime.date) -> list[triggers.DrillLine]:
    drilled = sorted((row for row in rows if row.drill_at is not None), key=lambda row: row.drill_at, reverse=True)
    proven = way_back.digest_read_along(service, drilled[0]) if drilled else ""
    told = [
        drills.DrillFacts(
            kind=DrillKind.ROLLBACK,
            result=row.drill_result,
            performed_on=clock.today_in(service.team.time_zone, row.drill_at),
            in_production=row.drill_kind == PRODUCTION,
            way_back_digest=row.drill_way_back,
        )
        for row in drilled
    ]
    refusals = zip(told, drills.standing(told, proven, today), strict=True)
    return [triggers.DrillLine("", refusal, drills.valid_until(facts.performed_on)) for facts, refusal in refusals]


def _owners(service: Service, holders: Mapping[str, Owner]) -> Iterable[DomainOwner]:
    domains = {str(domain.key): domain for domain in loader.ownership_domains()}
    rules = [ownership.DomainRule(key, domain.when) for key, domain in domains.items()]
    for standing in ownership.domains(rules, service.traits, holders):
        if standing.applies:
            yield DomainOwner(standing.key, domains[standing.key].title, holders.get(standing.key))


def _next_due(service: Service, today: datetime.date) -> NextDue | None:
    row = service.status
    if row.ended:
        return None
    due = [NextDue("condition", row.lapses_on)] if row.lapses_on else []
    if row.expires_at and row.expires_at.date() >= today:
        due.append(NextDue("deployment", row.expires_at.date()))
    return min(due, key=lambda one: one.on, default=None)
