"""Who is to be reminded of which checks now: due rows in one statement, the people around them in a few more."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from portal import clock
from portal.models import Membership, User
from portal.permissions import Role
from readiness.choices import AssignmentRole, ReminderStage
from readiness.models import Assignment, CheckOccurrence, Service
from readiness.models.recurring_checks import OccurrenceQuerySet
from readiness.queries import absences
from readiness.queries.recurring_checks import period_of
from readiness.rules import reminders
from readiness.rules.reminders import People, Reminder


@dataclass(frozen=True)
class Reminded:
    """Checks of one service that say the same to the same people: one notice."""

    service: Service
    stage: ReminderStage
    occurrences: tuple[CheckOccurrence, ...]
    recipients: tuple[User, ...]


class _Said(NamedTuple):
    """What checks have in common that are named in one notice."""

    service: int
    cadence: str
    due_at: datetime.datetime
    stage: ReminderStage
    told: tuple[int, ...]


def due(now: datetime.datetime) -> OccurrenceQuerySet:
    """Open checks whose next reminder has come, by service: one statement over an index of those that wait."""
    return CheckOccurrence.objects.open().filter(remind_at__lte=now).order_by("service", "pk")


def batch(now: datetime.datetime, least: int) -> list[tuple[int, int]]:
    """So many of them or a few more, as keys of the check and its service: a service's checks are never parted.

    One notice names all the checks that say the same; parted, it would be said twice.
    """
    keys = due(now).values_list("pk", "service")
    found = list(keys[:least])
    if len(found) == least:
        last, service = found[-1]
        found += keys.filter(service=service, pk__gt=last)
    return found


def reminded(rows: Sequence[CheckOccurrence], now: datetime.datetime) -> list[Reminded]:
    """The notices these checks give now, one for those of a service and cadence that say the same to the same people.

    Five statements at any number.
    """
    seats = _Seats({row.service for row in rows}, now)
    groups: dict[_Said, list[CheckOccurrence]] = {}
    people: dict[int, User] = {}
    for row in rows:
        stage = reminder(row, now).stage
        if stage is None:
            continue
        told = reminders.recipients(stage, seats.of(row))
        people |= {person.pk: person for person in told}
        said = _Said(row.service_id, row.cadence, row.due_at, stage, tuple(person.pk for person in told))
        groups.setdefault(said, []).append(row)
    return [
        Reminded(found[0].service, said.stage, tuple(found), tuple(people[pk] for pk in said.told))
        for said, found in groups.items()
    ]


def reminder(row: CheckOccurrence, now: datetime.datetime) -> Reminder:
    """What holds of a check now, and when to look again."""
    return reminders.reminder(period_of(row), now)


class _Seats:
    """The people around some services, each replaced by whoever stands in while they are away."""

    def __init__(self, services: Iterable[Service], now: datetime.datetime) -> None:
        self.services = {service.pk: service for service in services}
        self.now = now
        self.assignments = self._assignments()
        self.leads = self._leads()
        self.administrators = self._holding(Role.ADMINISTRATOR)
        self.deputies = absences.deputies(now)

    def of(self, row: CheckOccurrence) -> People[User]:
        """Who sits where for one check."""
        held = [one for one in self.assignments.get(row.service_id, ()) if one.domain.key == row.domain_key]
        service = self.services[row.service_id]
        accountable = next((one.person for one in held if one.role == AssignmentRole.ACCOUNTABLE), None)
        return People(
            accountable=self._present(accountable) if accountable else None,
            supporting=[self._present(one.person) for one in held if one.role == AssignmentRole.SUPPORTING],
            leads=[self._present(lead) for lead in self.leads.get(service.scope.team_id, ()) if lead != accountable],
            owner=self._present(service.owner),
            administrators=self.administrators,
        )

    def _present(self, person: User) -> User:
        """The person, or their deputy on a day they are away."""
        return self.deputies.get(person.pk, person)

    def _assignments(self) -> Mapping[int, list[Assignment]]:
        found: dict[int, list[Assignment]] = {}
        rows = Assignment.objects.current().filter(service__in=self.services).select_related("person", "domain")
        for one in rows.order_by("pk"):
            found.setdefault(one.service_id, []).append(one)
        return found

    def _leads(self) -> Mapping[int, list[User]]:
        found: dict[int, list[User]] = {}
        teams = {service.scope.team_id for service in self.services.values()}
        for membership in self._memberships().filter(team__in=teams):
            if Role.LEAD in membership.role_set and membership.team_id is not None:
                found.setdefault(membership.team_id, []).append(membership.person)
        return found

    def _holding(self, role: Role) -> list[User]:
        return [one.person for one in self._memberships().filter(team__isnull=True) if role in one.role_set]

    def _memberships(self) -> "QuerySet[Membership]":
        current = Membership.objects.current(clock.now().date()).filter(person__is_active=True)
        return current.select_related("person").order_by("person__name", "pk")
