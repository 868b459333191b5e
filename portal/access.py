"""The access people have at this moment, read from memberships in one query (two where one of them is an auditor)."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping

from portal import clock
from portal.models import AuditorScope, Membership, Scope, User
from portal.permissions import Access, Capability, Role


def access_of(person: User, *, read_only: bool = False, only_team: int | None = None) -> Access:
    """What the person may do now. An account that was closed may do nothing.

    A token's limits are drawn here, once: `read_only`, and `only_team` (its id), which leaves the roles in that team
    and none across teams.
    """
    access = accesses_of([person])[person.pk]
    if only_team is not None:
        held = {team: roles for team, roles in access.roles.items() if team == only_team}
        return Access(person, held, read_only=read_only, limited=True)
    return dataclasses.replace(access, read_only=read_only)


def accesses_of(people: Collection[User]) -> Mapping[int, Access]:
    """What each of these people may do now, by their id."""
    today = clock.now().date()
    open_accounts = [person.pk for person in people if person.is_active]
    held = defaultdict[int, list[Membership]](list)
    for membership in Membership.objects.current(today).filter(person__in=open_accounts):
        held[membership.person_id].append(membership)
    auditors = [one.pk for rows in held.values() for one in rows if Role.AUDITOR in one.role_set]
    chosen = defaultdict[int, set[int]](set)
    if auditors:
        rows = AuditorScope.objects.filter(membership__in=auditors).values_list("membership__person_id", "scope_id")
        for person_id, scope_id in rows:
            chosen[person_id].add(scope_id)
    return {person.pk: _access(person, held[person.pk], frozenset(chosen[person.pk])) for person in people}


def people_who_can(capability: Capability, scope: Scope) -> list[User]:
    """Everyone who holds the capability in the scope's team today, by name."""
    return _those_who_can(capability, scope.team_id)


def people_across_who_can(capability: Capability) -> list[User]:
    """Everyone who holds the capability across teams today, such as compliance, by name."""
    return _those_who_can(capability, None)


def _those_who_can(capability: Capability, team_id: int | None) -> list[User]:
    memberships = Membership.objects.current(clock.now().date()).filter(team=team_id, person__is_active=True)
    return [
        membership.person
        for membership in memberships.select_related("person").order_by("person__name")
        if _access(membership.person, [membership], frozenset()).can(capability, team_id)
    ]


def _access(person: User, held: Collection[Membership], audited: frozenset[int]) -> Access:
    roles: dict[int, frozenset[Role]] = {}
    across: frozenset[Role] = frozenset()
    for membership in held:
        if membership.team_id is None:
            across |= membership.role_set
        else:
            roles[membership.team_id] = roles.get(membership.team_id, frozenset()) | membership.role_set
    return Access(person, roles, across, audited)
