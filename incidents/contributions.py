"""Everything incidents adds to readiness and to the shell, on one screen."""

from incidents.queries import playbooks
from portal.extension_points import NavigationEntry, navigation
from readiness.extension_points import ruled_rows

ruled_rows.add("Playbooks", playbooks.ruled_rows)
navigation.add(
    "playbooks",
    NavigationEntry("Alert playbooks", "incidents:playbooks", "urgent", "playbooks", order=70, in_more=True),
)
