"""The access a person has at this moment, read from memberships in one query (two for an auditor)."""

from portal import clock
from portal.models import AuditorScope, Membership, Scope, User
from portal.permissions import Access, Capability, Role


def access_of(person: User, *, read_only: bool = False, only_team: int | None = None) -> Access:
    """What the person may do now. An account that was closed may do nothing.

    A token's limits are drawn here, once: `read_only`, and `only_team` (its id), which leaves the roles in that team
    and none across teams.
    """
    if not person.is_active:
        return Access(person=person)
    roles: dict[int, frozenset[Role]] = {}
    across: frozenset[Role] = frozenset()
    audited: frozenset[int] = frozenset()
    for membership in Membership.objects.current(clock.now().date()).filter(person=person):
        if membership.team_id is None:
            across |= membership.role_set
        else:
            roles[membership.team_id] = roles.get(membership.team_id, frozenset()) | membership.role_set
    if Role.AUDITOR in across:
        chosen = AuditorScope.objects.filter(membership__in=Membership.objects.current(clock.now().date()))
        audited = frozenset(chosen.filter(membership__person=person).values_list("scope_id", flat=True))
    if only_team is not None:
        held = {team: roles[team] for team in roles if team == only_team}
        return Access(person, held, read_only=read_only, limited=True)
    return Access(person, roles, across, audited, read_only=read_only)


def people_who_can(capability: Capability, scope: Scope) -> list[User]:
    """Everyone who holds the capability in the scope's team today, by name."""
    memberships = (
        Membership.objects.current(clock.now().date())
        .filter(team=scope.team_id, person__is_active=True)
        .select_related("person")
        .order_by("person__name")
    )
    return [
        membership.person
        for membership in memberships
        if Access(membership.person, {scope.team_id: membership.role_set}).can(capability, scope.team_id)
    ]
