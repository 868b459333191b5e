"""The first administrator, and those whom somebody with the server's shell appoints. The portal itself acts."""

from dataclasses import dataclass

from django.db import transaction

from portal import audit, clock, verbs
from portal.actions import granting, teams
from portal.actions import people as accounts
from portal.errors import DomainError
from portal.models import AuditHead, Team, User
from portal.permissions import Role
from portal.queries import people

FIRST_ROLES = frozenset({Role.LEAD, Role.CONTRIBUTOR})
"""What whoever makes an installation holds in its first team: enough to begin, too little to sign or decide alone."""


@dataclass(frozen=True)
class FirstTeam:
    """The team that an installation starts with. `time_zone` is an IANA name."""

    name: str
    slug: str
    time_zone: str


@transaction.atomic
def start(*, email: str, name: str, password: str, team: FirstTeam) -> User:
    """Makes the first administrator and the first team; refused once there is an administrator."""
    AuditHead.objects.select_for_update().get(pk=1)  # one at a time: the link may be opened twice
    if people.administrators(clock.now().date()):
        raise DomainError("This installation has its administrator. Sign in instead.")
    return appoint(email=email, name=name, password=password, team=team)


@transaction.atomic
def appoint(*, email: str, name: str, password: str = "", team: FirstTeam | None = None) -> User:
    """Makes somebody administrator, with an account if they have none, and with `team` the first team if there is none.

    An account that is there keeps its name, and its password unless one is given.
    """
    today = clock.now().date()
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = accounts.make(None, email=email, name=name, invite=False)
    if not person.is_active:
        raise DomainError(f"The account of {person.name} is closed.", {"email": ["This account is closed."]})
    if password:
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record(None, verbs.PASSWORD_SET, person, facts={"way": "first"})
    _make_administrator(person)
    if team is not None and not Team.objects.exists():
        made = teams.make(None, name=team.name, slug=team.slug, time_zone=team.time_zone)
        User.objects.filter(pk=person.pk).update(time_zone=team.time_zone)
        granting.grant(None, person=person, team=made, roles=FIRST_ROLES, starts_on=today, ends_on=None)
    return person


@transaction.atomic
def make_team(*, name: str, slug: str, time_zone: str, lead: User | None = None) -> Team:
    """Makes a team by the portal's own hand, with its lead where one is named."""
    team = teams.make(None, name=name, slug=slug, time_zone=time_zone)
    if lead is not None:
        today = clock.now().date()
        granting.grant(None, person=lead, team=team, roles=FIRST_ROLES, starts_on=today, ends_on=None)
    return team


def _make_administrator(person: User) -> None:
    today = clock.now().date()
    held = people.open_across(person, today, auditor=False)
    if held and Role.ADMINISTRATOR in held.role_set and held.ends_on is None and held.starts_on <= today:
        return
    roles = (held.role_set if held else frozenset()) | {Role.ADMINISTRATOR}
    if held:
        granting.end_row(held, today)
    granting.grant(None, person=person, team=None, roles=roles, starts_on=today, ends_on=None, replaces=held)
