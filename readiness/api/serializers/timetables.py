"""The shapes of a team's timetable: when its checks of one cadence open and are due."""

import datetime
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from portal.api.strictness import Input
from readiness.choices import Cadence
from readiness.queries.timetables import Line
from readiness.rules.schedules import LAST_DAY, Point, Timetable

DAYS = f"Of a week 0 for Monday to 6 for Sunday; else 1 to {LAST_DAY} of the first month, where {LAST_DAY} is its last."


def _day(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=LAST_DAY, help_text=DAYS, **options)


def _time(**options: Any) -> serializers.TimeField:
    return serializers.TimeField(format="%H:%M", help_text="Where the team is.", **options)


class TimetableShape(serializers.Serializer[Any]):
    """When the checks of one cadence open, and by when they are due."""

    cadence = serializers.ChoiceField(choices=Cadence.values)
    opens_day = _day()
    opens_time = _time()
    due_day = _day()
    due_time = _time()
    words = serializers.CharField(help_text="Such as “Monday, 09:00 to Friday, 17:00”.")


class TimetablesShape(serializers.Serializer[Any]):
    """The three timetables of a team."""

    results = TimetableShape(many=True)


class TimetableChange(Input):
    """What becomes of a timetable; what is left out stays."""

    opens_day = _day(required=False)
    opens_time = _time(required=False)
    due_day = _day(required=False)
    due_time = _time(required=False)


def timetable(line: Line) -> dict[str, Any]:
    """A timetable as it goes out."""
    opens, due = line.timetable.opens, line.timetable.due
    return {
        "cadence": line.cadence.value,
        "opens_day": opens.day,
        "opens_time": f"{opens.time:%H:%M}",
        "due_day": due.day,
        "due_time": f"{due.time:%H:%M}",
        "words": f"{line.opens} to {line.due}",
    }


def wanted(standing: Timetable, data: dict[str, Any]) -> Timetable:
    """The timetable with what was sent."""

    def point(name: str, before: Point) -> Point:
        day: int = data.get(f"{name}_day", before.day)
        time: datetime.time = data.get(f"{name}_time", before.time)
        return Point(day, time)

    return replace(standing, opens=point("opens", standing.opens), due=point("due", standing.due))
