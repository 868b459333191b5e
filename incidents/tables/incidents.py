"""The list of incidents."""

import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.choices import IncidentState
from incidents.models import Incident
from portal import clock
from portal.templatetags import portal_ui

COLOURS = {
    IncidentState.INVESTIGATING: "red",
    IncidentState.IDENTIFIED: "red",
    IncidentState.MITIGATED: "yellow",
    IncidentState.RESOLVED: "green",
    IncidentState.CLOSED: "green",
}


class IncidentTable(tables.Table):
    """Incidents of `queries.incidents.listed`."""

    title = tables.Column(verbose_name="Incident")
    severity = tables.Column()
    service = tables.Column(accessor="service__name", order_by="service__name", verbose_name="Service")
    state = tables.Column()
    commander = tables.Column(accessor="commander__name", verbose_name="Commander", default="nobody")
    declared_at = tables.Column(verbose_name="Declared")
    post_mortem_due_on = tables.Column(verbose_name="Post-mortem", default="")

    noun = "incidents"
    caption = "Incidents"

    class Meta:
        empty_text = "No incident fits these filters."

    def render_title(self, record: Incident) -> SafeString:
        shown = '<a href="{}">{}</a> <span class="gh-xs gh-muted">{}</span>'
        return format_html(shown, record.get_absolute_url(), record.title, record.label)

    def value_title(self, record: Incident) -> str:
        return f"{record.label} {record.title}"

    def render_severity(self, value: Any, record: Incident) -> SafeString:
        return format_html('<span class="gh-sev gh-sev--{}">Sev-{}</span>', record.severity, record.severity)

    def value_severity(self, record: Incident) -> int:
        return int(record.severity)

    def render_state(self, record: Incident) -> SafeString:
        state = IncidentState(record.state)
        return portal_ui.state(COLOURS[state], state.label)

    def value_state(self, record: Incident) -> str:
        return str(record.state)

    def render_declared_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_declared_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_post_mortem_due_on(self, record: Incident, value: datetime.date) -> SafeString:
        written = getattr(record, "post_mortem", None)
        if written is not None and written.published_at:
            return portal_ui.state("green", "Published")
        if value < clock.now().date():
            return format_html("{} {}", portal_ui.state("red", "Overdue since"), portal_ui.when(value))
        return format_html("due {}", portal_ui.when(value))

    def value_post_mortem_due_on(self, value: datetime.date) -> str:
        return value.isoformat()
