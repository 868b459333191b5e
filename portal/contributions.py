"""The portal's own places in the navigation."""

from portal.extension_points import NavigationEntry, navigation
from portal.permissions import Capability

navigation.add(
    "teams",
    NavigationEntry(
        label="Teams and tokens",
        url_name="portal:teams",
        icon="users",
        section="teams people tokens",
        order=90,
        in_more=True,
    ),
)
navigation.add(
    "outbox",
    NavigationEntry(
        label="Outbox",
        url_name="portal:outbox",
        icon="inbox",
        section="administration",
        order=95,
        in_more=True,
        needs=Capability.OUTBOX_READ,
    ),
)
navigation.add(
    "audit_trail",
    NavigationEntry(
        label="Audit trail",
        url_name="portal:audit_trail",
        icon="history",
        section="audit-trail",
        order=110,
        in_more=True,
    ),
)
navigation.add(
    "api",
    NavigationEntry(label="API", url_name="api_docs", icon="link", section="api", order=130, in_more=True),
)
