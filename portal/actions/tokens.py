"""API tokens: issued once, shown once, kept as a digest, ended by revoking."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from portal import audit, clock, permissions, verbs
from portal.errors import DomainError, NotPermitted
from portal.models import ApiToken, Team
from portal.permissions import Access, Capability
from portal.rules import texts

DEFAULT_DAYS = 90
MOST_DAYS = 365
LONGEST_NAME = 120
NAME_NEEDED = "Say what uses the token; the name stands in the list and in the record."


@dataclass(frozen=True)
class Issued:
    """A new token and its secret, which exists nowhere else and is not seen again."""

    token: ApiToken
    secret: str


@transaction.atomic
def issue(
    access: Access,
    *,
    name: str,
    may: str = ApiToken.Access.READ,
    days: int = DEFAULT_DAYS,
    team: Team | None = None,
) -> Issued:
    """Makes a token for oneself. `may` is "read" or "write"; `team` limits it to one of one's own; ends after `days`.

    Raises at `name`, `may`, `days` or `team`.
    """
    permissions.require(access, Capability.TOKEN_ISSUE)
    if refusals := _refusals(access, name, may, days, team):
        raise DomainError("This token cannot be made.", refusals)
    name = texts.tidied(name)
    digest, secret = get_digest_token()
    expiry = clock.now() + datetime.timedelta(days=days)
    token = ApiToken.objects.create(
        user=access.person,
        name=name,
        access=may,
        team=team,
        expiry=expiry,
        digest=digest,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
    )
    facts: dict[str, audit.Fact] = {"access": may, "team": team.slug if team else None, "expires": str(expiry.date())}
    audit.record(access, verbs.TOKEN_ISSUED, token, facts=facts, texts={"name": token.name})
    return Issued(token, secret)


@transaction.atomic
def revoke(access: Access, *, token: ApiToken) -> None:
    """Ends a token at once: one's own, or anybody's for those who manage people."""
    permissions.require(access, Capability.TOKEN_ISSUE)
    if token.user_id != access.person.pk and not access.can(Capability.PEOPLE_MANAGE):
        raise NotPermitted("Only its owner or an administrator revokes a token.")
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        raise DomainError(f"The token {token.name} is revoked already.")
    audit.record(access, verbs.TOKEN_REVOKED, token, texts={"name": token.name})


def _refusals(access: Access, name: str, may: str, days: int, team: Team | None) -> dict[str, list[str]]:
    refusals: dict[str, list[str]] = {}
    if words := texts.name_refusal(name, LONGEST_NAME, NAME_NEEDED):
        refusals["name"] = [words]
    elif _has_open_token(access, texts.tidied(name)):
        refusals["name"] = ["You have a token of this name that still works. Revoke it, or choose another name."]
    if may not in ApiToken.Access.values:
        refusals["may"] = ["A token may read, or read and write."]
    if not 1 <= days <= MOST_DAYS:
        refusals["days"] = [f"A token lasts 1 to {MOST_DAYS} days. It can be made anew in time."]
    if team is not None and team.pk not in access.roles:
        refusals["team"] = ["Choose a team in which you hold a role."]
    return refusals


def _has_open_token(access: Access, name: str) -> bool:
    now = clock.now()
    return any(token.is_open(now) for token in ApiToken.objects.filter(user=access.person, name=name))
