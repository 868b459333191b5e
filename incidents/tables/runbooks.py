"""The list of runbooks."""

import datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.models import Runbook
from portal.templatetags import portal_ui
from readiness.choices import DrillResult


class RunbookTable(tables.Table):
    """Runbooks of `queries.runbooks.listed`."""

    title = tables.Column(verbose_name="Runbook")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    keeper = tables.Column(accessor="keeper__name", verbose_name="Kept by")
    drilled_at = tables.Column(verbose_name="Last drill", empty_values=())
    drill_minutes = tables.Column(
        verbose_name="Minutes", default="", attrs={"td": {"class": "gh-num"}, "th": {"class": "gh-num"}}
    )
    revision = tables.Column(verbose_name="Revision", attrs={"td": {"class": "gh-num"}, "th": {"class": "gh-num"}})
    review_on = tables.Column(verbose_name="Review due")

    noun = "runbooks"
    caption = "Runbooks"

    class Meta:
        empty_text = "No runbook fits these filters."

    def render_title(self, record: Runbook) -> SafeString:
        mark = format_html(' <span class="gh-tag">{}</span>', "way back") if record.is_rollback else ""
        return format_html('<a href="{}">{}</a>{}', record.get_absolute_url(), record.title, mark)

    def value_title(self, record: Runbook) -> str:
        return record.title

    def render_drilled_at(self, record: Any) -> SafeString:
        if record.drilled_at is None:
            return portal_ui.state("unanswered", "Not drilled")
        passed = record.drill_result == DrillResult.PASSED
        shown = portal_ui.state("green", "Passed") if passed else portal_ui.state("red", "Failed")
        return format_html("{} {}", shown, portal_ui.when(record.drilled_at, "day"))

    def value_drilled_at(self, record: Any) -> str:
        return record.drilled_at.astimezone(datetime.UTC).isoformat() if record.drilled_at else ""

    def render_drill_minutes(self, record: Runbook, value: Decimal) -> str:
        target = f" of {record.target_minutes.normalize():f}" if record.target_minutes else ""
        return f"{value.normalize():f}{target}"

    def value_drill_minutes(self, value: Decimal) -> str:
        return f"{value.normalize():f}"

    def render_review_on(self, record: Runbook, value: datetime.date) -> SafeString:
        if record.freshness.is_stale:
            return format_html("{} {}", portal_ui.state("yellow", "Stale since"), portal_ui.when(value))
        return portal_ui.when(value)

    def value_review_on(self, value: datetime.date) -> str:
        return value.isoformat()
