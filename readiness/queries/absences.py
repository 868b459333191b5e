"""Who is away, now or soon, and who may stand in."""

import datetime
from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal import clock
from portal.models import Membership, User
from portal.permissions import Access, Capability
from readiness.models import Absence
from readiness.rules.absences import Period

A_DAY = datetime.timedelta(days=1)


def listed(access: Access) -> QuerySet[Absence]:
    """The absences of everybody whose absence this person may enter, with names: one statement."""
    return Absence.objects.filter(person__in=people_managed(access)).select_related("person", "deputy")


def people_managed(access: Access) -> QuerySet[User]:
    """Whose absence this person may enter: their own, and that of everybody in a team they lead."""
    if access.can(Capability.TEAM_MANAGE) and not access.teams_with(Capability.TEAM_MANAGE):
        return User.objects.filter(is_active=True)
    led = _memberships().filter(team__in=access.teams_with(Capability.TEAM_MANAGE))
    return User.objects.filter(Q(pk=access.person.pk) | Exists(led), is_active=True)


def possible_deputies(person: User | None = None) -> QuerySet[User]:
    """Who may stand in for a person (for anybody, where none is given): everybody else who is in a team today."""
    in_a_team = User.objects.filter(Exists(_memberships().filter(team__isnull=False)), is_active=True)
    return in_a_team.exclude(pk=person.pk) if person else in_a_team


def standing_of(person: User) -> QuerySet[Absence]:
    """The absences of a person that were not cancelled and are not over, by their own calendar."""
    return Absence.objects.filter(
        person=person, cancelled_at__isnull=True, ends_on__gte=clock.today_in(person.time_zone)
    )


def is_away_as_well(absence: Absence) -> bool:
    """Whether the deputy is away on any of the days."""
    own = Absence.objects.filter(person=absence.deputy, cancelled_at__isnull=True)
    return own.filter(starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on).exists()


def around(now: datetime.datetime) -> QuerySet[Absence]:
    """Absences that may be in force at the moment `now`, somewhere on earth; `in_force` decides for each person."""
    return Absence.objects.filter(
        cancelled_at__isnull=True, starts_on__lte=now.date() + A_DAY, ends_on__gte=now.date() - A_DAY
    ).select_related("deputy")


def deputies(now: datetime.datetime) -> Mapping[int, User]:
    """Who stands in at the moment `now`, by the key of the person who is away: one statement.

    As for the triggers, a deputy who is away as well, or has left, stands in for nobody.
    """
    away = [found for found in around(now).select_related("person") if in_force([found], found.person, now)]
    gone = {absence.person_id for absence in away}
    return {
        absence.person_id: absence.deputy
        for absence in away
        if absence.deputy and absence.deputy.is_active and absence.deputy.pk not in gone
    }


def in_force(absences: Iterable[Absence], person: User, now: datetime.datetime) -> Absence | None:
    """The one of these absences that covers the day it is where the person is."""
    today = clock.today_in(person.time_zone, now)
    return next((found for found in absences if Period(found.starts_on, found.ends_on).covers(today)), None)


def _memberships() -> QuerySet[Membership]:
    return Membership.objects.current(clock.now().date()).filter(person=OuterRef("pk"))
