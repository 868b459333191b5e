"""What happens in readiness, as the record names it, and what each event may carry."""

from portal.audit import verb, verb_group

CATALOGUE_LOADED = verb(
    "catalogue.loaded", "loaded the catalogue: {templates}", facts="templates checks domains digest"
)
TEMPLATE_PUBLISHED = verb(
    "template.published",
    "published the checklist {template} {version}, which asks one thing more: {text}",
    facts="template version was item point digest",
    texts="text reason",
)

SERVICE_REGISTERED = verb(
    "service.registered", "registered {service}", facts="service team tier revision digest", texts="reason"
)
SERVICE_CHANGED = verb(
    "service.changed",
    "changed {service}: {fields}",
    facts="service fields revision digest left_out brought_in",
    texts="reason",
)
SERVICE_STATE_CHANGED = verb(
    "service.state-changed", "{service} is now {state}", facts="service state not_owed", texts="reason"
)
TIER_CONFIRMED = verb("tier.confirmed", "confirmed tier {tier} of {service}", facts="service tier")
TARGETS_CHANGED = verb(
    "targets.changed", "changed the targets of {service}: {fields}", facts="service fields revision digest"
)
ENVIRONMENT_ADDED = verb("environment.added", "added the environment {environment}", facts="service environment kind")
DEPENDENCY_ADDED = verb("dependency.added", "added the dependency {name}", facts="service upstream", texts="name")
DEPENDENCY_DECLARED = verb("dependency.declared", "declared {name} {state}", facts="service state", texts="name note")
DEPENDENCY_REMOVED = verb("dependency.removed", "removed the dependency {name}", facts="service", texts="name")
MODEL_ADDED = verb("model.added", "added the model {model}", facts="service model")
MODEL_VERSION_RECORDED = verb(
    "model-version.recorded", "recorded {model} {version}", facts="service model version kind previous digest"
)
MODEL_CARD_BEGUN = verb(
    "model-card.begun",
    "wrote the model card of {model}",
    facts="service model version revision digest fields",
    texts="note",
)
MODEL_CARD_REVISED = verb(
    "model-card.revised",
    "revised the model card of {model}: {fields}",
    facts="service model version revision digest fields",
    texts="note",
)
MODEL_CARD_REVIEWED = verb(
    "model-card.reviewed",
    "reviewed the model card of {model}: revision {revision} is still true",
    facts="service model version revision digest review_on",
    texts="note",
)
DECISION_RECORD_PROPOSED = verb(
    "decision-record.proposed",
    "proposed decision record {number} of {service}",
    facts="service number state revision digest fields",
    texts="note",
)
DECISION_RECORD_REVISED = verb(
    "decision-record.revised",
    "revised decision record {number} of {service}: {fields}",
    facts="service number state revision digest fields",
    texts="note",
)
DECISION_RECORD_ACCEPTED = verb(
    "decision-record.accepted",
    "accepted decision record {number} of {service}",
    facts="service number state revision digest fields supersedes",
    texts="note",
)
DECISION_RECORD_REJECTED = verb(
    "decision-record.rejected",
    "rejected decision record {number} of {service}",
    facts="service number state revision digest fields",
    texts="note",
)
DECISION_RECORD_DEPRECATED = verb(
    "decision-record.deprecated",
    "deprecated decision record {number} of {service}",
    facts="service number state revision digest fields",
    texts="note",
)
DECISION_RECORD_SUPERSEDED = verb(
    "decision-record.superseded",
    "superseded decision record {number} of {service} by {superseded_by}",
    facts="service number state revision digest fields superseded_by",
    texts="note",
)
DECISION_RECORD_REVIEWED = verb(
    "decision-record.reviewed",
    "reviewed decision record {number} of {service}: revision {revision} still holds",
    facts="service number state revision digest review_on",
    texts="note",
)
DECISION_RECORD_IMPORTED = verb(
    "decision-record.imported",
    "imported decision record {number} of {service}, {state}",
    facts="service number state revision digest fields superseded_by",
    texts="note",
)
RELEASE_PLANNED = verb(
    "release.planned", "planned release {release}", facts="service release changes model_versions planned_on"
)
RELEASE_CHANGED = verb(
    "release.changed", "changed release {release}: {fields}", facts="service release fields model_versions changes"
)
RELEASE_CANCELLED = verb("release.cancelled", "cancelled release {release}", facts="service release", texts="reason")
RELEASE_DEPLOYED = verb("release.deployed", "deployed {release} to {environment}", facts="service release environment")
DOMAIN_ASSIGNED = verb(
    "ownership.assigned", "made {name} {role} for {domain}", facts="service domain role person", texts="name"
)
DOMAIN_VACATED = verb(
    "ownership.vacated",
    "{name} is no longer {role} for {domain}",
    facts="service domain role person",
    texts="name reason",
)
ABSENCE_ENTERED = verb(
    "absence.entered", "is away from {starts_on} to {ends_on}", facts="starts_on ends_on deputy", texts="name"
)
ABSENCE_CANCELLED = verb("absence.cancelled", "is not away after all", facts="starts_on ends_on")
SERVICES_IMPORTED = verb(
    "services.imported", "imported {services} services and {owners} owners", facts="services owners digest"
)
DRILL_RECORDED = verb(
    "drill.recorded",
    "recorded a {kind} drill: {result} in {minutes} minutes",
    facts="service kind result minutes environment from_version to_version performed_by drill",
    texts="name note",
)

