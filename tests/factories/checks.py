"""A live service that owes recurring checks, and moments of its weeks."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal import clock
from portal.models import Team, User
from portal.permissions import Role
from readiness.actions import ownership, recurring_checks, service_states
from readiness.choices import AssignmentRole, ServiceState
from readiness.models import CheckOccurrence, OwnershipDomain, Service
from tests.factories import portal
from tests.factories import readiness as things
from tests.harness import kept_scenes

LIVE_ON = datetime.datetime(2035, 1, 3, 12, tzinfo=datetime.UTC)
"""A Wednesday still to come, since the record never goes back: the first week owed is 2035-W02, from Monday the 8th."""


def day(number: int, hour: int = 12, month: int = 1) -> datetime.datetime:
    """A moment of those weeks, in UTC."""
    return datetime.datetime(2035, month, number, hour, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Watched:
    """A live service with its people: Ana is accountable for drift, Sam supports her, Lea leads, Oli owns."""

    service: Service
    ana: User
    sam: User
    lea: User
    oli: User

    def check(self, key: str, period: str) -> CheckOccurrence:
        """One occurrence."""
        return self.service.occurrences.get(recurring_check__key=key, period=period)


@kept_scenes.kept
def watched(time_zone: str = "Europe/Berlin", **declared: Any) -> Watched:
    """A service that went live on LIVE_ON, in a team of this zone."""
    team: Team = portal.team(time_zone=time_zone)
    people = {name: portal.member(team, Role.CONTRIBUTOR, name=name) for name in ("Ana", "Sam", "Oli")}
    lea = portal.member(team, Role.LEAD, name="Lea")
    service = things.service(team=team, lead=lea, owner=people["Oli"], **declared)
    drift = OwnershipDomain.objects.get(key="drift")
    for who, role in (("Ana", AssignmentRole.ACCOUNTABLE), ("Sam", AssignmentRole.SUPPORTING)):
        ownership.assign(portal.access(lea), service=service, domain=drift, person=people[who], role=role)
    for state in (ServiceState.IN_REVIEW, ServiceState.LIVE):
        with clock.at(LIVE_ON), transaction.atomic():
            service_states.set_state(None, service, state)
    return Watched(service, people["Ana"], people["Sam"], lea, people["Oli"])


@kept_scenes.kept
def opened(until: datetime.datetime, **declared: Any) -> Watched:
    """The same, with every check opened whose period has come."""
    of = watched(**declared)
    with clock.at(until):
        recurring_checks.open_due(until)
    return of
