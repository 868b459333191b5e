"""Everything incidents adds to readiness and to the shell, on one screen."""

from incidents.queries import incident_page, launch_gates, playbooks
from portal.extension_points import NavigationEntry, navigation
from readiness import extension_points
from readiness.extension_points import IncidentSource, ruled_rows

ruled_rows.add("Playbooks", playbooks.ruled_rows)
extension_points.launch_gates.add("incidents", launch_gates.of_release)
extension_points.incident_sources.add("incidents", IncidentSource(launch_gates.offered, launch_gates.named))
extension_points.page_panels.add("incidents", incident_page.panel)
navigation.add(
    "incidents", NavigationEntry("Incidents", "incidents:incidents", "urgent", "incidents", order=40, phone=True)
)
navigation.add(
    "playbooks",
    NavigationEntry("Alert playbooks", "incidents:playbooks", "bell-ringing", "playbooks", order=70, in_more=True),
)
