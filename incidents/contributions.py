"""Everything incidents adds to readiness and to the shell, on one screen."""

from incidents.queries import alert_gates, incident_page, incidents, launch_gates, pack_sections, playbooks
from portal.extension_points import NavigationEntry, navigation, waiting_counts
from readiness import extension_points
from readiness.extension_points import IncidentSource, ruled_rows
from readiness.queries import waiting

ruled_rows.add("Playbooks", playbooks.ruled_rows)
extension_points.launch_gates.add("incidents", launch_gates.of_release)
extension_points.incident_sources.add("incidents", IncidentSource(launch_gates.offered, launch_gates.named))
extension_points.page_panels.add("incidents", incident_page.panel)
extension_points.pack_sections.add("incidents", pack_sections.sections)
extension_points.gap_sources.add("alert coverage", alert_gates.gaps)
waiting_counts.add("incidents", lambda access: waiting.count(incidents.waiting_for(access)))
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