CHECKS_OPENED = verb("checks.opened", "opened checks for {periods}", facts="service periods checks")
CHECK_ANSWERED = verb(
    "check.answered",
    "said of {check}, {period}: {result}",
    facts="service check period result revision digest",
    texts="note",
)
CHECK_SNOOZED = verb(
    "check.snoozed",
    "held back the reminders of {check}, {period}",
    facts="service check period until revision digest",
    texts="reason",
)
TIMETABLE_CHANGED = verb(
    "timetable.changed", "changed when {cadence} checks open and are due", facts="team cadence opens due"
)

REVIEW_STARTED = verb(
    "review.started", "started the {kind} review", facts="service review kind release template digest"
)
REVIEW_ABANDONED = verb("review.abandoned", "abandoned the {kind} review", facts="service review kind", texts="reason")
REVIEW_CLOSED = verb("review.closed", "closed the {kind} review", facts="service review kind release")
POINT_MARKED = verb(
    "point.marked",
    "{item}: point {point} is {state}",
    facts="service review item point state revision digest",
    texts="reason",
)
ITEM_RATED = verb("item.rated", "rated {item} {rating}", facts="service review item rating was revision digest")
ITEM_DESCRIBED = verb("item.described", "wrote on {item}", facts="service review item revision digest", texts="text")
ITEM_MEASURED = verb(
    "item.measured", "entered {name} of {item}", facts="service review item name revision digest", texts="value"
)
ITEM_ANSWERED = verb(
    "item.answered",
    "answered {item}: {parts}",
    facts="service review item parts revision digest",
    texts="text reasons values",
)
ITEM_ASSIGNED = verb("item.assigned", "gave {item} to {name}", facts="service review item person", texts="name")
EVIDENCE_ATTACHED = verb(
    "evidence.attached",
    "attached “{title}” to {item}",
    facts="service review item kind evidence sha256 revision digest",
    texts="title",
)
EVIDENCE_WITHDRAWN = verb(
    "evidence.withdrawn",
    "withdrew “{title}” from {item}",
    facts="service review item evidence sha256 revision digest",
    texts="title reason",
)
EVIDENCE_DOWNLOADED = verb(
    "evidence.downloaded", "downloaded “{title}”", facts="service evidence sha256", texts="title"
)
COMMENT_WRITTEN = verb("comment.written", "commented on {item}", facts="service review item", texts="text")
SIGNOFF_ASKED = verb("signoff.asked", "asked for a sign-off on {item}", facts="service review item of")
SIGNOFF_GRANTED = verb(
    "signoff.granted",
    "signed off {items}",
    facts="service review acts items rounds digests meaning_version method",
    texts="note",
)
SIGNOFF_CARRIED = verb(
    "signoff.carried",
    "carried the sign-offs on {items} over",
    facts="service review acts items rounds digests source_digests signoffs",
)
ANSWERS_CARRIED = verb(
    "answers.carried",
    "carried {items} over from review {source}",
    facts="service review source acts items kept digests source_digests",
)
ANSWER_COVERED = verb(
    "answers.covered",
    "used {sources} for {items}",
    facts="service review acts items sources digests source_digests",
)
COVERING_ENDED = verb(
    "answers.uncovered",
    "{items} no longer rest on other answers",
    facts="service review acts items digests",
    texts="reason",
)
SIGNOFF_VOIDED = verb(
    "signoff.voided",
    "reopened {item}: the sign-off is void",
    facts="service review item round digest signoff",
    texts="reason",
)
SIGNOFF_RETURNED = verb("signoff.returned", "returned {item}", facts="service review item round", texts="reason")
WAIVER_ASKED = verb(
    "waiver.asked",
    "asked for a waiver of {item} until {expires_on}",
    facts="service review item waiver sequence renewals expires_on digest",
    texts="reason control",
)
WAIVER_APPROVED = verb(
    "waiver.approved",
    "approved a waiver of {item} until {expires_on}",
    facts="service item waiver expires_on digest meaning_version method",
    texts="note",
)
WAIVER_REFUSED = verb("waiver.refused", "refused a waiver of {item}", facts="service item waiver digest", texts="note")
WAIVER_WITHDRAWN = verb(
    "waiver.withdrawn", "no longer asks for a waiver of {item}", facts="service item waiver digest", texts="note"
)
WAIVER_REVOKED = verb("waiver.revoked", "revoked the waiver of {item}", facts="service item waiver", texts="reason")
DECISION_ASKED = verb("decision.asked", "asked for a decision on {release}", facts="service release")
DECISION_RECORDED = verb(
    "decision.recorded",
    "recorded {verdict} for {release} in {environment}",
    facts="service release environment verdict number sequence snapshot_digest governed_digest meaning_version method "
    "conditions",
    texts="rationale told",
)
DECISION_WITHDRAWN = verb(
    "decision.withdrawn",
    "withdrew decision {number}, {verdict} for {release} in {environment}",
    facts="service release environment verdict number meaning_version method",
    texts="reason",
)
EMERGENCY_ASKED = verb(
    "decision.emergency-asked",
    "asked for an emergency go for {release} in {environment}",
    facts="service release environment meaning_version method",
    texts="reason",
)
RELEASE_KEPT = verb(
    "release.kept",
    "keeps {release} in {environment}",
    facts="service release environment verdict back_to sequence items meaning_version method",
    texts="reason",
)
RELEASE_ROLLED_BACK = verb(
    "release.rolled-back",
    "rolled {release} back to {back_to} in {environment}",
    facts="service release environment verdict back_to sequence items meaning_version method",
    texts="reason",
)
CONDITION_MET = verb(
    "condition.met", "met the condition “{text}”", facts="service decision condition", texts="text note"
)

