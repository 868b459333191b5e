"""Alerts that a person ends: what fires is over one day, even where nobody is left to tell its end.

Monitoring is moved or its source revoked, and what it told last would fire for ever. A source that tells of such an
alert again makes it fire again. The source is locked first, then the incidents, as posts are worked off in that order.
"""

from django.db import transaction

from incidents import verbs
from incidents.actions import alert_incidents
from incidents.choices import AlertState
from incidents.models import Alert, AlertSource
from incidents.models.alerts import AlertQuerySet
from incidents.rules import alert_incidents as rules
from portal import audit, clock, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts

LONGEST_REASON = 300
REASON_NEEDED = "Say how you know that it is over."


@transaction.atomic
def end(access: Access, *, alert: Alert, reason: str) -> int:
    """Ends an alert that fires, and every other of its fingerprint and service that does; returns how many.

    Raises NotPermitted for who does not respond for its service, or to an incident that they are in; DomainError at
    `reason`, and where it fires no more.
    """
    scope = alert.service.scope if alert.service else None
    permissions.require(access, Capability.INCIDENT_RESPOND, scope, team_id=alert.source.team_id)
    reason = reason.strip()
    if words := texts.refusal(reason, LONGEST_REASON) if reason else REASON_NEEDED:
        raise DomainError.of({"reason": [words]})
    own = _firing(alert.source).filter(fingerprint=alert.fingerprint, service=alert.service_id)
    ended = _end(access, own, reason)
    if not ended:
        raise DomainError("It fires no more: somebody ended it, left it out, or its source told its end in between.")
    return ended


def end_all(access: Access, *, source: AlertSource, reason: str) -> int:
    """Ends all that fires of a source, for one sentence of the portal's own; returns how many. In a transaction.

    Raises NotPermitted for who does not respond in its team.
    """
    permissions.require(access, Capability.INCIDENT_RESPOND, team_id=source.team_id)
    return _end(access, _firing(source), reason)


def _firing(source: AlertSource) -> AlertQuerySet:
    """What fires of a source, which is locked."""
    AlertSource.objects.select_for_update().values_list("pk").get(pk=source.pk)
    return Alert.objects.filter(source=source, state=AlertState.FIRING)


def _end(access: Access, firing: AlertQuerySet, reason: str) -> int:
    rows = list(firing.select_related("service__scope").order_by("pk"))
    followed = alert_incidents.hold((row.incident_id for row in rows), access)
    now = clock.now()
    for row in rows:
        row.state, row.ends_at = AlertState.RESOLVED, max(now, row.starts_at)
        row.ended_by, row.ended_reason = access.person, reason
    Alert.objects.bulk_update(rows, ["state", "ends_at", "ended_by", "ended_reason"], batch_size=200)
    audit.record_all(access, [_entry(row) for row in rows])
    for key, incident in followed.items():
        for ended in alert_incidents.by_service(row for row in rows if row.incident_id == key):
            words = rules.ended_by_hand([row.name for row in ended], reason)
            alert_incidents.say(access, incident, words, about=ended[0].service)
    return len(rows)


def _entry(row: Alert) -> audit.Entry:
    scope = row.service.scope if row.service else None
    return audit.Entry(verbs.ALERT_ENDED, row, scope, {}, {"name": row.name, "reason": row.ended_reason})
