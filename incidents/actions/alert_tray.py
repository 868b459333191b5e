"""The tray: alerts that no rule knows are matched to one by a person, or left out with a reason.

The source of the alerts is locked first, then the incidents that they are in, as posts are worked off in that order.
"""

from django.db import transaction
from django.db.models import Q

from incidents import verbs
from incidents.actions import alert_incidents, alert_placements
from incidents.choices import AlertState, PlacementAct
from incidents.models import Alert, AlertRule, AlertSource
from incidents.models.alerts import AlertQuerySet
from incidents.rules import alert_incidents as rules
from portal import audit, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts

LONGEST_REASON = 300
PLACED = "Somebody matched this alert or left it out in between."
REASON_NEEDED = "Say why nobody has to look at this alert."


@transaction.atomic
def match(access: Access, *, alert: Alert, rule: AlertRule) -> int:
    """Gives an alert to a rule, and with it every other of its fingerprint that stands in the tray; returns how many.

    Raises NotPermitted, and DomainError where the rule ended, is of another team or service, or the alert has one.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, rule.service.scope)
    if rule.ended_at or rule.service.scope.team_id != alert.source.team_id:
        raise DomainError.of({"rule": ["Choose a rule of this team that has not ended."]})
    if alert.service_id not in (None, rule.service_id):
        raise DomainError.of({"rule": ["Choose a rule of the alert’s service."]})
    own = _held(alert).filter(Q(service=None) | Q(service=rule.service))
    before = list(own)
    matched = own.update(rule=rule, service=rule.service)
    if not matched:
        raise DomainError(PLACED)
    facts: dict[str, audit.Fact] = {"rule": str(rule.public_id), "alerts": matched}
    said, scope = {"name": alert.name}, rule.service.scope
    event = audit.record(access, verbs.ALERT_MATCHED, alert, scope=scope, facts=facts, texts=said)
    alert_placements.keep(PlacementAct.MATCHED, before, rule.service, event)
    return matched


@transaction.atomic
def leave_out(access: Access, *, alert: Alert, reason: str) -> int:
    """Leaves an alert out with a reason: it fires for nobody, and blocks no launch; returns how many were left out.

    Every other of its fingerprint in the tray goes with it. Those that an incident waits for are left out by who
    responds to that, and its timeline says so. Raises NotPermitted, and DomainError at `reason`.
    """
    scope = alert.service.scope if alert.service else None
    permissions.require(access, Capability.DOCUMENT_WRITE, scope, team_id=alert.source.team_id)
    reason = reason.strip()
    if words := texts.refusal(reason, LONGEST_REASON) if reason else REASON_NEEDED:
        raise DomainError.of({"reason": [words]})
    own = _held(alert)
    followed = alert_incidents.hold(own.values_list("incident", flat=True), access)
    before = list(own)
    left = own.update(state=AlertState.LEFT_OUT, left_out_reason=reason, left_out_by=access.person)
    if not left:
        raise DomainError(PLACED)
    said = {"name": alert.name, "reason": reason}
    event = audit.record(access, verbs.ALERT_LEFT_OUT, alert, scope=scope, facts={"alerts": left}, texts=said)
    alert_placements.keep(PlacementAct.LEFT_OUT, before, None, event)
    for incident in followed.values():
        alert_incidents.say(access, incident, rules.left_out(alert.name, reason), about=alert.service)
    return left


def _held(alert: Alert) -> AlertQuerySet:
    """The alert with every other of its fingerprint that stands in the tray, their source locked."""
    AlertSource.objects.select_for_update().values_list("pk").get(pk=alert.source_id)
    return Alert.objects.in_tray().filter(source=alert.source, fingerprint=alert.fingerprint)
