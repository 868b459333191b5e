"""Everybody who may stand before a door: the principals of R02 and R05, and what the policy lets them do.

What is said here of roles and of what is seen is said from the specification (product.md, Roles and Visibility), in set
arithmetic of its own: nothing asks `Access`, `require` or `visible_to`, which are what is tested.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Literal

from django.test import Client

from portal.actions import tokens
from portal.models import AuditorScope, Membership, Scope, Team, User
from portal.permissions import Capability, Role
from tests.factories import portal

Policy = Mapping[Capability, frozenset[Role]]
Relation = Literal["own", "other", "restricted"]
"""To whom the thing belongs: the person's own team, another, or another that restricted it."""
RELATIONS: tuple[Relation, ...] = ("own", "other", "restricted")

TEAM_ROLES = ("viewer", "contributor", "approver", "decider", "lead")
ROLES_ACROSS = ("compliance", "administrator", "auditor")
MEMBERS = (*TEAM_ROLES, "member without a role", "read token", "write token", "token of another team")
"""Who is in a team: of all things in the relation “own”, of none of them in the others."""
TOKENS = ("read token", "write token", "token of another team", "token of a closed account")
PRINCIPALS = ("stranger", "closed account", "without a team", *MEMBERS, *ROLES_ACROSS, "token of a closed account")

BESIDE = ("django_session", "portal_attempts")
"""Where a request leaves a trace that is no change: sessions, and how often somebody tried."""
NEVER_NOTED = datetime.timedelta(days=1)
"""When a token was last used is noted anew only later: that is no change either."""


@dataclass(frozen=True)
class Principal:
    """Somebody with a way to ask: a session, a token, or nothing."""

    name: str
    relation: Relation
    person: User | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def browser(self) -> Client:
        """What asks for them: signed in, whatever was done before and taken back."""
        client = Client(raise_request_exception=False, headers=self.headers)
        client.cookies = SimpleCookie(self.cookies)
        return client

    @property
    def has_a_token(self) -> bool:
        """Whether a tool comes, not a browser."""
        return self.name in TOKENS

    def is_known(self, is_api: bool) -> bool:
        """Whether the portal knows who asks: no closed account, and tokens at the API alone."""
        return self.name not in ("stranger", "closed account", "token of a closed account") and (
            is_api or not self.has_a_token
        )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held in the team of the relation; those of tokens are their person's."""
        held = "lead" if self.name in MEMBERS[6:] else self.name
        return frozenset({Role(held)}) if held in TEAM_ROLES else frozenset()

    @property
    def across(self) -> frozenset[Role]:
        """The roles that stand across teams."""
        return frozenset({Role(self.name)}) if self.name in ROLES_ACROSS else frozenset()

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing, whatever its person may."""
        return self.name == "read token"

    @property
    def is_in_the_team(self) -> bool:
        """Whether it is among those who hold the thing that is asked for, and says so."""
        return self.name in MEMBERS[:-1] and self.relation == "own"

    def holds_somewhere(self, capability: Capability, policy: Policy) -> bool:
        """Whether any role of theirs carries the capability."""
        return bool(policy[capability] & (self.roles | self.across))

    def holds_there(self, capability: Capability, policy: Policy) -> bool:
        """Whether a role across teams carries it, or one in the team that holds the thing."""
        held = self.across | (self.roles if self.is_in_the_team else frozenset())
        return bool(policy[capability] & held)

    def may_write(self, capabilities: Collection[Capability], policy: Policy, *, on_a_scope: bool = True) -> bool:
        """Whether any of the capabilities lets them change the thing by API; none of them lets nobody."""
        if not self.is_known(is_api=True) or self.only_reads or (on_a_scope and not self.sees):
            return False
        return any(self.holds_there(capability, policy) for capability in capabilities)

    @property
    def sees(self) -> bool:
        """Whether a thing of this relation exists for them."""
        if self.name == "compliance" or self.is_in_the_team:
            return True
        if self.name == "auditor":
            return self.relation == "own"
        return self.name != "token of another team" and self.relation != "restricted"


def policy() -> Policy:
    """Which roles carry each capability, as the table beside this file says it: kept apart from the code."""
    lines = (Path(__file__).parent / "policy.txt").read_text(encoding="utf-8").splitlines()
    said = [line.split() for line in lines if not line.startswith("#")]
    return {Capability(name): frozenset(map(Role, roles)) for name, *roles in said}


def all_of(relation: Relation, teams: list[Team], elsewhere: Team) -> list[Principal]:
    """One of each kind that stands in this relation to what the teams hold."""
    return [_one(name, relation, teams if relation == "own" else [elsewhere], elsewhere) for name in PRINCIPALS]


def _one(name: str, relation: Relation, teams: list[Team], elsewhere: Team) -> Principal:
    if name == "stranger":
        return Principal(name, relation)
    person = portal.person(f"{name.capitalize()} ({relation})")
    made = Principal(name, relation, person)
    roles = [role.value for role in made.roles or ([Role.LEAD] if name in TOKENS else [])]
    if name in MEMBERS or name in TOKENS:
        for team in {*teams, *([elsewhere] if name == "token of another team" else [])}:
            Membership.objects.create(person=person, team=team, roles=roles, starts_on="2020-01-01")
    if made.across:
        across = Membership.objects.create(person=person, roles=[name], starts_on="2020-01-01")
        if name == "auditor" and relation == "own":
            AuditorScope.objects.bulk_create(
                AuditorScope(membership=across, scope=scope) for scope in Scope.objects.filter(team__in=teams)
            )
    return _with_a_way_to_ask(made, elsewhere)


def _with_a_way_to_ask(made: Principal, elsewhere: Team) -> Principal:
    assert made.person is not None
    if made.has_a_token:
        may = "read" if made.name == "read token" else "write"
        team = elsewhere if made.name == "token of another team" else None
        issued = tokens.issue(portal.access(made.person), name=made.name, may=may, team=team)
        made.headers["authorization"] = f"Bearer {issued.secret}"
    else:
        client = Client()
        client.force_login(made.person)
        made.cookies.update({name: morsel.value for name, morsel in client.cookies.items()})
    if "closed" in made.name:
        User.objects.filter(pk=made.person.pk).update(is_active=False)
    return made
