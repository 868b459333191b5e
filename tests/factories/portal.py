"""People, teams and what they may do, with defaults for what a test does not care about."""

import datetime
import itertools

from portal.access import access_of
from portal.models import Membership, Team, User
from portal.permissions import Access, Role

PASSWORD = "a-long-enough-password"
_numbers = itertools.count(1)


def person(name: str = "", email: str = "", **fields: object) -> User:
    """Somebody who can sign in with PASSWORD."""
    number = next(_numbers)
    name = name or f"Person {number}"
    return User.objects.create_user(
        email=email or f"person{number}@example.com", name=name, password=PASSWORD, **fields
    )


def team(name: str = "", slug: str = "", time_zone: str = "UTC") -> Team:
    """A team."""
    number = next(_numbers)
    return Team.objects.create(name=name or f"Team {number}", slug=slug or f"team-{number}", time_zone=time_zone)


def member(of: Team | None, *roles: Role, who: User | None = None, name: str = "") -> User:
    """A person with these roles in a team, or with none given across all teams."""
    who = who or person(name)
    starts_on = datetime.date(2020, 1, 1)
    Membership.objects.create(person=who, team=of, roles=[role.value for role in roles], starts_on=starts_on)
    return who


def access(who: User) -> Access:
    """What the person may do now, read anew."""
    return access_of(who)
