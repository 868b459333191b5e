"""Teams, their people, and what a go of theirs can be made with."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from portal.models import Membership, Team, User
from portal.permissions import CAPABILITIES, Access, Capability, Role
from portal.rules import hands

LENDABLE = frozenset({Role.APPROVER, Role.DECIDER, Role.VIEWER})
"""Who holds nothing else in a team, and belongs to another, is lent to it."""


def listed(access: Access, today: datetime.date) -> QuerySet[Team]:
    """The teams one may see, with the number of their people and, as `current_memberships`, who holds what."""
    current = Membership.objects.current(today)
    of_today = Q(memberships__in=current)
    return (
        Team.objects.visible_to(access)
        .annotate(people=Count("memberships__person", filter=of_today, distinct=True))
        .prefetch_related(
            Prefetch(
                "memberships",
                queryset=current.select_related("person").order_by("person__name"),
                to_attr="current_memberships",
            )
        )
    )


def members(team: Team, today: datetime.date, *, former: bool = False) -> QuerySet[Membership]:
    """Who belongs to the team or will, each person with `elsewhere`: other teams. `former` adds who left."""
    others = Membership.objects.current(today).filter(team__isnull=False).exclude(team=team).select_related("team")
    held = Membership.objects.all() if former else Membership.objects.open(today)
    return (
        held.filter(team=team)
        .select_related("person", "team")
        .prefetch_related(Prefetch("person__memberships", queryset=others, to_attr="elsewhere"))
        .order_by("person__name", "starts_on")
    )


def leads(memberships: Sequence[Membership]) -> list[User]:
    """Who leads, of a team's memberships."""
    return [row.person for row in memberships if Role.LEAD in row.role_set]


def is_lent(membership: Membership) -> bool:
    """Whether the person is of another team and only signs or decides here."""
    elsewhere = getattr(membership.person, "elsewhere", [])
    return membership.role_set <= LENDABLE and any(row.role_set - LENDABLE for row in elsewhere)


def hands_of(memberships: Sequence[Membership], today: datetime.date) -> hands.Hands:
    """What a go of the team can be made with today."""
    current = [row for row in memberships if row.starts_on <= today and row.person.is_active]
    return hands.weigh([_member(row) for row in current], settings.PERSONS_BEHIND_A_GO)


def hands_at(team: Team, today: datetime.date) -> hands.Hands:
    """The same from the team alone: one statement."""
    current = Membership.objects.current(today).filter(team__isnull=False)
    rows = list(current.filter(person__in=current.filter(team=team).values("person")).select_related("person"))
    own = [row for row in rows if row.team_id == team.pk]
    for row in own:
        row.person.elsewhere = [one for one in rows if one.person_id == row.person_id and one.team_id != team.pk]  # type: ignore[attr-defined]  # as `members` has it
    return hands_of(own, today)


def _member(membership: Membership) -> hands.Member:
    may = frozenset[Capability]().union(*(CAPABILITIES[role] for role in membership.role_set))
    return hands.Member(
        identity=membership.person.identity,
        name=membership.person.name,
        prepares=Capability.REVIEW_ANSWER in may,
        signs=Capability.SIGNOFF_GRANT in may,
        decides=Capability.DECISION_RECORD in may,
        lent=is_lent(membership),
    )
