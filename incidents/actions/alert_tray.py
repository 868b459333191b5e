"""The tray: alerts that no rule knows are matched to one by a person, or left out with a reason."""

from django.db import transaction

from incidents import verbs
from incidents.choices import AlertState
from incidents.models import Alert, AlertRule
from portal import audit, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts

LONGEST_REASON = 300
REASON_NEEDED = "Say why nobody has to look at this alert."


@transaction.atomic
def match(access: Access, *, alert: Alert, rule: AlertRule) -> int:
    """Gives an alert to a rule, and with it every other of its fingerprint that stands in the tray; returns how many.

    Raises NotPermitted, and DomainError where the rule ended, belongs to another team, or the alert has a rule.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, rule.service.scope)
    if rule.ended_at or rule.service.scope.team_id != alert.source.team_id:
        raise DomainError.of({"rule": ["Choose a rule of this team that has not ended."]})
    own = Alert.objects.filter(source=alert.source, fingerprint=alert.fingerprint, rule=None)
    matched = own.exclude(state=AlertState.LEFT_OUT).update(rule=rule, service=rule.service)
    if not matched:
        raise DomainError("Somebody matched this alert or left it out in between.")
    facts: dict[str, audit.Fact] = {"rule": str(rule.public_id)}
    audit.record(access, verbs.ALERT_MATCHED, alert, scope=rule.service.scope, facts=facts, texts={"name": alert.name})
    return matched


@transaction.atomic
def leave_out(access: Access, *, alert: Alert, reason: str) -> int:
    """Leaves an alert out with a reason: it fires for nobody, and blocks no launch; returns how many were left out.

    Every other of its fingerprint in the tray goes with it. Raises NotPermitted, and DomainError at `reason`.
    """
    scope = alert.service.scope if alert.service else None
    permissions.require(access, Capability.DOCUMENT_WRITE, scope, team_id=alert.source.team_id)
    reason = reason.strip()
    if words := texts.refusal(reason, LONGEST_REASON) if reason else REASON_NEEDED:
        raise DomainError.of({"reason": [words]})
    own = Alert.objects.filter(source=alert.source, fingerprint=alert.fingerprint, rule=None)
    own = own.exclude(state=AlertState.LEFT_OUT)
    left = own.update(state=AlertState.LEFT_OUT, left_out_reason=reason, left_out_by=access.person)
    if not left:
        raise DomainError("Somebody matched this alert or left it out in between.")
    said = {"name": alert.name, "reason": reason}
    audit.record(access, verbs.ALERT_LEFT_OUT, alert, scope=scope, texts=said)
    return left
