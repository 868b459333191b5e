"""Everything readiness adds to the portal's shell and to its own registries, on one screen."""

from portal import clock
from portal.extension_points import (
    KeptDocuments,
    NavigationEntry,
    fact_words,
    kept_documents,
    navigation,
    person_panels,
    scope_names,
    scope_search,
    team_panels,
    waiting_counts,
)
from portal.record_verification import further_checks
from readiness import extension_points
from readiness.choices import ActionOrigin, FindingSeverity, Priority
from readiness.queries import (
    action_item_holds,
    action_items,
    check_calendar,
    decision_records,
    document_people,
    findings,
    holdings,
    model_cards,
    record,
    scopes,
    timetables,
    waiting,
    waiver_waiting,
    wording,
)

navigation.add("my_work", NavigationEntry("My work", "readiness:my_work", "inbox", "", order=10, phone=True))
navigation.add(
    "portfolio",
    NavigationEntry("Portfolio", "readiness:portfolio", "layout-grid", "portfolio", order=20, phone=True),
)
navigation.add(
    "checks", NavigationEntry("Checks", "readiness:checks", "calendar-check", "checks", order=30, phone=True)
)
navigation.add(
    "action_items",
    NavigationEntry("Action items", "readiness:action_items", "checklist", "action-items", order=35, in_more=True),
)
navigation.add(
    "waivers", NavigationEntry("On credit", "readiness:waivers", "s-waived", "waivers", order=95, in_more=True)
)
navigation.add(
    "findings",
    NavigationEntry("Findings", "readiness:findings", "file-search", "findings", order=105, in_more=True),
)
navigation.add(
    "templates",
    NavigationEntry("Templates", "readiness:templates", "versions", "templates", order=67, in_more=True),
)
navigation.add("documents", NavigationEntry("Documents", "readiness:documents", "file-text", "documents", order=50))
extension_points.document_lists.add(
    "model_cards", extension_points.DocumentList("Model cards", "readiness:documents", order=10)
)
extension_points.document_lists.add(
    "decision_records", extension_points.DocumentList("Decision records", "readiness:decision_records", order=20)
)
navigation.add(
    "audit_packs",
    NavigationEntry("Audit packs", "readiness:packs", "file-certificate", "audit-packs", order=60),
)
navigation.add(
    "ownership",
    NavigationEntry("Ownership", "readiness:ownership", "users", "ownership", order=100, in_more=True),
)

# What My work counts; its heads show the same numbers.
waiting_counts.add("signoffs", lambda access: waiting.count(waiting.signoffs(access)))
waiting_counts.add("came_back", lambda access: waiting.count(waiting.came_back(access)))
waiting_counts.add("items", lambda access: waiting.count(waiting.items(access)))
waiting_counts.add("decisions", lambda access: waiting.count(waiting.decisions(access)))
waiting_counts.add("conditions", lambda access: waiting.count(waiting.conditions(access)))
waiting_counts.add("waivers", lambda access: waiting.count(waiver_waiting.waiting_for(access)))
waiting_counts.add("tiers", lambda access: waiting.count(waiting.tiers(access)))
waiting_counts.add("action_items", lambda access: waiting.count(action_items.of_person(access)))
waiting_counts.add("findings", lambda access: waiting.count(findings.waiting_for(access)))
waiting_counts.add("model_cards", lambda access: waiting.count(model_cards.waiting_for(access)))
waiting_counts.add("checks", lambda access: waiting.count(check_calendar.of_person(access, clock.now())))

team_panels.add("recurring checks", timetables.panel)
person_panels.add("what they own", holdings.panel)
team_panels.add("handing over", holdings.team_panel)
further_checks.add("sign-offs and decisions", record.problems)

waiting_counts.add("decision_records", lambda access: waiting.count(decision_records.waiting_for(access)))
kept_documents.add("decision records", KeptDocuments("decision record", decision_records.kept, document_people.told))
extension_points.evidence_kinds.add("Decision record", decision_records.as_evidence)
kept_documents.add("model cards", KeptDocuments("model card", model_cards.kept, document_people.told))
extension_points.evidence_kinds.add("Model card", model_cards.as_evidence)
extension_points.action_item_holds.add(ActionOrigin.CONDITION, action_item_holds.of_condition)
extension_points.action_item_holds.add(ActionOrigin.FINDING, action_item_holds.of_finding)
fact_words.add("item", wording.named)
fact_words.add("items", wording.named)
fact_words.add("origin", wording.of_choices(ActionOrigin))
fact_words.add("priority", wording.of_choices(Priority))
fact_words.add("finding.severity", wording.of_choices(FindingSeverity))
scope_names.add("services", scopes.names)
scope_search.add("services", scopes.called)
