"""The list of API tokens."""

import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import clock
from portal.models import ApiToken
from portal.templatetags import portal_ui

ENDS_SOON = datetime.timedelta(days=30)


class TokenTable(tables.Table):
    """What each token is for, may, and when it was used last."""

    name = tables.Column()
    user = tables.Column(accessor="user__name", verbose_name="Of")
    access = tables.Column(verbose_name="May")
    expiry = tables.Column(verbose_name="Ends")
    last_used_at = tables.Column(verbose_name="Last used", default="never used")
    acts = tables.Column(
        accessor="public_id",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "gh-num", "data-label": ""}},
    )

    caption = "API tokens"
    noun = "tokens"

    class Meta:
        empty_text = "No token fits these filters."

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = clock.now()

    def render_name(self, record: ApiToken) -> SafeString:
        return format_html('<code>{}</code><div class="gh-xs gh-muted">{}</div>', record.name, record.beginning)

    def value_name(self, record: ApiToken) -> str:
        return str(record.name)

    def render_user(self, record: ApiToken) -> SafeString:
        return portal_ui.person(record.user)

    def value_user(self, record: ApiToken) -> str:
        return str(record.user.name)

    def render_access(self, record: ApiToken) -> SafeString:
        where = record.team.name if record.team else "all I may see"
        return format_html('{}<div class="gh-xs gh-muted">{}</div>', record.get_access_display(), where)

    def value_access(self, record: ApiToken) -> str:
        return f"{record.get_access_display()}{f', {record.team.slug}' if record.team else ''}"

    def render_expiry(self, record: ApiToken) -> SafeString:
        if record.revoked_at:
            return format_html("revoked {}", portal_ui.when(record.revoked_at, "day"))
        expiry = record.expiry
        if expiry is None or expiry <= self.now:
            return format_html("ended {}", portal_ui.when(expiry, "day"))
        left = (expiry - self.now).days
        css = "gh-due gh-due--soon" if expiry - self.now <= ENDS_SOON else "gh-due"
        day = portal_ui.when(expiry, "day")
        return format_html('<span class="{}">{}, in {} day{}</span>', css, day, left, "" if left == 1 else "s")

    def value_expiry(self, record: ApiToken) -> str:
        ended = record.revoked_at or record.expiry
        return ended.isoformat() if ended else ""

    def render_last_used_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_last_used_at(self, value: datetime.datetime) -> str:
        return value.isoformat() if isinstance(value, datetime.datetime) else ""

    def render_acts(self, record: ApiToken) -> SafeString | str:
        if not record.is_open(self.now):
            return ""
        url = reverse("portal:token_revoke", args=[record.public_id])
        return format_html('<a class="btn btn-sm" href="{}" aria-label="Revoke {}">Revoke</a>', url, record.name)
