"""The list of teams, and the list of the people of one."""

import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal import clock
from portal.models import Membership, Team
from portal.permissions import Access, Capability
from portal.queries import teams
from portal.templatetags import accounts, portal_ui


class TeamTable(tables.Table):
    """Teams with who leads them."""

    name = tables.Column(verbose_name="Team", linkify=("portal:team", {"slug": tables.A("slug")}))
    leads = tables.Column(accessor="current_memberships", verbose_name="Led by", orderable=False)
    people = tables.Column(attrs={"td": {"class": "gh-num"}})
    time_zone = tables.Column(verbose_name="Time zone")

    caption = "Teams"
    noun = "teams"

    class Meta:
        order_by = "name"
        empty_text = "No team fits these filters."

    def render_leads(self, value: list[Membership]) -> SafeString | str:
        names = teams.leads(value)
        if not names:
            return portal_ui.person(None)
        faces = format_html_join("", "{}", ((portal_ui.person(name),) for name in names))
        return format_html('<span class="gh-row">{}</span>', faces)

    def value_leads(self, value: list[Membership]) -> str:
        return ", ".join(person.name for person in teams.leads(value))


class MemberTable(tables.Table):
    """The people of a team: what they hold, from when until when."""

    person = tables.Column(accessor="person__name", verbose_name="Person")
    email = tables.Column(accessor="person__email", verbose_name="E-mail", visible=False)
    roles = tables.Column(orderable=False, attrs={"td": {"data-label": ""}})
    starts_on = tables.Column(verbose_name="From", attrs={"td": {"class": "gh-nowrap"}})
    ends_on = tables.Column(verbose_name="Until", empty_values=())
    acts = tables.Column(
        accessor="person__public_id",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "gh-num", "data-label": ""}},
    )

    caption = "People of the team"
    noun = "people"

    class Meta:
        order_by = "person"
        empty_text = "Nobody fits these filters."

    def __init__(self, *args: Any, access: Access, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = clock.now().date()
        self.manages = access.can(Capability.TEAM_MANAGE, team.pk)

    def render_person(self, record: Membership) -> SafeString:
        url = reverse("portal:person", args=[record.person.public_id])
        link = format_html('<a href="{}">{}</a>', url, portal_ui.person(record.person))
        if below := self._below(record):
            return format_html('{}<div class="gh-xs gh-muted gh-undername">{}</div>', link, below)
        return link

    def value_person(self, record: Membership) -> str:
        return record.person.name

    def render_roles(self, value: list[str]) -> SafeString:
        return accounts.role_tags(value)

    def value_roles(self, value: list[str]) -> str:
        return ", ".join(value)

    def render_starts_on(self, value: datetime.date) -> SafeString:
        return portal_ui.when(value)

    def value_starts_on(self, value: datetime.date) -> str:
        return value.isoformat()

    def render_ends_on(self, value: datetime.date | None) -> SafeString | str:
        return accounts.until_words(value, self.today)

    def value_ends_on(self, value: datetime.date | None) -> str:
        return value.isoformat() if value else ""

    def render_acts(self, record: Membership) -> SafeString | str:
        ended = record.ends_on is not None and record.ends_on < self.today
        if ended or not self.manages or record.team is None:
            return ""
        url = reverse("portal:membership", args=[record.team.slug, record.person.public_id])
        words = '<a class="btn btn-sm" href="{}" aria-label="Change {}">Change</a>'
        return format_html(words, url, record.person.name)

    def _below(self, record: Membership) -> str:
        if not record.person.is_active:
            return "account closed"
        if teams.is_lent(record):
            elsewhere = record.person.elsewhere  # type: ignore[attr-defined]  # read with the members of a team
            homes = ", ".join(sorted({row.team.name for row in elsewhere}))
            return f"of {homes}, lent to this team"
        return "" if record.person.has_usable_password() else "invited, has not signed in yet"
