"""Teams: make and change one, invite people into it, change their roles, end their membership."""

import datetime
from collections.abc import Collection

from django.db import transaction

from portal import audit, clock, permissions, verbs
from portal.actions import granting
from portal.actions import people as accounts
from portal.errors import DomainError
from portal.models import Membership, Team, User
from portal.permissions import TEAM_ROLES, Access, Capability, Role
from portal.queries import people
from portal.rules import roles as rules
from portal.rules import texts

LONGEST_NAME = 120
NAME_NEEDED = "Give the team a name."


@transaction.atomic
def add(access: Access, *, name: str, slug: str, time_zone: str) -> Team:
    """Makes a team. Its slug never changes. Raises at `name` or `slug` when it is taken."""
    permissions.require(access, Capability.TEAM_CREATE)
    return make(access, name=name, slug=slug, time_zone=time_zone)


def make(access: Access | None, *, name: str, slug: str, time_zone: str) -> Team:
    """Makes the team within the transaction of an action that has checked who may; `access` None is the portal."""
    name = texts.name(name, "name", limit=LONGEST_NAME, needed=NAME_NEEDED)
    _refuse_taken_name(name)
    if Team.objects.filter(slug=slug).exists():
        raise DomainError("That short name is taken.", {"slug": ["Another team has this short name."]})
    team = Team.objects.create(name=name, slug=slug, time_zone=time_zone)
    audit.record(access, verbs.TEAM_ADDED, team, facts={"team": slug, "time_zone": time_zone})
    return team


@transaction.atomic
def change(access: Access, *, team: Team, name: str, time_zone: str) -> list[str]:
    """Changes a team's name and time zone; returns which of them changed."""
    permissions.require(access, Capability.TEAM_MANAGE, team_id=team.pk)
    name = texts.name(name, "name", limit=LONGEST_NAME, needed=NAME_NEEDED)
    wanted = {"name": name, "time_zone": time_zone}
    fields = [field for field, value in wanted.items() if getattr(team, field) != value]
    if not fields:
        return []
    _refuse_taken_name(name, but=team)
    Team.objects.filter(pk=team.pk).update(**wanted)
    audit.record(access, verbs.TEAM_CHANGED, team, facts={"team": team.slug, "fields": fields})
    return fields


@transaction.atomic
def invite(
    access: Access,
    *,
    team: Team,
    email: str,
    roles: Collection[Role],
    name: str = "",
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
) -> Membership:
    """Brings a person into the team. A new address becomes an account without a password, and is mailed an invitation.

    `name` is needed for a new address only. Days are calendar days in UTC; without `starts_on` it begins today.
    Raises at `email`, `name`, `roles`, `starts_on` or `ends_on`.
    """
    permissions.require(access, Capability.TEAM_MANAGE, team_id=team.pk)
    today = clock.now().date()
    asked = _team_roles(roles)
    _refuse_days(starts_on, ends_on, today)
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = accounts.make(access, email=email, name=name, time_zone=team.time_zone)
    _refuse_present(person, team, today)
    granting.refuse_own_gain(access, person, held=None, asked=asked, until=ends_on)
    return granting.grant(access, person=person, team=team, roles=asked, starts_on=starts_on or today, ends_on=ends_on)


@transaction.atomic
def change_roles(
    access: Access, *, membership: Membership, roles: Collection[Role], ends_on: datetime.date | None
) -> Membership:
    """Makes these exactly the roles of a membership, from today. What was held until now stays as a row that ended."""
    team = _team_of(access, membership)
    today = clock.now().date()
    asked = _team_roles(roles)
    if membership.role_set == asked and membership.ends_on == ends_on:
        return membership
    _refuse_ended(membership, today)
    _refuse_days(None, ends_on, max(today, membership.starts_on))
    granting.refuse_own_gain(access, membership.person, held=membership, asked=asked, until=ends_on)
    starts_on = max(membership.starts_on, today)
    granting.end_row(membership, today)
    return granting.grant(
        access,
        person=membership.person,
        team=team,
        roles=asked,
        starts_on=starts_on,
        ends_on=ends_on,
        replaces=membership,
    )


@transaction.atomic
def end(access: Access, *, membership: Membership) -> None:
    """Ends a membership at once: from this transaction on the person has no role in the team."""
    _team_of(access, membership)
    today = clock.now().date()
    _refuse_ended(membership, today)
    granting.end_row(membership, today)
    granting.record_end(access, membership)


def _team_of(access: Access, membership: Membership) -> Team:
    if membership.team is None:
        raise DomainError("Roles across teams are changed on the person’s own page.")
    permissions.require(access, Capability.TEAM_MANAGE, team_id=membership.team.pk)
    return membership.team


def _team_roles(roles: Collection[Role]) -> frozenset[Role]:
    asked = frozenset(roles)
    if not asked or asked - set(TEAM_ROLES):
        raise DomainError("Choose at least one role.", {"roles": ["Choose at least one of these roles."]})
    return asked


def _refuse_days(starts_on: datetime.date | None, ends_on: datetime.date | None, today: datetime.date) -> None:
    if refusals := rules.period_refusals(starts_on, ends_on, today):
        raise DomainError("These days cannot be.", refusals)


def _refuse_present(person: User, team: Team, today: datetime.date) -> None:
    if not person.is_active:
        words = f"The account of {person.name} is closed. An administrator can open it again."
        raise DomainError.of({"email": [words]})
    if people.open_membership(person, team, today):
        words = f"{person.name} is in this team already. Change the roles there."
        raise DomainError.of({"email": [words]})


def _refuse_ended(membership: Membership, today: datetime.date) -> None:
    if membership.ends_on is not None and membership.ends_on < today:
        raise DomainError("This membership has ended already. Add the person again.")


def _refuse_taken_name(name: str, but: Team | None = None) -> None:
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if others.filter(name__iexact=name).exists():
        raise DomainError("That name is taken.", {"name": ["Another team has this name."]})
