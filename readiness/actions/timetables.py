"""When the checks of a team open and are due, where it wants other days than the catalogue's."""

from django.db import transaction

from portal import audit, permissions
from portal.errors import DomainError
from portal.models import Team
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.models import TeamTimetable
from readiness.rules import schedules
from readiness.rules.schedules import Timetable


def change(access: Access, *, team: Team, timetable: Timetable) -> None:
    """Sets the days of one cadence for a team. It holds for periods that open from now on.

    Raises DomainError at `opens_day` or `due_day`.
    """
    if errors := schedules.refusals(timetable):
        raise DomainError.of(errors)
    with transaction.atomic():
        permissions.require(access, Capability.CHECK_SCHEDULE, team_id=team.pk)
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
