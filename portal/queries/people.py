"""People and the roles they hold."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from portal import clock, extension_points
from portal.models import AuditEvent, AuditorScope, Membership, Scope, Team, User
from portal.permissions import Access, Role


@dataclass(frozen=True)
class Roles:
    """What one person holds: open memberships in teams and across them, and those that have ended."""

    in_teams: Sequence[Membership]
    across: Sequence[Membership]
    former: Sequence[Membership]


def listed(access: Access, today: datetime.date) -> QuerySet[User]:
    """The people one may see, each with `open_memberships` of the teams one may see."""
    memberships = Membership.objects.visible_to(access).open(today).select_related("team").order_by("team__name")
    return User.objects.visible_to(access).prefetch_related(
        Prefetch("memberships", queryset=memberships, to_attr="open_memberships")
    )


def other_accounts(person: User) -> QuerySet[User]:
    """The other accounts of the same human being."""
    return User.objects.filter(identity=person.identity).exclude(pk=person.pk)


def roles_of(access: Access, person: User, today: datetime.date) -> Roles:
    """Everything the person holds and held, as far as one may see it; of an auditor's scopes those that one sees."""
    audited = AuditorScope.objects.filter(scope__in=Scope.objects.visible_to(access)).select_related("scope__team")
    held = (
        Membership.objects.visible_to(access)
        .filter(person=person)
        .select_related("team")
        .prefetch_related(Prefetch("audited", queryset=audited))
        .order_by("team__name", "-starts_on")
    )
    memberships = list(held)
    still = [row for row in memberships if row.ends_on is None or row.ends_on >= today]
    return Roles(
        in_teams=[row for row in still if row.team_id is not None],
        across=[row for row in still if row.team_id is None],
        former=[row for row in memberships if row not in still and row.ends_on and row.ends_on >= row.starts_on],
    )


def audited_names(roles: Roles) -> dict[int, str]:
    """What the scopes are called that these roles audit: one statement, none for who audits nothing."""
    return extension_points.names_of_scopes(
        [chosen.scope_id for membership in roles.across for chosen in membership.audited.all()]
    )


def in_team(slug: str) -> QuerySet[Membership, int]:
    """The ids of the people who belong to the team today."""
    today = clock.now().date()
    return Membership.objects.current(today).filter(team__slug=slug).values_list("person_id", flat=True)


def open_membership(person: User, team: Team, today: datetime.date) -> Membership | None:
    """The person's membership in the team that has not ended, if there is one."""
    return Membership.objects.open(today).filter(person=person, team=team).order_by("starts_on").first()


def open_across(person: User, today: datetime.date, *, auditor: bool) -> Membership | None:
    """The person's roles across teams that have not ended: the auditor's, which end by themselves, or the others."""
    rows = Membership.objects.open(today).filter(person=person, team__isnull=True).order_by("starts_on")
    return next((row for row in rows if (Role.AUDITOR in row.role_set) is auditor), None)


def other_administrators(person: User, today: datetime.date) -> int:
    """How many other open accounts are administrator without an end."""
    return (
        Membership.objects.current(today)
        .holding(Role.ADMINISTRATOR)
        .filter(team__isnull=True, ends_on__isnull=True, person__is_active=True)
        .exclude(person=person)
        .count()
    )


def administrators(today: datetime.date) -> list[User]:
    """Everybody who is administrator today, by name."""
    rows = Membership.objects.current(today).holding(Role.ADMINISTRATOR).filter(team__isnull=True)
    return list(User.objects.filter(memberships__in=rows, is_active=True).distinct().order_by("name"))


def scopes_chosen(*, teams: Iterable[Team], scopes: Iterable[Scope]) -> list[Scope]:
    """Every scope of the teams as of now, and the single ones, each once."""
    of_teams = Scope.objects.filter(team__in=list(teams))
    return list({scope.pk: scope for scope in [*of_teams, *scopes]}.values())


def recent_sign_ins(person: User, since: datetime.datetime) -> list[AuditEvent]:
    """When the person signed in since then, newest first, with from where; what is open now is among them."""
    events = AuditEvent.objects.filter(actor=person, verb="session.opened", at__gte=since)
    return list(events.prefetch_related("texts").order_by("-number")[:20])
