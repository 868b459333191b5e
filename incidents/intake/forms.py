"""The forms that posts come in, by the kind of their source."""

import datetime
from collections.abc import Callable, Mapping

from incidents.choices import SourceKind
from incidents.intake import alertmanager, evidently, generic, grafana, pagerduty, sns
from incidents.intake.signal import Told

READERS: Mapping[str, Callable[[str, datetime.datetime], Told]] = {
    SourceKind.ALERTMANAGER: alertmanager.read,
    SourceKind.GRAFANA: grafana.read,
    SourceKind.SNS: sns.read,
    SourceKind.EVIDENTLY: evidently.read,
    SourceKind.PAGERDUTY: pagerduty.read,
    SourceKind.GENERIC: generic.read,
}


def read(kind: str, text: str, told_at: datetime.datetime) -> Told:
    """What a post of a source of this kind tells, `told_at` being when it came. Raises Malformed."""
    return READERS[kind](text, told_at)
