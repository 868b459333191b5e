"""The alerts that a post may speak of: as many as its signals ask for, however many their source ever told.

A source may have told a hundred thousand alerts of one fingerprint. What becomes of a signal hangs on the alert of its
beginning, on the one that nobody ended, and on those near its moment; no more is read while others wait.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F, Max, Q, Window
from django.db.models.functions import RowNumber

from incidents.choices import IncidentState
from incidents.intake.signal import Signal
from incidents.models import Alert, AlertSource
from incidents.models.alerts import AlertQuerySet

NEAREST = 20
"""Of the alerts of a fingerprint that stood at a signal's moment or began later, how many are read: the newest. A
signal so late that there are more ends where the oldest of these begins, and never stands."""
AT_ONCE = 200
"""Places that one statement asks for."""

Place = tuple[str, datetime.datetime]
"""A fingerprint, and a moment in it."""


def near(source: AlertSource, signals: Sequence[Signal]) -> list[Alert]:
    """The alerts that these signals may begin, end or count: a statement, and two for every 200 signals."""
    begun = {(signal.fingerprint, signal.starts_at or signal.at) for signal in signals}
    earliest: dict[str, datetime.datetime] = {}
    for print_, moment in begun:
        earliest[print_] = min(moment, earliest.get(print_, moment))
    own = Alert.objects.filter(source=source).order_by("pk")
    found = {row.pk: row for row in own.filter(fingerprint__in=earliest, ends_at=None)}
    for asked in _parts(begun, "starts_at"):
        found |= {row.pk: row for row in own.filter(asked)}
    for asked in _parts(earliest.items(), "ends_at__gte"):
        found |= {row.pk: row for row in _newest(own.filter(asked))}
    return [found[key] for key in sorted(found)]


def incidents(source: AlertSource, fingerprints: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """The incident that the newest alert of a fingerprint is in, with the alert's service, until it is closed."""
    own = Alert.objects.filter(source=source, fingerprint__in=list(fingerprints), incident__isnull=False)
    rows = (
        own.exclude(incident__state=IncidentState.CLOSED).order_by().values_list("fingerprint", "incident", "service")
    )
    newest = rows.annotate(newest=Max("pk")).order_by("newest")
    return {print_: (incident, service) for print_, incident, service, _newest_key in newest}


def _newest(alerts: AlertQuerySet) -> AlertQuerySet:
    """Those that began last, so many of each fingerprint."""
    place = Window(RowNumber(), partition_by="fingerprint", order_by=F("starts_at").desc())
    return alerts.annotate(place=place).filter(place__lte=NEAREST)


def _parts(places: Iterable[Place], lookup: str) -> Iterator[Q]:
    """The condition for these places, in parts that any database takes."""
    listed = list(places)
    for start in range(0, len(listed), AT_ONCE):
        asked = Q()
        for print_, moment in listed[start : start + AT_ONCE]:
            asked |= Q(("fingerprint", print_), (lookup, moment))
        yield asked
