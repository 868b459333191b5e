"""Accounts and roles on pages: the state of an account, role tags, last days, what an auditor may read."""

import datetime
from collections.abc import Mapping

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from portal import clock, second_factor
from portal.models import AuditEvent, Scope, User
from portal.tables import people, teams

register = template.Library()


@register.simple_tag
def account_state(person: User) -> SafeString:
    """Whether an account is open, invited or closed, as a pill."""
    return people.account_state(person)


@register.simple_tag
def role_tags(roles: list[str]) -> SafeString:
    """Roles as tags, the most responsible first."""
    return teams.role_tags(roles)


@register.simple_tag
def until(last_day: datetime.date | None) -> SafeString | str:
    """The last day of a membership, or that it is open."""
    return teams.until_words(last_day, clock.now().date())


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
