"""The lists of alerts and of their sources."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.choices import AlertState
from incidents.models import Alert, AlertSource
from incidents.queries.coverage import Group, Row
from portal.templatetags import portal_ui

COLOURS = {AlertState.FIRING: "red", AlertState.RESOLVED: "green", AlertState.LEFT_OUT: "unanswered"}


class AlertTable(tables.Table):
    """Alerts of `queries.alert_tray.listed`."""

    name = tables.Column(verbose_name="Alert")
    service = tables.Column(accessor="service__name", verbose_name="Service", default="no service yet")
    rule = tables.Column(accessor="rule__name", verbose_name="Rule", default="no rule")
    source = tables.Column(accessor="source__name", verbose_name="Told by")
    state = tables.Column()
    starts_at = tables.Column(verbose_name="Since")
    ends_at = tables.Column(verbose_name="Ended", default="")
    times = tables.Column(verbose_name="Times told", attrs={"td": {"class": "gh-num"}, "th": {"class": "gh-num"}})

    noun = "alerts"
    caption = "Alerts"

    class Meta:
        empty_text = "No alert fits these filters."

    def render_name(self, record: Alert) -> SafeString:
        page, words = reverse("incidents:alert", args=[record.public_id]), record.summary[:200]
        return format_html('<a href="{}">{}</a><div class="gh-xs gh-muted">{}</div>', page, record.name, words)

    def value_name(self, record: Alert) -> str:
        return record.name

    def render_state(self, record: Alert) -> SafeString:
        return portal_ui.state(COLOURS[AlertState(record.state)], record.get_state_display())

    def value_state(self, record: Alert) -> str:
        return str(record.get_state_display())

    def render_starts_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_starts_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_ends_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_ends_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()


COVER = (
    *("Service", "Team", "Alert", "Severity", "Playbook", "Runbook", "Owner", "Last drill", "Minutes"),
    *("Threshold", "Threshold reviewed", "Last fired", "Firing now", "Missing or old"),
)


def cover_lines(groups: Iterable[Group]) -> Iterator[Sequence[Any]]:
    """The coverage matrix as lines of a file, the heads first; moments in UTC, days as the team has them."""
    yield COVER
    for group in groups:
        for row in group.rows:
            yield _cover(group, row)


def _cover(group: Group, row: Row) -> Sequence[Any]:
    rule = row.rule
    return (
        group.service.name,
        group.service.scope.team.name,
        rule.name,
        int(rule.severity),
        row.playbook,
        rule.runbook.title if rule.runbook else "",
        row.owner.name if row.owner else "",
        row.drilled_on,
        row.minutes,
        rule.threshold,
        rule.threshold_reviewed_on,
        row.fired_at.astimezone(datetime.UTC).isoformat() if row.fired_at else "",
        row.firing,
        ", ".join(f"{part} {hole}" for part, hole in row.missing.items()),
    )


class SourceTable(tables.Table):
    """Sources of `queries.alert_tray.sources`."""

    name = tables.Column(verbose_name="Source")
    team = tables.Column(accessor="team__name", verbose_name="Team")
    kind = tables.Column(verbose_name="Form")
    last_post_at = tables.Column(verbose_name="Last heard", default="never heard")
    created_at = tables.Column(verbose_name="Made")
    acts = tables.Column(
        accessor="public_id",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "gh-num", "data-label": ""}},
    )

    noun = "sources"
    caption = "Alert sources"

    class Meta:
        empty_text = "No source fits these filters."

    def render_name(self, record: AlertSource) -> SafeString:
        page, address = (
            reverse(name, args=[record.public_id]) for name in ("incidents:alert_source", "api_alert_posts")
        )
        confirm = stuck = ""
        if number := record.stuck:  # type: ignore[attr-defined]  # annotated
            words = f"{number} post{'' if number == 1 else 's'} could not be taken in"
            stuck = format_html('<div class="gh-xs">{}</div>', portal_ui.state("red", words))
        if record.confirmation_url:
            words = "Confirm the subscription at this address, once:"
            confirm = format_html('<div class="gh-xs gh-2nd">{} <code>{}</code></div>', words, record.confirmation_url)
        shown = '<a href="{}">{}</a>{}<div class="gh-xs gh-muted"><code>{}</code></div>{}'
        return format_html(shown, page, record.name, stuck, address, confirm)

    def value_name(self, record: AlertSource) -> str:
        return record.name

    def render_last_post_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_last_post_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_created_at(self, record: AlertSource, value: datetime.datetime) -> SafeString:
        return format_html(
            '{}<div class="gh-xs gh-muted">{}</div>', portal_ui.when(value, "day"), record.created_by.name
        )

    def value_created_at(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat()

    def render_acts(self, record: AlertSource, value: Any) -> SafeString | str:
        if record.revoked_at:
            return portal_ui.state("unanswered", "Revoked")
        address = reverse("incidents:alert_source_revoke", args=[value])
        words = '<a class="btn btn-sm" href="{}">Revoke<span class="visually-hidden"> {}</span></a>'
        return format_html(words, address, record.name)
