"""The timetables of a team in words, and where its page leads to them."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from portal.extension_points import Panel
from portal.models import Team
from portal.permissions import Access
from readiness.choices import Cadence
from readiness.queries import recurring_checks
from readiness.rules.schedules import LAST_DAY, Point, Timetable


@dataclass(frozen=True)
class Line:
    """One cadence of a team: its timetable, and in words when checks open and are due."""

    timetable: Timetable
    opens: str
    due: str

    @property
    def cadence(self) -> Cadence:
        """Weekly, monthly or quarterly."""
        return self.timetable.cadence


def of_team(team: Team) -> list[Line]:
    """The three timetables that hold for a team."""
    found = recurring_checks.calendars([team])[team.pk].timetables
    return [Line(table, _words(table, table.opens), _words(table, table.due)) for table in found.values()]


def panel(_access: Access, team: Team) -> Panel:
    """The card on the team's page."""
    return Panel("Recurring checks", reverse("readiness:timetables", args=[team.slug]))


def days(cadence: Cadence) -> Sequence[tuple[int, str]]:
    """The days a timetable of this cadence may name, with their words."""
    if cadence is Cadence.WEEKLY:
        return list(enumerate(calendar.day_name))
    return [(day, "the last day" if day == LAST_DAY else f"day {day}") for day in range(1, LAST_DAY + 1)]


def _words(table: Timetable, point: Point) -> str:
    return f"{dict(days(table.cadence))[point.day]}, {point.time:%H:%M}"
