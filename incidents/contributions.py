"""Everything incidents adds to readiness and to the shell, on one screen."""

from django.urls import reverse

from incidents import models
from incidents.queries import (
    alert_gaps,
    alert_sections,
    alert_tray,
    incident_evidence,
    incident_page,
    incidents,
    launch_gates,
    open_incidents,
    pack_sections,
    playbook_sections,
    playbooks,
    post_mortems,
    proposals,
    runbook_drills,
    runbook_gaps,
    runbook_sections,
    runbooks,
    search_texts,
)
from portal.extension_points import (
    KeptDocuments,
    NavigationEntry,
    SearchSource,
    kept_documents,
    navigation,
    search_sources,
    waiting_counts,
)
from readiness import extension_points
from readiness.extension_points import DocumentList, GapSource, IncidentSource, PagePanel, WayBackPart, ruled_rows
from readiness.queries import document_people, waiting

ruled_rows.add("Playbooks", playbooks.ruled_rows)
extension_points.launch_gates.add("incidents", launch_gates.of_release)
extension_points.incident_sources.add(
    "incidents",
    IncidentSource(
        offered=launch_gates.offered,
        named=launch_gates.named,
        open_in=open_incidents.in_services,
        hanging_on=open_incidents.hanging_on,
        url=open_incidents.url,
    ),
)
extension_points.page_panels.add("incidents", incident_page.panel)
extension_points.pack_sections.add("incidents", pack_sections.sections)
extension_points.pack_sections.add("alerts", alert_sections.sections)
extension_points.pack_sections.add("playbooks", playbook_sections.sections)
extension_points.gap_sources.add("alert coverage", GapSource(alert_gaps.of_services, alert_gaps.HEAVIEST))
extension_points.gap_sources.add("runbooks", GapSource(runbook_gaps.of_services, runbook_gaps.HEAVIEST))
extension_points.pack_sections.add("runbooks", runbook_sections.runbooks)
extension_points.evidence_kinds.add("Runbook", runbooks.as_evidence)
extension_points.evidence_kinds.add("Incident", incident_evidence.as_evidence)
extension_points.evidence_kinds.add("Post-mortem", post_mortems.as_evidence)
kept_documents.add("post-mortems", KeptDocuments("post-mortem", post_mortems.kept, document_people.told))
extension_points.document_lists.add("runbooks", DocumentList("Runbooks", "incidents:runbooks", order=30))
extension_points.document_panels.add(
    "runbooks", lambda service: PagePanel("Runbooks", reverse("incidents:service_runbooks", args=[service.slug]))
)
extension_points.way_back_parts.add(
    runbooks.WAY_BACK, WayBackPart(runbooks.way_back, runbooks.way_back_row, runbooks.way_back_of_row)
)
kept_documents.add("runbooks", KeptDocuments("runbook", runbooks.kept, document_people.told))
waiting_counts.add("alerts", alert_tray.waiting_count)
waiting_counts.add("runbooks", lambda access: waiting.count(runbook_drills.waiting_for(access)))
waiting_counts.add("incidents", lambda access: waiting.count(incidents.waiting_for(access)))
waiting_counts.add("post_mortems", lambda access: waiting.count(post_mortems.waiting_for(access)))
waiting_counts.add("proposals", lambda access: waiting.count(proposals.waiting_for(access)))
navigation.add(
    "incidents", NavigationEntry("Incidents", "incidents:incidents", "urgent", "incidents", order=40, phone=True)
)
navigation.add(
    "alerts",
    NavigationEntry("Alerts", "incidents:alerts", "bell-ringing", "alerts", order=65, in_more=True),
)
navigation.add(
    "playbooks",
    NavigationEntry("Alert playbooks", "incidents:playbooks", "bell-ringing", "playbooks", order=70, in_more=True),
)

# What the search finds. A proposal is said in its post-mortem; playbooks are loaded together, under the first’s name.
search_sources.add("runbook", SearchSource("Runbook", "Runbooks", models.Runbook, search_texts.runbooks))
search_sources.add("incident", SearchSource("Incident", "Incidents", models.Incident, search_texts.incidents))
search_sources.add(
    "post-mortem",
    SearchSource(
        "Post-mortem",
        "Post-mortems",
        models.PostMortem,
        search_texts.post_mortems,
        {"proposal": "proposals__public_id", "incident": "incident__public_id"},
    ),
)
search_sources.add("alert-rule", SearchSource("Alert rule", "Alert rules", models.AlertRule, search_texts.alert_rules))
search_sources.add(
    "playbook",
    SearchSource(
        "Alert playbook", "Alert playbooks", models.AlertPlaybook, search_texts.playbooks, {"alertplaybook": None}
    ),
)
