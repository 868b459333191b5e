"""What happens in incidents, as the record names it, and what each event may carry."""

from portal.audit import verb, verb_group

PLAYBOOKS_LOADED = verb("playbooks.loaded", "loaded the alert playbooks {playbooks}", facts="playbooks digest")

verb_group("playbooks", "Playbooks", "playbooks")

ALERTS_TOLD = verb(
    "alerts.told",
    "told by the source “{name}”: {fired} alerts fired, {ended} ended",
    facts="source fired ended",
    texts="name",
)
ALERT_SOURCE_MADE = verb("alert-source.made", "made the alert source “{name}”", facts="team kind", texts="name")
ALERT_SOURCE_REVOKED = verb("alert-source.revoked", "revoked the alert source “{name}”", facts="team", texts="name")
ALERT_RULE_WRITTEN = verb(
    "alert-rule.written",
    "wrote the alert rule “{name}”",
    facts="revision digest severity playbook runbook domain",
    texts="name threshold matchers",
)
ALERT_RULE_ENDED = verb(
    "alert-rule.ended", "ended the alert rule “{name}”", facts="revision digest", texts="name reason"
)
ALERT_THRESHOLD_REVIEWED = verb(
    "alert-rule.reviewed",
    "reviewed the threshold of the alert rule “{name}”",
    facts="revision digest on",
    texts="name threshold",
)
ALERT_MATCHED = verb("alert.matched", "matched the alert “{name}” to a rule", facts="rule", texts="name")
ALERT_LEFT_OUT = verb("alert.left-out", "left out the alert “{name}”: {reason}", texts="name reason")

verb_group("alerts", "Alerts", "alerts", "alert", "alert-source", "alert-rule")
