"""The lists on the tabs of one service: its reviews, decisions and packs."""

import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import clock
from portal.templatetags import portal_ui
from readiness.choices import ReviewState
from readiness.models import AuditPack, LaunchDecision, Review
from readiness.queries import decisions
from readiness.templatetags import readiness_ui

NUMBER = {"td": {"class": "gh-num"}}
REVIEW_STATES = {
    ReviewState.OPEN: ("info", "Open", "", "clock"),
    ReviewState.CLOSED: ("plain", "Closed", "", "lock"),
    ReviewState.ABANDONED: ("na", "Abandoned", "", ""),
}
"""Each state's pill: its look, its word, its size and its symbol."""


class ReviewTable(tables.Table):
    """Reviews of `queries.service_page.reviews`."""

    number = tables.Column(verbose_name="Review")
    release = tables.Column(accessor="release__label", verbose_name="Release", default="")
    state = tables.Column(accessor="get_state_display", verbose_name="State", order_by="state")
    answered = tables.Column(attrs=NUMBER)
    green = tables.Column(attrs=NUMBER)
    started_by = tables.Column(accessor="started_by__name", verbose_name="Started by")
    started_at = tables.Column(verbose_name="Started")

    noun = "reviews"
    caption = "Reviews"

    class Meta:
        empty_text = "No review fits these filters."

    def render_number(self, record: Review) -> SafeString:
        shown = '<a href="{}">{}</a> <span class="gh-xs gh-muted">review {}</span>'
        return format_html(shown, record.get_absolute_url(), record.get_kind_display(), record.number)

    def value_number(self, record: Review) -> str:
        return f"{record.number} {record.get_kind_display()}"

    def render_state(self, record: Review) -> SafeString:
        return portal_ui.state(*REVIEW_STATES[ReviewState(record.state)])

    def value_state(self, value: str) -> str:
        return value

    def render_answered(self, value: int, record: Any) -> str:
        return f"{value} of {record.counted}, {readiness_ui.percent(value, record.counted)}"

    def render_green(self, value: int, record: Any) -> str:
        return f"{value} of {record.counted}, {readiness_ui.percent(value, record.counted)}"

    def render_started_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)


class DecisionTable(tables.Table):
    """Decisions of one service, the newest first."""

    number = tables.Column(verbose_name="Decision")
    verdict = tables.Column()
    state = tables.Column(empty_values=(), orderable=False, verbose_name="Stands")
    release = tables.Column(accessor="release__label", verbose_name="Release")
    environment = tables.Column(accessor="environment__name", verbose_name="Environment")
    decided_by = tables.Column(accessor="decided_by__name", verbose_name="Decided by")
    decided_at = tables.Column(verbose_name="Decided")

    noun = "decisions"
    caption = "Decisions"

    class Meta:
        empty_text = "No decision fits these filters."

    def render_number(self, record: LaunchDecision) -> SafeString:
        return format_html('<a href="{}">Decision {}</a>', record.get_absolute_url(), record.number)

    def value_number(self, value: int) -> int:
        return value

    def render_verdict(self, record: LaunchDecision) -> SafeString:
        return readiness_ui.verdict(record.verdict)

    def value_verdict(self, record: LaunchDecision) -> str:
        return record.get_verdict_display()

    def render_state(self, record: LaunchDecision) -> SafeString:
        found = decisions.worth(record, clock.now()).state
        return readiness_ui.stands(record.verdict, found)

    def value_state(self, record: LaunchDecision) -> str:
        return decisions.worth(record, clock.now()).state.label

    def render_decided_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)


class PackTable(tables.Table):
    """Audit packs that hold one service."""

    number = tables.Column(verbose_name="Pack")
    since = tables.Column(verbose_name="From")
    until = tables.Column(verbose_name="Until")
    purpose = tables.Column(default="")
    state = tables.TemplateColumn(template_name="readiness/audit_packs/_state.html", order_by="state")
    requested_by = tables.Column(accessor="requested_by__name", verbose_name="Asked for by")
    requested_at = tables.Column(verbose_name="Asked for")

    noun = "packs"
    caption = "Audit packs"

    class Meta:
        empty_text = "No pack fits these filters."

    def value_state(self, record: AuditPack) -> str:
        return record.get_state_display()

    def render_since(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def render_until(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def render_requested_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)
