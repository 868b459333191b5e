"""Everything readiness adds to the portal's shell and to its own registries, on one screen."""

from portal import clock
from portal.extension_points import (
    KeptDocuments,
    NavigationEntry,
    SearchSource,
    fact_words,
    kept_documents,
    navigation,
    person_panels,
    same_person,
    scope_names,
    scope_search,
    search_sources,
    team_panels,
    waiting_counts,
)
from portal.record_verification import further_checks
from readiness import extension_points, models
from readiness.actions import one_person
from readiness.choices import ActionOrigin, FindingSeverity, Priority, Verdict
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
    search_texts,
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
same_person.add("sign-offs", one_person.end_own_signatures)
extension_points.evidence_kinds.add("Decision record", decision_records.as_evidence)
kept_documents.add("model cards", KeptDocuments("model card", model_cards.kept, document_people.told))
extension_points.evidence_kinds.add("Model card", model_cards.as_evidence)
extension_points.action_item_holds.add(ActionOrigin.CONDITION, action_item_holds.of_condition)
extension_points.action_item_holds.add(ActionOrigin.FINDING, action_item_holds.of_finding)
fact_words.add("item", wording.named)
fact_words.add("items", wording.named)
fact_words.add("origin", wording.of_choices(ActionOrigin))
fact_words.add("priority", wording.of_choices(Priority))
fact_words.add("verdict", wording.of_choices(Verdict))
fact_words.add("finding.severity", wording.of_choices(FindingSeverity))
scope_names.add("services", scopes.names)
scope_search.add("services", scopes.called)

# What the search finds. The words of answers change with events of their review too, those of models with a version’s.
search_sources.add("service", SearchSource("Service", "Services", models.Service, search_texts.services))
search_sources.add("release", SearchSource("Release", "Releases", models.Release, search_texts.releases))
search_sources.add(
    "model",
    SearchSource(
        "Model", "Models", models.ServedModel, search_texts.served_models, {"modelversion": "versions__public_id"}
    ),
)
search_sources.add(
    "dependency", SearchSource("Dependency", "Dependencies", models.Dependency, search_texts.dependencies)
)
search_sources.add(
    "answer",
    SearchSource("Answer", "Answers", models.ItemAnswer, search_texts.answers, {"review": "review__public_id"}),
)
search_sources.add(
    "decision",
    SearchSource(
        "Decision", "Decisions", models.LaunchDecision, search_texts.decisions, {"condition": "conditions__public_id"}
    ),
)
search_sources.add("waiver", SearchSource("Waiver", "Waivers", models.Waiver, search_texts.waivers))
search_sources.add("finding", SearchSource("Finding", "Findings", models.Finding, search_texts.findings))
search_sources.add(
    "action-item", SearchSource("Action item", "Action items", models.ActionItem, search_texts.action_items)
)
search_sources.add("check", SearchSource("Check", "Checks", models.CheckOccurrence, search_texts.check_occurrences))
search_sources.add("drill", SearchSource("Drill", "Drills", models.Drill, search_texts.drills))
search_sources.add("model-card", SearchSource("Model card", "Model cards", models.ModelCard, search_texts.model_cards))
search_sources.add(
    "decision-record",
    SearchSource("Decision record", "Decision records", models.DecisionRecord, search_texts.decision_records),
)
