"""Accounts and roles on pages: the state of an account, role tags, last days, what an auditor may read."""

import datetime
from collections.abc import Mapping

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal import clock, second_factor
from portal.models import AuditEvent, Scope, User
from portal.permissions import ROLES_ACROSS_TEAMS, Role
from portal.templatetags import portal_ui

register = template.Library()

ROLES_IN_ORDER = [Role.LEAD, Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER, Role.VIEWER, *ROLES_ACROSS_TEAMS]
"""The most responsible first."""
LEAVES_SOON = datetime.timedelta(days=30)
SYMBOLS = {"Open": "check", "Invited": "clock", "Closed": "user-off"}


def account_word(person: User) -> str:
    """Whether an account is open, invited or closed, in a word."""
    if not person.is_active:
        return "Closed"
    return "Open" if person.has_usable_password() else "Invited"


@register.simple_tag
def account_state(person: User) -> SafeString:
    """The same as a pill."""
    word = account_word(person)
    return format_html("{}", portal_ui.state("plain", word, symbol=SYMBOLS[word]))


@register.simple_tag
def role_tags(roles: list[str]) -> SafeString:
    """Roles as tags, the most responsible first."""
    ordered = sorted((Role(name) for name in roles), key=ROLES_IN_ORDER.index)
    tags = format_html_join("", '<span class="gh-tag">{}</span>', ((role.value.capitalize(),) for role in ordered))
    return format_html('<span class="gh-roles">{}</span>', tags)


@register.simple_tag
def until(last_day: datetime.date | None) -> SafeString | str:
    """The last day of a membership, coloured when it is near, or that it is open."""
    return until_words(last_day, clock.now().date())


def until_words(last_day: datetime.date | None, today: datetime.date) -> SafeString | str:
    """The same as of a day."""
    if last_day is None:
        return "open"
    if last_day < today:
        return format_html("{}, ended", portal_ui.when(last_day))
    near = last_day - today <= LEAVES_SOON
    return format_html(
        '<span class="{}">{}</span>', "gh-due gh-due--soon" if near else "gh-due", portal_ui.when(last_day)
    )


@register.simple_tag(takes_context=True)
def second_factor_missing(context: Context) -> bool:
    """Whether the reader's roles need a second factor that is not set up yet."""
    request = context["request"]
    access = request.access
    return second_factor.is_needed(access) and not second_factor.is_set_up_here(request, access.person)


@register.filter
def scope_name(names: Mapping[int, str], scope: Scope) -> str:
    """What a scope is called; by its team where nobody names it."""
    return f"{names[scope.pk]}, {scope.team.name}" if scope.pk in names else f"a service of {scope.team.name}"


@register.filter
def sign_in_words(event: AuditEvent) -> str:
    """From where somebody signed in."""
    address = next((text.value for text in event.texts.all() if text.name == "address"), "")
    return f"from {address}" if address else "from an address that was not kept"
