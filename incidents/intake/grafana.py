"""Grafana alerting: its webhook, whose rows are those of Alertmanager with links to the dashboard and panel."""

import datetime
from dataclasses import replace

from incidents.intake import alertmanager, reading
from incidents.intake.reading import Node
from incidents.intake.signal import Signal, Told


def read(text: str, told_at: datetime.datetime) -> Told:
    """The signals of a post. Raises Malformed; fields that this does not know are passed over."""
    body = reading.body(text)
    return Told(tuple(_alert(row, told_at) for row in alertmanager.rows(body)))


def _alert(row: Node, told_at: datetime.datetime) -> Signal:
    """The row; without words of its own, the values that fired it."""
    signal = alertmanager.alert(row, told_at)
    labels = {name: text for name, text in signal.labels.items() if name != "__alert_rule_uid__"}
    values = row.get("valueString").text(reading.LONGEST_SUMMARY)
    return replace(signal, labels=labels, summary=signal.summary or values)
