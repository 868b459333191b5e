"""The calendar and the list of recurring checks."""

import datetime

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import clock
from portal.templatetags import portal_ui
from readiness.models import CheckOccurrence
from readiness.queries import check_calendar


class CalendarTable(tables.Table):
    """Services of `queries.check_calendar.services`; the page draws `grids`."""

    name = tables.Column(verbose_name="Service")

    class Meta:
        template_name = "readiness/checks/_calendar.html"
        empty_text = "No service fits these filters."

    @property
    def grids(self) -> list[check_calendar.Grid]:
        """The calendar of this page's services."""
        return check_calendar.grids([row.record for row in self.paginated_rows], clock.now())


class CheckTable(tables.Table):
    """Occurrences, the newest first."""

    recurring_check = tables.Column(accessor="recurring_check__position", verbose_name="Check")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    period = tables.Column(accessor="opens_at", verbose_name="Period", attrs={"td": {"class": "gh-nowrap"}})
    due_at = tables.Column(verbose_name="Due")
    state = tables.Column(accessor="result", verbose_name="State", empty_values=())
    done_by = tables.Column(accessor="done_by__name", verbose_name="By", default="")
    note = tables.Column(verbose_name="Said", default="", orderable=False)

    noun = "checks"
    caption = "Recurring checks"

    class Meta:
        empty_text = "No check fits these filters."

    def render_recurring_check(self, record: CheckOccurrence) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.version.row.title)

    def value_recurring_check(self, record: CheckOccurrence) -> str:
        return record.version.row.title

    def render_period(self, record: CheckOccurrence) -> str:
        return record.period

    def render_due_at(self, record: CheckOccurrence) -> SafeString:
        waits = not record.result and record.ends_at > clock.now()
        return portal_ui.due(record.due_at) if waits else portal_ui.when(record.due_at)

    def value_due_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_state(self, record: CheckOccurrence) -> SafeString:
        found = check_calendar.state(record, clock.now())
        words = check_calendar.WORDS[found].capitalize()
        return format_html(
            '<span class="gh-day gh-day--{} gh-day--inline">{}</span> {}',
            found,
            portal_ui.icon(check_calendar.SYMBOLS[found]),
            words,
        )

    def value_state(self, record: CheckOccurrence) -> str:
        return check_calendar.WORDS[check_calendar.state(record, clock.now())]
