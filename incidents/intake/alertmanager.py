"""Prometheus Alertmanager: the webhook of version 4."""

import datetime

from incidents.intake import reading
from incidents.intake.reading import Node
from incidents.intake.signal import Signal, Told


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signals of a post. Raises Malformed; fields that this does not know are passed over."""
    body = reading.body(text)
    body.get("version").choice("4")
    return Told(tuple(alert(row, told_at) for row in rows(body)))


def rows(body: Node) -> list[Node]:
    """The alerts of the post; there is at least one, as a group is never empty. Raises Malformed."""
    found = body.get("alerts").rows()
    if not found:
        raise body.get("alerts").malformed("At least one alert is expected here.")
    return found


def alert(row: Node, told_at: datetime.datetime) -> Signal:
    """One row of `alerts`. Without a beginning it has begun when it was told."""
    labels = row.get("labels").labels()
    notes = row.get("annotations").labels(reading.LONGEST_SUMMARY)
    firing = row.get("status").choice("firing", "resolved") == "firing"
    name = reading.name(labels.get("alertname", ""))
    if not name:
        raise row.get("labels").get("alertname").malformed("This is needed and is missing or empty.")
    starts_at = row.get("startsAt").moment() or told_at
    return Signal(
        fingerprint=reading.fingerprint(row.get("fingerprint").text(), labels=labels),
        name=name,
        firing=firing,
        at=starts_at,
        starts_at=starts_at,
        ends_at=None if firing else row.get("endsAt").moment() or told_at,
        labels=labels,
        summary=notes.get("summary") or notes.get("description") or notes.get("message") or "",
        url=reading.link(
            notes.get("dashboard_url", ""),
            row.get("dashboardURL").text(reading.LONGEST_URL + 1),
            row.get("panelURL").text(reading.LONGEST_URL + 1),
            row.get("generatorURL").text(reading.LONGEST_URL + 1),
        ),
        service=reading.service(labels),
        severity=labels.get("severity", ""),
    )