ACTION_ITEM_OPENED = verb(
    "action-item.opened",
    "opened action item {number}: {title}",
    facts="service number origin owner due_on priority revision digest",
    texts="title text",
)
ACTION_ITEM_CHANGED = verb(
    "action-item.changed",
    "changed action item {number}, {title}: {fields}",
    facts="service number fields revision digest",
    texts="title",
)
ACTION_ITEM_MOVED = verb(
    "action-item.moved",
    "action item {number}, {title}, is now {state}",
    facts="service number state revision digest",
    texts="title reason",
)
FINDING_OPENED = verb(
    "finding.opened",
    "opened finding {number}: {title}",
    facts="service number severity item decision digest",
    texts="title text",
)
FINDING_ANSWERED = verb(
    "finding.answered", "answered finding {number}, {title}", facts="service number entry", texts="title text"
)
FINDING_SENT_BACK = verb(
    "finding.sent-back",
    "asked for more on finding {number}, {title}",
    facts="service number entry",
    texts="title text",
)
FINDING_CLOSED = verb(
    "finding.closed", "closed finding {number}, {title}", facts="service number entry", texts="title text"
)

PACK_REQUESTED = verb(
    "pack.requested", "asked for audit pack {number}", facts="number services since until as_of", texts="purpose"
)
PACK_READY = verb(
    "pack.ready", "audit pack {number} is ready", facts="number pdf_sha256 archive_sha256 record_digest pages"
)
PACK_FAILED = verb("pack.failed", "audit pack {number} could not be made", facts="number", texts="error")
PACK_DOWNLOADED = verb("pack.downloaded", "downloaded audit pack {number}", facts="number file sha256")

verb_group("services", "Services", "service", "services", "tier", "targets", "environment", "dependency")
verb_group("ownership", "Owners, absences", "ownership", "absence")
verb_group("releases", "Models, releases, drills", "model", "model-version", "release", "drill")
verb_group("answers", "Answered, rated, measured", "review", "item", "answers", "point", "comment")
verb_group("evidence", "Evidence", "evidence")
verb_group("signoffs", "Signed, voided, returned", "signoff")
verb_group("waivers", "Waived", "waiver")
verb_group("decisions", "Decided, conditions met", "decision", "condition")
verb_group("checks", "Checks opened, done, held back", "checks", "check", "timetable")
verb_group("action-items", "Action items, findings", "action-item", "finding")
verb_group("documents", "Documents", "model-card", "decision-record")
verb_group("packs", "Packs", "pack")
verb_group("checklists", "Checklists", "catalogue", "template")
