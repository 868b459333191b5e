"""Alert sources and what they post, with defaults for what a test does not care about."""

import datetime
import json
from typing import Any

from django.test import Client

from incidents.actions import alert_sources
from incidents.actions.alert_sources import Made
from incidents.choices import SourceKind
from portal.models import Team
from portal.permissions import Role
from tests.factories import portal

NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def source(team: Team, kind: str = SourceKind.ALERTMANAGER, name: str = "Alertmanager", secret: str = "") -> Made:
    """A source of the team and its token."""
    lead = portal.member(team, Role.LEAD)
    return alert_sources.make(portal.access(lead), team=team, name=name, kind=kind, secret=secret)


def told(name: str = "CostSpike", status: str = "firing", minute: int = 0, **labels: str) -> dict[str, Any]:
    """One alert of a post of Alertmanager, begun so many minutes after noon."""
    begun = NOON + datetime.timedelta(minutes=minute)
    row = {"status": status, "labels": {"alertname": name, **labels}, "startsAt": begun.isoformat()}
    return row if status == "firing" else {**row, "endsAt": (begun + datetime.timedelta(minutes=30)).isoformat()}


def group(*alerts: dict[str, Any]) -> str:
    """A post of Alertmanager."""
    return json.dumps({"version": "4", "receiver": "gatehouse", "alerts": list(alerts)})


def post(made: Made, body: str, *, token: str | None = None, media: str = "application/json", **headers: str) -> Any:
    """What the source is answered."""
    given = {"authorization": f"Bearer {made.token if token is None else token}", **headers}
    return Client(raise_request_exception=False).post(
        f"/api/v1/alerts/{made.source.public_id}/", body, content_type=media, headers=given
    )
