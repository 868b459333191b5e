"""Who may do what: capabilities, the roles that carry them, and the access a person has at this moment."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.errors import NotPermitted

if TYPE_CHECKING:
    from portal.models import Scope, User


class Role(enum.StrEnum):
    """Roles a membership can hold. The last three stand across teams."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    APPROVER = "approver"
    DECIDER = "decider"
    LEAD = "lead"
    COMPLIANCE = "compliance"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


TEAM_ROLES = (Role.VIEWER, Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER, Role.LEAD)
ROLES_ACROSS_TEAMS = (Role.COMPLIANCE, Role.ADMINISTRATOR, Role.AUDITOR)


class Capability(enum.StrEnum):
    """A permission's name, `app:thing:verb`."""

    PEOPLE_MANAGE = "portal:people:manage"
    TEAM_CREATE = "portal:team:create"
    TEAM_MANAGE = "portal:team:manage"
    TOKEN_ISSUE = "portal:token:issue"  # noqa: S105  a name
    OUTBOX_READ = "portal:outbox:read"
    RECORD_VERIFY = "portal:record:verify"
    SERVICE_REGISTER = "readiness:service:register"
    SERVICE_EDIT = "readiness:service:edit"
    SERVICE_IMPORT = "readiness:service:import"
    TIER_CONFIRM = "readiness:tier:confirm"
    OWNERSHIP_ASSIGN = "readiness:ownership:assign"
    RELEASE_PLAN = "readiness:release:plan"
    RELEASE_DEPLOY = "readiness:release:deploy"
    DEPENDENCY_DECLARE = "readiness:dependency:declare"
    DRILL_RECORD = "readiness:drill:record"
    REVIEW_START = "readiness:review:start"
    REVIEW_ANSWER = "readiness:review:answer"
    COMMENT_WRITE = "readiness:comment:write"
    SIGNOFF_GRANT = "readiness:signoff:grant"
    WAIVER_REQUEST = "readiness:waiver:request"
    WAIVER_APPROVE = "readiness:waiver:approve"
    WAIVER_APPROVE_CRITICAL = "readiness:waiver:approve-critical"
    DECISION_RECORD = "readiness:decision:record"
    EMERGENCY_ASK = "readiness:emergency:ask"
    CONDITION_MEET = "readiness:condition:meet"
    CHECK_ANSWER = "readiness:check:answer"
    CHECK_SCHEDULE = "readiness:check:schedule"
    ACTION_ITEM_CHANGE = "readiness:action-item:change"
    FINDING_OPEN = "readiness:finding:open"
    FINDING_ANSWER = "readiness:finding:answer"
    FINDING_CLOSE = "readiness:finding:close"
    PACK_REQUEST = "readiness:pack:request"
    TEMPLATE_PUBLISH = "readiness:template:publish"
    DOCUMENT_WRITE = "readiness:document:write"
    DOCUMENT_REVIEW = "readiness:document:review"
    INCIDENT_DECLARE = "incidents:incident:declare"
    INCIDENT_RESPOND = "incidents:incident:respond"
    POST_MORTEM_WRITE = "incidents:post-mortem:write"


_EVERYONE = frozenset({Capability.TOKEN_ISSUE})
"""Whoever holds any role at all: a token never may more than its person."""

_CONTRIBUTING = frozenset(
    {
        Capability.TOKEN_ISSUE,
        Capability.DEPENDENCY_DECLARE,
        Capability.DRILL_RECORD,
        Capability.REVIEW_START,
        Capability.REVIEW_ANSWER,
        Capability.COMMENT_WRITE,
        Capability.WAIVER_REQUEST,
        Capability.CONDITION_MEET,
        Capability.EMERGENCY_ASK,
        Capability.CHECK_ANSWER,
        Capability.ACTION_ITEM_CHANGE,
        Capability.FINDING_ANSWER,
        Capability.DOCUMENT_WRITE,
        Capability.DOCUMENT_REVIEW,
        Capability.INCIDENT_DECLARE,
        Capability.INCIDENT_RESPOND,
        Capability.POST_MORTEM_WRITE,
    }
)

CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.VIEWER: _EVERYONE,
    Role.CONTRIBUTOR: _CONTRIBUTING,
    Role.APPROVER: frozenset(
        {
            Capability.TOKEN_ISSUE,
            Capability.SIGNOFF_GRANT,
            Capability.WAIVER_APPROVE,
            Capability.TIER_CONFIRM,
            Capability.COMMENT_WRITE,
            Capability.EMERGENCY_ASK,
            Capability.DOCUMENT_REVIEW,
        }
    ),
    Role.DECIDER: frozenset(
        {
            Capability.TOKEN_ISSUE,
            Capability.DECISION_RECORD,
            Capability.WAIVER_APPROVE,
            Capability.WAIVER_APPROVE_CRITICAL,
            Capability.COMMENT_WRITE,
            Capability.EMERGENCY_ASK,
        }
    ),
    Role.LEAD: _CONTRIBUTING
    | {
        Capability.TEAM_MANAGE,
        Capability.SERVICE_REGISTER,
        Capability.SERVICE_EDIT,
        Capability.SERVICE_IMPORT,
        Capability.OWNERSHIP_ASSIGN,
        Capability.RELEASE_PLAN,
        Capability.RELEASE_DEPLOY,
        Capability.CHECK_SCHEDULE,
        Capability.PACK_REQUEST,
    },
    Role.COMPLIANCE: _EVERYONE
    | {Capability.PACK_REQUEST, Capability.RECORD_VERIFY, Capability.FINDING_OPEN, Capability.FINDING_CLOSE},
    Role.AUDITOR: _EVERYONE | {Capability.PACK_REQUEST},
    Role.ADMINISTRATOR: frozenset(
        {
            Capability.TOKEN_ISSUE,
            Capability.PEOPLE_MANAGE,
            Capability.TEAM_CREATE,
            Capability.TEAM_MANAGE,
            Capability.OUTBOX_READ,
            Capability.RECORD_VERIFY,
            Capability.TEMPLATE_PUBLISH,
        }
    ),
}


@dataclass(frozen=True)
class Access:
    """What one person may see and do at this moment; made anew for each request and each action, never kept longer.

    `roles` maps a team's id to the roles held there; `across` holds the roles that stand across teams;
    `audited` the ids of the scopes chosen for an auditor. A token may take the writing away (`read_only`) or leave one
    team of it all (`limited`): `portal.access` has narrowed the roles already, so nothing asks for the team again.
    """

    person: "User"
    roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)
    across: frozenset[Role] = frozenset()
    audited: frozenset[int] = frozenset()
    read_only: bool = False
    limited: bool = False

    @property
    def only_audits(self) -> bool:
        """Whether the person is an auditor and nothing else, and so sees what was chosen for them and no more."""
        return not self.roles and self.across == {Role.AUDITOR}

    @property
    def reads_openly(self) -> bool:
        """Whether what is not restricted may be read across the organisation, not only in one's own teams."""
        return self.person.is_active and not self.limited and not self.only_audits

    def sees(self, scope: "Scope") -> bool:
        """Whether what hangs on this scope exists for the person: the rule of `VisibleQuerySet.visible_to`, for one."""
        if Role.COMPLIANCE in self.across or scope.team_id in self.roles or scope.pk in self.audited:
            return True
        return self.reads_openly and not scope.restricted

    def can(self, capability: Capability, team_id: int | None = None) -> bool:
        """Whether the capability is held in that team, or, with no team, across teams or in any team at all."""
        if self.read_only:
            return False
        if any(capability in CAPABILITIES[role] for role in self.across):
            return True
        held = self.roles.get(team_id, frozenset()) if team_id is not None else self.roles_anywhere
        return any(capability in CAPABILITIES[role] for role in held)

    @property
    def roles_anywhere(self) -> frozenset[Role]:
        """Every team role held in at least one team."""
        return frozenset().union(*self.roles.values()) if self.roles else frozenset()

    def teams_with(self, capability: Capability) -> list[int]:
        """The ids of the teams in which the capability is held by a role in that team."""
        return [team for team, roles in self.roles.items() if any(capability in CAPABILITIES[role] for role in roles)]


def require(
    access: Access, capability: Capability, scope: "Scope | None" = None, *, team_id: int | None = None
) -> None:
    """Raises NotPermitted unless it is held in the scope’s team, in `team_id`, or (given neither) anywhere."""
    require_writing(access)
    if not access.can(capability, scope.team_id if scope is not None else team_id):
        raise NotPermitted(_refusal(capability, scope))


def require_writing(access: Access) -> None:
    """Raises NotPermitted for a closed account and for a token that may only read: neither changes anything."""
    if not access.person.is_active:
        raise NotPermitted("This account is closed.")
    if access.read_only:
        raise NotPermitted("This token may only read. Make one with the scope “write”.")


def _refusal(capability: Capability, scope: "Scope | None") -> str:
    holders = " or ".join(sorted(role.value for role, held in CAPABILITIES.items() if capability in held))
    where = f" in {scope.team.name}" if scope is not None else ""
    return f"This needs the role {holders}{where}."
