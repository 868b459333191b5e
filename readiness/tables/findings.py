"""The list of findings."""

import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.choices import FindingState
from readiness.models import Finding

LOOKS = {FindingState.OPEN: "unanswered", FindingState.ANSWERED: "yellow", FindingState.CLOSED: "green"}
"""How a state looks: open waits for the team, answered for compliance."""


class FindingTable(tables.Table):
    """Findings of `queries.findings.listed`."""

    title = tables.Column(verbose_name="Finding")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    severity = tables.Column(accessor="get_severity_display", order_by="severity")
    state = tables.Column()
    opened_by = tables.Column(accessor="opened_by__name", verbose_name="Opened by")
    opened_at = tables.Column(verbose_name="Opened")

    noun = "findings"
    caption = "Findings"

    class Meta:
        empty_text = "No finding fits these filters."

    def render_title(self, record: Finding) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.title)

    def value_title(self, record: Finding) -> str:
        return record.title

    def render_state(self, value: Any) -> SafeString:
        return portal_ui.state(LOOKS[value], FindingState(value).label)

    def value_state(self, value: Any) -> str:
        return FindingState(value).label

    def render_opened_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_opened_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()
