"""What all giving and ending of roles share: the row, the notice, the event. The calling action has checked who may."""

import datetime
from collections.abc import Collection

from django.urls import reverse

from portal import audit, notifications, verbs
from portal.errors import DomainError
from portal.models import AuditorScope, Membership, Scope, Team, User
from portal.permissions import Access, Role
from portal.rules import roles as rules

ACROSS = "all teams"
"""The place of a membership without a team, in the record and in words."""


def grant(
    access: Access | None,
    *,
    person: User,
    team: Team | None,
    roles: Collection[Role],
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    scopes: Collection[Scope] = (),
    replaces: Membership | None = None,
) -> Membership:
    """Writes the membership, tells the person and records it. `replaces` is the one that was ended for it."""
    names = sorted(role.value for role in roles)
    membership = Membership.objects.create(person=person, team=team, roles=names, starts_on=starts_on, ends_on=ends_on)
    AuditorScope.objects.bulk_create([AuditorScope(membership=membership, scope=scope) for scope in scopes])
    _tell(membership, names)
    facts: dict[str, audit.Fact] = {
        "team": team.slug if team else ACROSS,
        "roles": list(names),
        "person": str(person.public_id),
        "starts_on": str(starts_on),
        "ends_on": str(ends_on) if ends_on else None,
    }
    if scopes:
        facts["scopes"] = sorted(str(scope.public_id) for scope in scopes)
    if replaces:
        facts["replaces"] = str(replaces.public_id)
    audit.record(access, verbs.MEMBERSHIP_GRANTED, membership, facts=facts, texts={"name": person.name})
    return membership


def end_row(membership: Membership, today: datetime.date) -> None:
    """Ends a membership at once: the day before today, or before it began, was its last."""
    membership.ends_on = max(membership.starts_on, today) - datetime.timedelta(days=1)
    membership.save(update_fields=["ends_on"])


def record_end(access: Access | None, membership: Membership) -> None:
    """Records that a membership was ended and nothing took its place."""
    facts: dict[str, audit.Fact] = {
        "team": membership.team.slug if membership.team else ACROSS,
        "person": str(membership.person.public_id),
    }
    audit.record(access, verbs.MEMBERSHIP_ENDED, membership, facts=facts, texts={"name": membership.person.name})


def refuse_own_gain(
    access: Access,
    person: User,
    *,
    held: Membership | None,
    asked: frozenset[Role],
    until: datetime.date | None,
) -> None:
    """Nobody gives themselves a role or more time in one. Persons count, not accounts. Raises at the field `roles`."""
    change = rules.Change(
        by_themselves=access.person.identity == person.identity,
        held=held.role_set if held else frozenset(),
        held_until=held.ends_on if held else None,
        asked=asked,
        asked_until=until,
    )
    if words := rules.refusal(change):
        raise DomainError.of({"roles": [words]})


def _tell(membership: Membership, names: list[str]) -> None:
    person, team = membership.person, membership.team
    url = reverse("portal:team", args=[team.slug]) if team else reverse("portal:person", args=[person.public_id])
    notifications.notify(
        [person],
        kind="roles",
        key=f"membership:{membership.public_id}",
        subject=f"You are now {' and '.join(names)} in {team.name if team else ACROSS}",
        url=url,
        scope=None,
    )
