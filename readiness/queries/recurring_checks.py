"""Recurring checks: what is owed for which period, what came of it, and what a person has to do."""

import datetime
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from portal import local_time
from portal.errors import DomainError
from portal.models import Team
from portal.permissions import Access, Capability
from readiness.catalogue import loader, tailoring
from readiness.choices import Cadence, CheckResult, ServiceState
from readiness.models import CheckOccurrence, CheckVersion, Service, TeamTimetable
from readiness.models.recurring_checks import OccurrenceQuerySet
from readiness.models.services import ServiceQuerySet
from readiness.queries import promised_targets
from readiness.queries import targets as target_queries
from readiness.rules import applicability, measure_kinds, measured_values, measures, reminders, schedules
from readiness.rules.measure_kinds import Kind
from readiness.rules.missed_checks import Cycle
from readiness.rules.schedules import Period, Timetable

NINE = datetime.time(9)
CYCLES_LOOKED_AT = 120
"""Far more than are needed to find three in a row of each of nine checks, the quarterly ones too."""


@dataclass(frozen=True)
class Calendar:
    """A team's zone and the timetable of each cadence."""

    zone: datetime.tzinfo
    timetables: Mapping[Cadence, Timetable]


def calendars(teams: Iterable[Team]) -> dict[int, Calendar]:
    """The calendar of each of these teams, by its id: one statement."""
    found = {team.pk: team for team in teams}
    own: dict[int, dict[Cadence, Timetable]] = {pk: {} for pk in found}
    for row in TeamTimetable.objects.filter(team__in=found):
        own[row.team_id][Cadence(row.cadence)] = row.timetable
    return {pk: Calendar(zoneinfo.ZoneInfo(team.time_zone), schedules.SHIPPED | own[pk]) for pk, team in found.items()}


def live_services() -> ServiceQuerySet:
    """The services that owe checks, with team."""
    return Service.objects.filter(state=ServiceState.LIVE, owes_checks_since__isnull=False).select_related(
        "scope__team"
    )


@dataclass(frozen=True)
class Newest:
    """The newest period of a cadence for which something was opened: when it opened, and its name."""

    opened: datetime.datetime
    period: str


def newest_opened(services: Iterable[Service]) -> dict[tuple[int, str], Newest]:
    """The same for each service and cadence: one statement."""
    rows = CheckOccurrence.objects.filter(service__in=services).values_list("service", "cadence").order_by()
    newest = rows.annotate(Max("opens_at"), Max("period"))  # names of a cadence sort as their periods do
    return {(service, cadence): Newest(opened, period) for service, cadence, opened, period in newest}


def owed_since(
    service: Service, calendar: Calendar, newest: Mapping[tuple[int, str], Newest], now: datetime.datetime
) -> dict[Cadence, list[Period]]:
    """The periods that have opened by `now` and for which nothing was opened yet, by cadence.

    A period that was opened on other days, before the team changed them, is not opened again.
    """
    begun = service.owes_checks_since
    if begun is None:
        return {}
    owed: dict[Cadence, list[Period]] = {}
    for cadence, timetable in calendar.timetables.items():
        last = newest.get((service.pk, cadence))
        since = max(begun, last.opened) if last else begun
        found = schedules.periods_since(timetable, calendar.zone, since, now)
        if periods := [period for period in found if last is None or period.name > last.period]:
            owed[cadence] = periods
    return owed


def occurrences_of(
    service: Service, owed: Mapping[Cadence, Sequence[Period]], versions: Sequence[CheckVersion]
) -> list[CheckOccurrence]:
    """The rows to open: each check that applies to the service by its traits, for each period."""
    domain_rules = loader.domain_rules()
    made = []
    for version in versions:
        row = version.row
        if not applicability.applies(row.when, service.traits).applies:
            continue
        domain = tailoring.domain_of(row, service.traits, domain_rules)
        made += [
            CheckOccurrence(
                service=service,
                recurring_check=version.recurring_check,
                version=version,
                cadence=row.cadence,
                period=period.name,
                pillar=row.pillar,
                domain_key=domain or "",
                opens_at=period.opens,
                due_at=period.due,
                ends_at=period.ends,
                remind_at=period.opens,
            )
            for period in owed.get(row.cadence, ())
        ]
    return made


