"""Input shape of a team's timetable of one cadence."""

from typing import Any

from django import forms

from readiness.queries import timetables
from readiness.rules.schedules import Point, Timetable


class TimetableForm(forms.Form):
    """A day and a time at which checks open, and at which they are due."""

    opens_day = forms.TypedChoiceField(label="Opens on", coerce=int)
    opens_time = forms.TimeField(label="at", widget=forms.TimeInput(attrs={"type": "time"}))
    due_day = forms.TypedChoiceField(label="Due on", coerce=int)
    due_time = forms.TimeField(label="by", widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, data: Any = None, *, timetable: Timetable) -> None:
        self.timetable = timetable
        initial = {
            "opens_day": timetable.opens.day,
            "opens_time": f"{timetable.opens.time:%H:%M}",
            "due_day": timetable.due.day,
            "due_time": f"{timetable.due.time:%H:%M}",
        }
        super().__init__(data, initial=initial, prefix=timetable.cadence)
        for name in ("opens_day", "due_day"):
            field: Any = self.fields[name]
            field.choices = timetables.days(timetable.cadence)

    @property
    def wanted(self) -> Timetable:
        """What was entered."""
        data = self.cleaned_data
        opens, due = Point(data["opens_day"], data["opens_time"]), Point(data["due_day"], data["due_time"])
        return Timetable(self.timetable.cadence, opens, due)
