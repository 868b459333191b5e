"""The list of absences."""

import datetime
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal import clock
from portal.templatetags import portal_ui
from readiness.models import Absence

NOWRAP = {"td": {"class": "gh-nowrap"}}


class AbsenceTable(tables.Table):
    """Who is away when, and who stands in; what can still be changed has its ways on."""

    person = tables.Column(accessor="person__name", verbose_name="Who")
    starts_on = tables.Column(verbose_name="First day")
    ends_on = tables.Column(verbose_name="Last day")
    deputy = tables.Column(accessor="deputy__name", verbose_name="Deputy", empty_values=())
    standing = tables.Column(accessor="pk", verbose_name="State", orderable=False, attrs=NOWRAP)
    acts = tables.Column(
        accessor="pk",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "gh-num", "data-label": ""}},
    )

    noun = "absences"
    caption = "Absences"

    class Meta:
        order_by = "starts_on"
        empty_text = "No absence fits these filters."

    def render_person(self, record: Absence) -> SafeString:
        return portal_ui.person(record.person)

    def value_person(self, record: Absence) -> str:
        return record.person.name

    def render_starts_on(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def value_starts_on(self, value: datetime.date) -> str:
        return value.isoformat()

    def render_ends_on(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def value_ends_on(self, value: datetime.date) -> str:
        return value.isoformat()

    def render_deputy(self, record: Absence) -> SafeString:
        return portal_ui.person(record.deputy)

    def value_deputy(self, record: Absence) -> str:
        return record.deputy.name if record.deputy else ""

    def render_standing(self, record: Absence) -> str:
        return standing(record, clock.now())

    def render_acts(self, record: Absence) -> Any:
        if record.cancelled_at or record.ends_on < clock.today_in(record.person.time_zone):
            return ""
        return render_to_string("readiness/absences/_acts.html", {"absence": record})


def standing(absence: Absence, now: datetime.datetime) -> str:
    """Where an absence stands, in a word, by the calendar of who is away."""
    today = clock.today_in(absence.person.time_zone, now)
    if absence.cancelled_at:
        return "Cancelled"
    if absence.ends_on < today:
        return "Over"
    return "Away now" if absence.starts_on <= today else "To come"
