"""Who is in the team that a launch belongs to, and what they may do there."""

from dataclasses import dataclass

from portal import clock
from portal.models import Membership, User
from portal.permissions import Access, Capability, Role
from readiness.queries.launch_subjects import Subject


@dataclass(frozen=True)
class Teammate:
    """Somebody in the team today, and what they may do there."""

    person: User
    roles: frozenset[Role]

    def can(self, capability: Capability, team_id: int) -> bool:
        """Whether their roles in the team carry the capability."""
        return Access(self.person, {team_id: self.roles}).can(capability, team_id)


def of(subject: Subject) -> list[Teammate]:
    """Everybody in the team today, by name: one statement."""
    rows = (
        Membership.objects.current(clock.now().date())
        .filter(team=subject.service.scope.team_id, person__is_active=True)
        .select_related("person")
        .order_by("person__name")
    )
    found: dict[int, Teammate] = {}
    for row in rows:
        known = found.get(row.person_id)
        roles = row.role_set | (known.roles if known else frozenset())
        found[row.person_id] = Teammate(row.person, roles)
    return list(found.values())
