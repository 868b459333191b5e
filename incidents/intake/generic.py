"""The documented form for any other system: one alert, or a list of them.

`{"alerts": [{"name": …, "state": "firing" or "resolved", "starts_at": …, "ends_at": …, "fingerprint": …,
"labels": {…}, "summary": …, "url": …, "service": …, "severity": …}]}`; only `name` and `state` are needed. Without
`starts_at` a signal belongs to the alert of its fingerprint that stands; without `fingerprint` it is made of name,
service and labels.
"""

import datetime

from incidents.intake import reading
from incidents.intake.reading import Node
from incidents.intake.signal import Signal, Told


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signals of a post. Raises Malformed; fields that this does not know are passed over."""
    body = reading.body(text)
    alerts = body.get("alerts")
    rows = alerts.rows() if alerts else [body]
    if not rows:
        raise alerts.malformed("At least one alert is expected here.")
    return Told(tuple(_alert(row, told_at) for row in rows))


def _alert(row: Node, told_at: datetime.datetime) -> Signal:
    name = row.get("name").name()
    firing = row.get("state").choice("firing", "resolved") == "firing"
    labels = {"alertname": name, **row.get("labels").labels()}
    service = row.get("service").text() or reading.service(labels)
    starts_at, ends_at = row.get("starts_at").moment(), row.get("ends_at").moment()
    return Signal(
        fingerprint=reading.fingerprint(row.get("fingerprint").text(), name, service, labels=labels),
        name=name,
        firing=firing,
        at=starts_at or ends_at or told_at,
        starts_at=starts_at,
        ends_at=None if firing else ends_at or told_at,
        labels=labels,
        summary=row.get("summary").text(reading.LONGEST_SUMMARY),
        url=reading.link(row.get("url").text(reading.LONGEST_URL + 1)),
        service=service,
        severity=row.get("severity").text() or labels.get("severity", ""),
    )
