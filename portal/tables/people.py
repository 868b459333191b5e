"""The list of people."""

import datetime

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portal.models import Membership, User
from portal.templatetags import accounts, portal_ui


class PersonTable(tables.Table):
    """Everybody with an account: where they belong and whether it is open."""

    name = tables.Column(verbose_name="Person", linkify=("portal:person", {"person": tables.A("public_id")}))
    email = tables.Column(verbose_name="E-mail")
    teams = tables.Column(
        accessor="open_memberships", verbose_name="Roles", orderable=False, attrs={"td": {"data-label": ""}}
    )
    state = tables.Column(accessor="is_active", verbose_name="Account")
    date_joined = tables.Column(verbose_name="Since")

    caption = "People"
    noun = "people"

    class Meta:
        order_by = "name"
        empty_text = "Nobody fits these filters."

    def render_name(self, record: User) -> SafeString:
        return portal_ui.person(record)

    def value_name(self, record: User) -> str:
        return record.name

    def render_teams(self, value: list[Membership]) -> SafeString | str:
        rows = ((row.team.name if row.team else "All teams", accounts.role_tags(row.roles)) for row in value)
        return format_html_join("", '<div class="gh-row">{} {}</div>', rows) or "No role"

    def value_teams(self, value: list[Membership]) -> str:
        return "; ".join(f"{row.team.slug if row.team else 'all teams'}: {', '.join(row.roles)}" for row in value)

    def render_state(self, record: User) -> SafeString:
        return accounts.account_state(record)

    def value_state(self, record: User) -> str:
        return accounts.account_word(record)

    def render_date_joined(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value, "day")

    def value_date_joined(self, value: datetime.datetime) -> str:
        return value.date().isoformat()
