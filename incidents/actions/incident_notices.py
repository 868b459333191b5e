"""Who is told of an act on an incident, in the portal and by the day's mail."""

from collections.abc import Sequence

from incidents.models import Incident
from incidents.queries import incidents as queries
from portal import notifications
from portal.models import User
from portal.permissions import Access


def to_teams(access: Access | None, incident: Incident, about: str, subject: str) -> None:
    """Tells everybody whom it concerns, once for what it is about at this revision."""
    to_people(access, incident, queries.told(incident), about, subject)


def to_people(access: Access | None, incident: Incident, people: Sequence[User], key: str, subject: str) -> None:
    """Tells these, once for the key at this revision."""
    notifications.notify(
        people,
        kind="incident",
        key=f"incident-{incident.public_id}-{incident.revision}-{key}",
        subject=subject,
        url=incident.get_absolute_url(),
        scope=incident.service.scope,
        by=access,
    )
