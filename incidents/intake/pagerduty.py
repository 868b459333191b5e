"""PagerDuty: the webhook of version 3, one event about an incident, signed."""

import datetime
import hashlib
import hmac

from incidents.intake import reading
from incidents.intake.reading import Node
from incidents.intake.signal import Signal, Told

SIGNATURE_HEADER = "X-PagerDuty-Signature"
VERSION = "v1="


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether one of the signatures is this secret's; while it is being changed there are several, parted by commas."""
    if not secret:
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = [part.strip().removeprefix(VERSION) for part in header.split(",") if part.strip().startswith(VERSION)]
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signal of a post; none for events that say nothing of an incident's state. Raises Malformed."""
    event = reading.body(text).get("event")
    kind = event.get("event_type").needed()
    data = event.get("data")
    if not kind.startswith("incident.") or data.get("type").text() != "incident":
        return Told()
    return Told((_incident(data, event.get("occurred_at").moment() or told_at),))


def _incident(data: Node, at: datetime.datetime) -> Signal:
    """An incident is told of while it stands: reopened, it fires again from then on."""
    title, name = data.get("title").needed(reading.LONGEST_SUMMARY), data.get("title").name()
    firing = data.get("status").choice("triggered", "acknowledged", "resolved") != "resolved"
    owner = _summary(data.get("service"))
    labels = {
        "alertname": reading.cleaned(title, reading.LONGEST_LABEL),
        "service": owner,
        "urgency": data.get("urgency").text(),
        "priority": _summary(data.get("priority")),
        "incident_key": data.get("incident_key").text(),
    }
    return Signal(
        fingerprint=reading.fingerprint(data.get("id").needed()),
        name=name,
        firing=firing,
        at=at,
        ends_at=None if firing else at,
        labels={name: text for name, text in labels.items() if text},
        summary=title if len(title) > reading.LONGEST_NAME else "",
        url=reading.link(data.get("html_url").text(reading.LONGEST_URL + 1)),
        service=owner,
        severity=labels["priority"] or labels["urgency"],
    )


def _summary(reference: Node) -> str:
    return reference.get("summary").text() if reference else ""