def period_of(occurrence: CheckOccurrence) -> Period:
    """Its moments, as the rules take them."""
    return Period(occurrence.period, occurrence.opens_at, occurrence.due_at, occurrence.ends_at)


def cycles(service: Service) -> list[Cycle]:
    """The last cycles of each check of a service: one statement."""
    rows = CheckOccurrence.objects.filter(service=service).order_by("-ends_at")
    found = rows.values_list("recurring_check__key", "pillar", "due_at", "ends_at", "result")
    return [Cycle(*row) for row in found[:CYCLES_LOOKED_AT]]


def measured(occurrence: CheckOccurrence, values: Mapping[str, str]) -> measures.Result | None:
    """What the numbers of a measured check decide, None for one that has none: against what the last go fixed.

    Raises DomainError at the name of a number that cannot be read.
    """
    row = occurrence.version.row.measure
    if row is None:
        return None
    measure, service = measure_kinds.measure(row.kind, row.limits), occurrence.service
    try:
        entered = measured_values.read(row.kind, values)
    except measured_values.InvalidValues as error:
        raise DomainError.of({name: [words] for name, words in error.problems.items()}) from error
    return measures.decide(
        measure,
        entered,
        promised_targets.of(service),
        baseline=target_queries.baseline_in_production(service),
        previous=_previous(occurrence, row.kind),
    )


def _previous(occurrence: CheckOccurrence, kind: Kind) -> measured_values.Entered | None:
    """The numbers of the last period in which the check was done."""
    earlier = CheckOccurrence.objects.completed().filter(
        service=occurrence.service, recurring_check=occurrence.recurring_check, opens_at__lt=occurrence.opens_at
    )
    last = earlier.order_by("-opens_at").first()
    return measured_values.read(kind, last.values) if last else None


def listed(access: Access) -> OccurrenceQuerySet:
    """Every check of every period this person may see, the newest first."""
    found = CheckOccurrence.objects.visible_to(access)
    related = found.select_related("service", "version", "recurring_check", "done_by")
    return related.order_by("-opens_at", "service__name", "recurring_check__position")


def with_surroundings(access: Access) -> OccurrenceQuerySet:
    """The same with what the page of one needs."""
    return listed(access).select_related("service__scope__team", "service__owner", "service__target", "attachment")


def earlier(occurrence: CheckOccurrence) -> OccurrenceQuerySet:
    """What came of it in the periods before, the newest first."""
    same = CheckOccurrence.objects.filter(
        service=occurrence.service, recurring_check=occurrence.recurring_check, opens_at__lt=occurrence.opens_at
    )
    return same.select_related("done_by").order_by("-opens_at")[:4]


def may_answer(access: Access, occurrence: CheckOccurrence, now: datetime.datetime) -> bool:
    """Whether this person may say now what came of it."""
    service = occurrence.service
    runs = occurrence.opens_at <= now < occurrence.ends_at and occurrence.result != CheckResult.NOT_OWED
    may = access.can(Capability.CHECK_ANSWER, service.scope.team_id)
    return may and runs and service.state == ServiceState.LIVE


def snooze_days(occurrence: CheckOccurrence, zone: datetime.tzinfo, now: datetime.datetime) -> list[datetime.datetime]:
    """The mornings, at 9 in the zone, to which its reminders can be held back."""
    today = now.astimezone(zone).date()
    mornings = (local_time.moment(today + datetime.timedelta(days=days), NINE, zone) for days in range(1, 8))
    period = period_of(occurrence)
    return [day.astimezone(zone) for day in mornings if not reminders.snooze_refusal(period, now, day)]
