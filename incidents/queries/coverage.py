"""The coverage matrix: each alert that a service knows with its playbook, runbook, owner, last drill and threshold."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from incidents.catalogue import loader as playbook_loader
from incidents.choices import AlertState
from incidents.models import AdaptedPlaybook, Alert, AlertRule, AlertRuleRevision, RunbookDrill
from incidents.rules import coverage
from incidents.rules.coverage import Hole, Missing, Part
from portal import clock
from portal.models import User
from portal.permissions import Access
from readiness.catalogue import loader
from readiness.choices import AssignmentRole, DrillResult, ServiceState
from readiness.models import Assignment, Service


@dataclass(frozen=True)
class Row:
    """One alert of the matrix. `adapted_by` is who wrote its playbook's steps of this service, empty: what ships."""

    rule: AlertRule
    playbook: str
    adapted_by: str
    adapted_at: datetime.datetime | None
    runbook_url: str
    owner: User | None
    drilled_on: datetime.date | None
    minutes: object
    fired_at: datetime.datetime | None
    firing: int
    holes: tuple[Missing, ...]

    @property
    def missing(self) -> dict[str, str]:
        """How each part is missing, by its name."""
        return {str(hole.part): str(hole.hole) for hole in self.holes}


@dataclass(frozen=True)
class Group:
    """A service with its alerts."""

    service: Service
    rows: tuple[Row, ...]
    all_rows: tuple[Row, ...] = ()
    """All of them, where `rows` are those of one page."""

    @property
    def total(self) -> int:
        """How many alerts it has."""
        return len(self.all_rows or self.rows)

    @property
    def holes(self) -> int:
        """How many of its alerts' parts are missing or old."""
        return sum(len(row.holes) for row in self.all_rows or self.rows)


@dataclass(frozen=True)
class Figures:
    """What the matrix holds in numbers."""

    alerts: int
    covered: int
    without_runbook: int
    never_drilled: int
    without_owner: int
    firing: int


def rules(access: Access) -> QuerySet[AlertRule]:
    """The rules that stand, of services that are not retired, by service and name."""
    found = AlertRule.objects.visible_to(access).filter(ended_at=None)
    return with_cover(found.exclude(service__state=ServiceState.RETIRED))


def teams(access: Access) -> Iterable[tuple[str, str]]:
    """The teams whose services know alerts, short name and name: one statement."""
    found = AlertRule.objects.visible_to(access).filter(ended_at=None).exclude(service__state=ServiceState.RETIRED)
    of = ("service__scope__team__slug", "service__scope__team__name")
    return found.order_by(of[1]).values_list(*of).distinct()


def with_cover(found: QuerySet[AlertRule]) -> QuerySet[AlertRule]:
    """The rules with what the matrix reads beside them: one statement."""
    drills = RunbookDrill.objects.filter(
        revision__subject=OuterRef("runbook"), drill__result=DrillResult.PASSED
    ).order_by("-drill__performed_at")
    written = AlertRuleRevision.objects.filter(subject=OuterRef("pk")).order_by("number")
    own = {"service": OuterRef("service"), "playbook": OuterRef("playbook")}
    adapted = AdaptedPlaybook.objects.filter(**own, is_in_use=True)
    told = Alert.objects.filter(rule=OuterRef("pk")).exclude(state=AlertState.LEFT_OUT).order_by().values("rule")
    return (
        found.select_related("service__scope__team", "service__owner", "runbook__service", "threshold_reviewed_by")
        .annotate(
            drilled_at=Subquery(drills.values("drill__performed_at")[:1]),
            began_at=Subquery(written.values("event__at")[:1]),
            adapted_by=Subquery(adapted.values("adapted_by__name")[:1]),
            adapted_at=Subquery(adapted.values("adapted_at")[:1]),
            drill_minutes=Subquery(drills.values("drill__minutes")[:1]),
            fired_at=Subquery(told.annotate(last=Max("starts_at")).values("last")),
            firing=Subquery(told.annotate(now=Count("pk", filter=Q(state=AlertState.FIRING))).values("now")),
        )
        .order_by("service__name", "service_id", "name", "pk")
    )


