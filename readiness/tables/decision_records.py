"""The list of decision records."""

import datetime

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.models import DecisionRecord


class DecisionRecordTable(tables.Table):
    """Records of `queries.decision_records.listed`."""

    title = tables.Column(verbose_name="Decision record", order_by="title")
    service = tables.Column(accessor="service__name", verbose_name="Service", order_by=("service__name", "-number"))
    state = tables.Column(verbose_name="Standing")
    decided_on = tables.Column(verbose_name="Decided", default="")
    keeper = tables.Column(accessor="keeper__name", verbose_name="Kept by")
    review_on = tables.Column(verbose_name="Review due")

    noun = "decision records"
    caption = "Decision records"

    class Meta:
        empty_text = "No decision record fits these filters."

    def render_title(self, record: DecisionRecord) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)

    def value_title(self, record: DecisionRecord) -> str:
        return str(record)

    def render_state(self, record: DecisionRecord) -> SafeString:
        return portal_ui.state(record.symbol, record.standing, symbol="s-unanswered" if record.symbol == "info" else "")

    def value_state(self, record: DecisionRecord) -> str:
        return record.standing

    def render_decided_on(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def value_decided_on(self, value: datetime.date) -> str:
        return value.isoformat()

    def render_review_on(self, record: DecisionRecord, value: datetime.date) -> SafeString:
        if record.state != "accepted":
            return SafeString()
        if record.freshness.is_stale:
            return format_html("{} {}", portal_ui.state("yellow", "Stale since"), portal_ui.when(value))
        return portal_ui.when(value)

    def value_review_on(self, record: DecisionRecord, value: datetime.date) -> str:
        return value.isoformat() if record.state == "accepted" else ""
