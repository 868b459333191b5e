"""What happens in incidents, as the record names it, and what each event may carry."""

from portal.audit import verb, verb_group

PLAYBOOKS_LOADED = verb("playbooks.loaded", "loaded the alert playbooks {playbooks}", facts="playbooks digest")

RUNBOOK_BEGUN = verb(
    "runbook.begun",
    "wrote runbook {number} of {service}",
    facts="service number revision digest fields",
    texts="note",
)
RUNBOOK_REVISED = verb(
    "runbook.revised",
    "revised runbook {number} of {service}, revision {revision}",
    facts="service number revision digest fields",
    texts="note",
)
RUNBOOK_REVIEWED = verb(
    "runbook.reviewed",
    "reviewed runbook {number} of {service}",
    facts="service number revision digest review_on",
    texts="note",
)
RUNBOOK_RETIRED = verb(
    "runbook.retired",
    "retired runbook {number} of {service}",
    facts="service number revision digest fields",
    texts="note",
)
RUNBOOK_RETURNED = verb(
    "runbook.returned",
    "brought back runbook {number} of {service}",
    facts="service number revision digest fields",
    texts="note",
)
RUNBOOK_DRILLED = verb(
    "runbook.drilled",
    "drilled runbook {number} of {service}, revision {revision}",
    facts="service number revision digest drill result",
)

verb_group("runbooks", "Runbooks", "runbook")
PLAYBOOK_ADAPTED = verb(
    "playbook.adapted",
    "adapted the playbook {playbook} for {service}, revision {revision}",
    facts="service playbook revision digest",
    texts="note",
)
PLAYBOOK_RETURNED = verb(
    "playbook.returned",
    "put {service} back on the playbook {playbook} that ships",
    facts="service playbook revision digest",
    texts="note",
)

verb_group("playbooks", "Playbooks", "playbooks", "playbook")

ALERTS_TOLD = verb(
    "alerts.told",
    "told by the source “{name}”: fired {fired}, ended {ended}",
    facts="source fired ended",
    texts="name",
)
ALERTS_LET_GO = verb(
    "alerts.let-go",
    "let go of {count} {kind} of the source “{name}”, older than the {days} days that they are kept",
    facts="source kind count days before digest",
    texts="name",
)
ALERT_SOURCE_MADE = verb("alert-source.made", "made the alert source “{name}”", facts="team kind", texts="name")
ALERT_SOURCE_REVOKED = verb("alert-source.revoked", "revoked the alert source “{name}”", facts="team", texts="name")
ALERT_POSTS_TRIED_AGAIN = verb(
    "alert-source.tried-again",
    "had {count} posts of the alert source “{name}” tried again",
    facts="team count",
    texts="name",
)
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
ALERT_MATCHED = verb("alert.matched", "matched the alert “{name}” to a rule", facts="rule alerts", texts="name")
ALERT_ENDED = verb("alert.ended", "ended the alert “{name}” by hand: {reason}", texts="name reason")
ALERT_LEFT_OUT = verb("alert.left-out", "left out the alert “{name}”: {reason}", facts="alerts", texts="name reason")

verb_group("alerts", "Alerts", "alerts", "alert", "alert-source", "alert-rule")

INCIDENT_DECLARED = verb(
    "incident.declared",
    "declared {label}, sev-{severity}: {title}",
    facts="service number label severity playbook affected commander revision digest",
    texts="title text",
)
INCIDENT_MOVED = verb(
    "incident.moved",
    "set {label} to {state}",
    facts="service number label state was revision digest post_mortem_due_on",
    texts="title text",
)
INCIDENT_SEVERITY_CHANGED = verb(
    "incident.severity-changed",
    "changed {label} from sev-{was} to sev-{severity}",
    facts="service number label severity was revision digest",
    texts="title text",
)
INCIDENT_COMMANDED = verb(
    "incident.commanded",
    "gave {name} command of {label}",
    facts="service number label person revision digest",
    texts="title name text",
)
INCIDENT_CHANGED = verb(
    "incident.changed",
    "changed {label}: {fields}",
    facts="service number label fields revision digest",
    texts="title text",
)
INCIDENT_STEP = verb(
    "incident.step",
    "{label}: step {step} is {did}",
    facts="service number label step did",
    texts="title text",
)
INCIDENT_NOTED = verb("incident.noted", "wrote on {label}", facts="service number label kind", texts="title text")
INCIDENT_UPDATED = verb(
    "incident.updated",
    "posted a status update on {label}",
    facts="service number label audience next_word_at revision digest",
    texts="title text",
)
INCIDENT_AFFECTED = verb(
    "incident.affected",
    "named another service as affected by {label}",
    facts="service number label affected",
    texts="title text",
)
INCIDENT_JOINED = verb(
    "incident.joined",
    "joined the alert “{name}” to {label}",
    facts="service number label alert alerts",
    texts="title name text",
)
INCIDENT_JOINED_FROM_ANOTHER = verb(
    "incident.joined-from-another",
    "joined an alert of another service to {label}",
    facts="service number label alert alerts",
    texts="title text",
)
POST_MORTEM_BEGUN = verb(
    "post-mortem.begun",
    "began the post-mortem of {label}",
    facts="service number label revision digest fields",
    texts="note",
)
POST_MORTEM_REVISED = verb(
    "post-mortem.revised",
    "revised the post-mortem of {label}: {fields}",
    facts="service number label revision digest fields",
    texts="note",
)
POST_MORTEM_REVIEWED = verb(
    "post-mortem.reviewed",
    "reviewed the post-mortem of {label}: revision {revision} is still true",
    facts="service number label revision digest review_on",
    texts="note",
)
POST_MORTEM_PUBLISHED = verb(
    "post-mortem.published",
    "published the post-mortem of {label}",
    facts="service number label revision digest fields",
    texts="note",
)
PROPOSAL_MADE = verb(
    "proposal.made",
    "proposed for the checklist {template}: {text}",
    facts="service number label template item",
    texts="text why",
)
PROPOSAL_ACCEPTED = verb(
    "proposal.accepted",
    "accepted what the post-mortem of {label} proposed for the checklist {template}, as {version}: {text}",
    facts="service number label template version item point",
    texts="text reason",
)
PROPOSAL_DECLINED = verb(
    "proposal.declined",
    "declined what the post-mortem of {label} proposed for the checklist {template}: {text}",
    facts="service number label template item",
    texts="text reason",
)

verb_group("incidents", "Incidents and post-mortems", "incident", "post-mortem", "proposal")
