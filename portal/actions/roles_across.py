"""Roles that stand across teams: compliance, administrator, and auditors of chosen services for a time."""

import datetime
from collections.abc import Collection

from django.db import transaction

from portal import clock, permissions
from portal.actions import granting
from portal.errors import DomainError
from portal.models import Membership, Scope, User
from portal.permissions import Access, Capability, Role
from portal.queries import people
from portal.rules import roles as rules

STANDING = frozenset({Role.COMPLIANCE, Role.ADMINISTRATOR})
"""The roles across teams that need no end; an auditor's always has one."""


@transaction.atomic
def give(
    access: Access, *, person: User, roles: Collection[Role], ends_on: datetime.date | None = None
) -> Membership | None:
    """Makes these exactly the person's roles across teams (compliance, administrator); none of them ends what is held.

    Refuses one's own gain and the last administrator's loss at `roles`, a last day that is past at `ends_on`.
    """
    permissions.require(access, Capability.PEOPLE_MANAGE)
    asked, today = frozenset(roles), clock.now().date()
    _refuse_what_cannot_be(person, asked, ends_on, today)
    held = people.open_across(person, today, auditor=False)
    granting.refuse_own_gain(access, person, held=held, asked=asked, until=ends_on)
    refuse_losing_administrators(held, person, asked, ends_on, today)
    if held and held.role_set == asked and held.ends_on == ends_on:
        return held
    if held:
        granting.end_row(held, today)
    if asked:
        return granting.grant(
            access, person=person, team=None, roles=asked, starts_on=today, ends_on=ends_on, replaces=held
        )
    if held:
        granting.record_end(access, held)
    return None


@transaction.atomic
def make_auditor(
    access: Access, *, person: User, scopes: Collection[Scope], starts_on: datetime.date, ends_on: datetime.date
) -> Membership:
    """Lets the person read the chosen scopes from one day to another (at most a year), in place of what they had so.

    Raises at `starts_on`, `ends_on`, `scopes` or `roles`.
    """
    permissions.require(access, Capability.PEOPLE_MANAGE)
    asked, today = frozenset({Role.AUDITOR}), clock.now().date()
    refusals = rules.audit_refusals(starts_on, ends_on, today)
    if not scopes:
        refusals["scopes"] = ["Choose at least one team or service."]
    if refusals:
        raise DomainError("Some of this cannot be.", refusals)
    _refuse_closed(person)
    granting.refuse_own_gain(access, person, held=None, asked=asked, until=ends_on)
    held = people.open_across(person, today, auditor=True)
    if held:
        granting.end_row(held, today)
    return granting.grant(
        access,
        person=person,
        team=None,
        roles=asked,
        starts_on=starts_on,
        ends_on=ends_on,
        scopes=scopes,
        replaces=held,
    )


@transaction.atomic
def end_audit(access: Access, *, person: User) -> None:
    """Ends an auditor's access at once."""
    permissions.require(access, Capability.PEOPLE_MANAGE)
    today = clock.now().date()
    held = people.open_across(person, today, auditor=True)
    if held is None:
        raise DomainError(f"{person.name} is not an auditor.")
    granting.end_row(held, today)
    granting.record_end(access, held)


def refuse_losing_administrators(
    held: Membership | None, person: User, asked: frozenset[Role], until: datetime.date | None, today: datetime.date
) -> None:
    """Somebody stays administrator, without an end. Raises at the field `roles`."""
    if held is None or Role.ADMINISTRATOR not in held.role_set:
        return
    others = people.other_administrators(person, today)
    if not rules.keeps_an_administrator(others, Role.ADMINISTRATOR in asked, until):
        words = "This is the last administrator. Make somebody else administrator, without an end, first."
        raise DomainError.of({"roles": [words]})


def _refuse_what_cannot_be(
    person: User, asked: frozenset[Role], ends_on: datetime.date | None, today: datetime.date
) -> None:
    if asked - STANDING:
        raise DomainError("Choose among compliance and administrator.", {"roles": ["This role is given elsewhere."]})
    if asked:
        _refuse_closed(person)
    if refusals := rules.period_refusals(None, ends_on, today):
        raise DomainError("Some of this cannot be.", refusals)


def _refuse_closed(person: User) -> None:
    if not person.is_active:
        raise DomainError(f"The account of {person.name} is closed. Open it again first.")
