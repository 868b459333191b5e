"""The list of waivers."""

import datetime
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.choices import WaiverState
from readiness.queries import wording
from readiness.rules import waivers as rules

TONES = {
    WaiverState.ASKED: "info",
    WaiverState.STANDING: "waived",
    WaiverState.LAPSED: "red",
}
"""How a state is shown; what is over is plain."""


class WaiverTable(tables.Table):
    """Waivers of `queries.waiver_list.listed`."""

    item = tables.Column(accessor="item_key", verbose_name="Item")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    team = tables.Column(accessor="service__scope__team__name", verbose_name="Team")
    critical = tables.BooleanColumn(verbose_name="Critical", attrs={"td": {"data-label": ""}})
    state = tables.Column(verbose_name="State", order_by=("rank", "expires_on"))
    expires_on = tables.Column(verbose_name="Until")
    renewals = tables.Column(verbose_name="Renewed", attrs={"td": {"class": "gh-num"}})
    asked_by = tables.Column(accessor="asked_by__name", verbose_name="Asked by")
    approver = tables.Column(accessor="settlement__by__name", verbose_name="Answered by", default="")
    reason = tables.Column(verbose_name="Reason", orderable=False)

    class Meta:
        empty_text = "No waiver fits these filters."

    noun = "waivers"
    caption = "Waivers"

    def render_item(self, record: Any) -> SafeString:
        title = wording.title(record.item_key, record.service)
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), title)

    def value_item(self, record: Any) -> str:
        return str(record.item_key)

    def render_critical(self, value: bool) -> SafeString | str:
        return format_html('<span class="gh-tag gh-tag--critical">{}</span>', "Critical") if value else ""

    def value_critical(self, value: bool) -> str:
        return "yes" if value else "no"

    def render_state(self, record: Any) -> SafeString:
        found = WaiverState(record.state)
        return portal_ui.state(TONES.get(found, "plain"), found.label)

    def value_state(self, record: Any) -> str:
        return str(WaiverState(record.state).label)

    def render_expires_on(self, record: Any, value: datetime.date) -> SafeString:
        """With how long it holds where that is not long any more."""
        shown = portal_ui.when(value, "day")
        left = rules.days_left(value, record.today)
        if record.state != WaiverState.STANDING or left > rules.SOON_DAYS:
            return shown
        return format_html(
            '{} <span class="gh-due gh-due--soon">{} left</span>', shown, f"{left} day{'' if left == 1 else 's'}"
        )

    def value_expires_on(self, value: datetime.date) -> str:
        return value.isoformat()