def groups(found: Sequence[AlertRule]) -> list[Group]:
    """The rules of `rules` by service: one statement more."""
    holders = _holders(found)
    by_service: dict[int, list[Row]] = {}
    services: dict[int, Service] = {}
    for rule in found:
        services[rule.service_id] = rule.service
        by_service.setdefault(rule.service_id, []).append(row(rule, holders))
    return [Group(services[key], tuple(rows)) for key, rows in by_service.items()]


def _holders(found: Iterable[AlertRule]) -> dict[tuple[int, str], User]:
    """Who is accountable, by service and domain."""
    services = {rule.service_id for rule in found}
    held = Assignment.objects.filter(service__in=services).current().filter(role=AssignmentRole.ACCOUNTABLE)
    return {(one.service_id, one.domain.key): one.person for one in held.select_related("person", "domain")}


def row(rule: AlertRule, holders: Mapping[tuple[int, str], User]) -> Row:
    """One row; without a domain the service's owner has it. No statement of its own."""
    titles = playbook_titles()
    owner = holders.get((rule.service_id, rule.domain_key)) if rule.domain_key else rule.service.owner
    zone = rule.service.scope.team.time_zone
    drilled_at: datetime.datetime | None = rule.drilled_at  # type: ignore[attr-defined]  # annotated
    drilled_on = clock.today_in(zone, drilled_at) if drilled_at else None
    cover = coverage.Cover(
        has_playbook=rule.playbook in titles,
        has_runbook=rule.runbook is not None and rule.runbook.retired_at is None,
        has_owner=owner is not None,
        drilled_on=drilled_on,
        threshold_reviewed_on=rule.threshold_reviewed_on,
    )
    return Row(
        rule=rule,
        playbook=titles.get(rule.playbook, ""),
        adapted_by=rule.adapted_by or "",  # type: ignore[attr-defined]  # annotated
        adapted_at=rule.adapted_at,  # type: ignore[attr-defined]  # annotated
        runbook_url=rule.runbook.get_absolute_url() if rule.runbook else "",
        owner=owner,
        drilled_on=drilled_on,
        minutes=rule.drill_minutes,  # type: ignore[attr-defined]  # annotated
        fired_at=rule.fired_at,  # type: ignore[attr-defined]  # annotated
        firing=rule.firing or 0,  # type: ignore[attr-defined]  # annotated
        holes=coverage.holes(cover, clock.today_in(zone)),
    )


def with_hole(found: Iterable[Group], part: str) -> list[Group]:
    """The alerts that lack a part, by service."""
    kept = [(group.service, tuple(row for row in group.rows if part in row.missing)) for group in found]
    return [Group(service, rows) for service, rows in kept if rows]


def lines(found: Iterable[Group]) -> list[Row]:
    """All rows in the order of the matrix."""
    return [row for group in found for row in group.rows]


def on_page(found: Iterable[Group], rows: Iterable[Row]) -> list[Group]:
    """The groups that these rows stand in, each with those of them alone; it still counts all of its own."""
    shown = {row.rule.pk for row in rows}
    kept = [(group, tuple(row for row in group.rows if row.rule.pk in shown)) for group in found]
    return [replace(group, rows=own, all_rows=group.rows) for group, own in kept if own]


def figures(found: Iterable[Group]) -> Figures:
    """What stands in the head of the matrix."""
    rows = [row for group in found for row in group.rows]

    def lacking(part: Part, hole: Hole = Hole.MISSING) -> int:
        return sum(any(one.part == part and one.hole == hole for one in row.holes) for row in rows)

    return Figures(
        alerts=len(rows),
        covered=sum(not row.holes for row in rows),
        without_runbook=lacking(Part.RUNBOOK),
        never_drilled=lacking(Part.DRILL),
        without_owner=lacking(Part.OWNER),
        firing=sum(row.firing for row in rows),
    )


def domain_titles() -> dict[str, str]:
    """The domains' titles by key."""
    return {domain.key.value: domain.title for domain in loader.ownership_domains()}


def playbook_titles() -> dict[str, str]:
    """The playbooks' titles by key."""
    return {playbook.key: playbook.title for playbook in playbook_loader.playbooks()}
