"""When the checks of a team open and are due, where it wants other days than the catalogue's."""

from django.db import transaction

from portal import audit, permissions
from portal.errors import Conflict, DomainError
from portal.models import Team
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.models import TeamTimetable
from readiness.queries import recurring_checks
from readiness.rules import schedules
from readiness.rules.schedules import Timetable


def change(access: Access, *, team: Team, timetable: Timetable, seen: Timetable | None = None) -> None:
    """Sets the days of one cadence for a team. It holds for periods that open from now on.

    With the timetable that was `seen` nothing is overwritten that somebody else changed since. Raises Conflict for
    that, DomainError at `opens_day` or `due_day`.
    """
    if errors := schedules.refusals(timetable):
        raise DomainError.of(errors)
    with transaction.atomic():
        permissions.require(access, Capability.CHECK_SCHEDULE, team_id=team.pk)
        if seen is not None:
            _refuse_newer(team, seen)
        fields = {
            "opens_day": timetable.opens.day,
            "opens_time": timetable.opens.time,
            "due_day": timetable.due.day,
            "due_time": timetable.due.time,
        }
        TeamTimetable.objects.update_or_create(team=team, cadence=timetable.cadence, defaults=fields)
        facts: dict[str, audit.Fact] = {
            "team": team.slug,
            "cadence": timetable.cadence,
            "opens": f"{timetable.opens.day} {timetable.opens.time:%H:%M}",
            "due": f"{timetable.due.day} {timetable.due.time:%H:%M}",
        }
        audit.record(access, verbs.TIMETABLE_CHANGED, team, facts=facts)


def _refuse_newer(team: Team, seen: Timetable) -> None:
    Team.objects.select_for_update().get(pk=team.pk)
    if recurring_checks.calendars([team])[team.pk].timetables[seen.cadence] != seen:
        raise Conflict("Somebody changed these days in between. Read them, then send yours again.")
