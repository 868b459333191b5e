"""Alert sources: made by a team's lead, the token shown once and kept as a digest, ended by revoking."""

import hashlib
import secrets
from dataclasses import dataclass

from django.db import transaction

from incidents import verbs
from incidents.actions import alert_ends
from incidents.choices import SourceKind
from incidents.models import AlertSource
from portal import audit, ciphers, clock, permissions
from portal.errors import DomainError
from portal.models import Team
from portal.permissions import Access, Capability
from portal.rules import texts

LONGEST_NAME = 120
LONGEST_SECRET = 200
PREFIX = "gha_"
PURPOSE = "incidents.alert-source"
NAME_NEEDED = "Say which system posts here, such as “Alertmanager, eu-central”."


@dataclass(frozen=True)
class Made:
    """A new source and its token, which exists nowhere else and is not seen again."""

    source: AlertSource
    token: str


@transaction.atomic
def make(access: Access, *, team: Team, name: str, kind: str, secret: str = "") -> Made:
    """Makes a source of a team. `secret` is what the system signs with, for PagerDuty.

    Raises NotPermitted, and DomainError at `name`, `kind` or `secret`.
    """
    permissions.require(access, Capability.TEAM_MANAGE, team_id=team.pk)
    name, secret = texts.tidied(name), secret.strip()
    if refusals := _refusals(team, name, kind, secret):
        raise DomainError.of(refusals)
    token = PREFIX + secrets.token_urlsafe(32)
    source = AlertSource.objects.create(
        team=team,
        name=name,
        kind=kind,
        token_digest=digest(token),
        secret=ciphers.cipher(PURPOSE).encrypt(secret.encode()).decode() if secret else "",
        created_by=access.person,
        created_at=clock.now(),
    )
    facts: dict[str, audit.Fact] = {"team": team.slug, "kind": kind}
    audit.record(access, verbs.ALERT_SOURCE_MADE, source, facts=facts, texts={"name": name})
    return Made(source, token)


@transaction.atomic
def revoke(access: Access, *, source: AlertSource, ends_alerts: bool = False) -> None:
    """Ends a source at once: what it posts from now on is refused. Raises NotPermitted; DomainError where it ended.

    With `ends_alerts` what it told as firing ends too, for who responds in its team: nobody tells its end any more.
    """
    permissions.require(access, Capability.TEAM_MANAGE, team_id=source.team_id)
    if not AlertSource.objects.filter(pk=source.pk, revoked_at=None).update(revoked_at=clock.now()):
        raise DomainError(f"The source {source.name} is revoked already.")
    facts: dict[str, audit.Fact] = {"team": source.team.slug}
    if ends_alerts:
        alert_ends.end_all(access, source=source, reason=f"Its source {source.name} was revoked.")
    audit.record(access, verbs.ALERT_SOURCE_REVOKED, source, facts=facts, texts={"name": source.name})


def digest(token: str) -> str:
    """How a token is kept: it is random enough that a plain digest does not give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


def signing_secret(source: AlertSource) -> str:
    """What the source signs its posts with; empty where it does not."""
    return ciphers.cipher(PURPOSE).decrypt(source.secret.encode()).decode() if source.secret else ""


def _refusals(team: Team, name: str, kind: str, secret: str) -> dict[str, list[str]]:
    refusals: dict[str, list[str]] = {}
    if words := texts.name_refusal(name, LONGEST_NAME, NAME_NEEDED):
        refusals["name"] = [words]
    elif AlertSource.objects.filter(team=team, name=name, revoked_at=None).exists():
        refusals["name"] = ["The team has a source of this name. Revoke it, or choose another name."]
    if kind not in SourceKind.values:
        refusals["kind"] = ["Choose one of the forms."]
    if secret and kind != SourceKind.PAGERDUTY:
        refusals["secret"] = ["Only PagerDuty signs its posts with a secret; leave this empty."]
    elif len(secret) > LONGEST_SECRET:
        refusals["secret"] = [f"At most {LONGEST_SECRET} characters."]
    return refusals
