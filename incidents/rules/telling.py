"""What becomes of alerts when their source tells of them: each fires once and ends once, however often it is told.

An alert is the same by fingerprint and beginning. A signal without a beginning tells a state at a moment, and belongs
to the alert of its fingerprint that stood then. Posts may come twice, late and in any order. Of one fingerprint a post
begins a number of alerts; what it tells beyond is counted on the newest of them, which then stands as told last.
"""

import datetime
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from incidents.choices import AlertState
from incidents.intake.signal import Signal

MOST_BEGUN = 20
"""Alerts of one fingerprint that one post may begin; an honest one begins one or two."""


@dataclass
class Standing:
    """An alert as it stands while a post is worked off. `row` is its key, None for one that begins with this post."""

    signal: Signal | None
    fingerprint: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    state: AlertState
    last_told_at: datetime.datetime
    times: int
    row: int | None = None
    by_hand: bool = False
    """Whether a person ended it; told again as firing, it fires."""
    turned: bool = False
    """Whether this post began or ended it."""
    told: bool = False
    """Whether this post spoke of it, or ended it by telling of the next."""

    @property
    def is_open(self) -> bool:
        """Whether nobody told its end yet; one that was left out may still end."""
        return self.ends_at is None


def tell(standing: Iterable[Standing], signals: Sequence[Signal], told_at: datetime.datetime) -> list[Standing]:
    """Returns the alerts that the signals touched, told at `told_at`, in the order in which each was first touched.

    `standing` are the alerts of the signals' fingerprints that may be spoken of; they are changed in place.
    """
    known: dict[str, _Known] = defaultdict(_Known)
    for alert in standing:
        known[alert.fingerprint].add(alert)
    touched: dict[int, Standing] = {}
    for signal in signals:
        for alert in _told(known[signal.fingerprint], signal, told_at):
            touched.setdefault(id(alert), alert)
    return list(touched.values())


class _Known:
    """The alerts of one fingerprint: by their beginnings, and those that nobody ended."""

    def __init__(self) -> None:
        self.by_beginning: dict[datetime.datetime, Standing] = {}
        self.beginnings: list[datetime.datetime] = []
        self.open: list[Standing] = []
        self.begun = 0

    def add(self, alert: Standing) -> None:
        """Takes one more, in its place."""
        self.by_beginning[alert.starts_at] = alert
        insort(self.beginnings, alert.starts_at)
        if alert.is_open:
            self.open.append(alert)

    def end(self, alert: Standing, ends_at: datetime.datetime) -> None:
        """Ends an alert that stands; what is over stays over, what was left out stays left out."""
        if not alert.is_open:
            return
        alert.ends_at = max(ends_at, alert.starts_at)
        if alert.state == AlertState.FIRING:
            alert.state = AlertState.RESOLVED
            alert.turned = True
        self.open = [other for other in self.open if other is not alert]

    def fire_on(self, alert: Standing, told_at: datetime.datetime) -> None:
        """Makes an alert fire on that a person ended: its source told of it later."""
        if alert.ends_at and alert.ends_at < told_at:
            alert.state, alert.ends_at, alert.by_hand, alert.turned = AlertState.FIRING, None, False, True
            self.open.append(alert)

    @property
    def newest(self) -> Standing | None:
        """The one that began last."""
        return self.by_beginning[self.beginnings[-1]] if self.beginnings else None

    def next_beginning(self, after: datetime.datetime) -> datetime.datetime | None:
        """When the next one began."""
        place = bisect_right(self.beginnings, after)
        return self.beginnings[place] if place < len(self.beginnings) else None


def _told(known: _Known, signal: Signal, told_at: datetime.datetime) -> list[Standing]:
    """Finds or begins the alert of a signal; returns it with those that ended by it."""
    found = _by_state(known, signal) if signal.starts_at is None else known.by_beginning.get(signal.starts_at)
    if found:
        _again(found, told_at)
        if not signal.firing:
            known.end(found, signal.ends_at or signal.at)
        elif found.by_hand and signal.starts_at and not known.next_beginning(signal.starts_at):
            known.fire_on(found, told_at)
        return [found]
    if not _begins(known, signal):
        return []
    newest, starts_at = known.newest, signal.starts_at or signal.at
    is_many = known.begun >= MOST_BEGUN and newest is not None
    if newest and is_many and (newest.row is None or starts_at < newest.starts_at):
        return [_counted(known, newest, signal, told_at)]
    return _begun(known, signal, told_at)


def _by_state(known: _Known, signal: Signal) -> Standing | None:
    """The alert that stood at the signal's moment: the open one, else one that ended no earlier."""
    for alert in known.open:
        if signal.firing or alert.starts_at <= signal.at:
            return alert
    alerts = known.by_beginning.values()
    over = [alert for alert in alerts if alert.ends_at and alert.ends_at >= signal.at]
    return min(over, key=lambda alert: alert.starts_at, default=None)


def _begins(known: _Known, signal: Signal) -> bool:
    """Whether a signal that belongs to no alert begins one: an end alone only where its beginning may still come."""
    if signal.firing:
        return True
    came_late = signal.starts_at is None and bool(known.open)
    return signal.kept_if_unknown and not came_late


def _begun(known: _Known, signal: Signal, told_at: datetime.datetime) -> list[Standing]:
    """Begins an alert. The one before it of the same fingerprint has ended then, if nobody said so."""
    starts_at = signal.starts_at or signal.at
    alert = Standing(signal, signal.fingerprint, starts_at, None, AlertState.FIRING, told_at, 1, turned=True, told=True)
    before = [other for other in known.open if other.starts_at < starts_at]
    after = known.next_beginning(starts_at)
    known.add(alert)
    known.begun += 1
    for other in before:
        other.told = True
        known.end(other, starts_at)
    if not signal.firing:
        known.end(alert, signal.ends_at or signal.at)
    elif after:
        known.end(alert, after)
    return [alert, *before]


def _counted(known: _Known, newest: Standing, signal: Signal, told_at: datetime.datetime) -> Standing:
    """One more than a post begins: told of the newest that it began, which stands on or ends as told last."""
    _again(newest, told_at)
    if (signal.starts_at or signal.at) <= newest.starts_at:
        return newest
    if not signal.firing:
        known.end(newest, signal.ends_at or signal.at)
    elif not newest.is_open:
        newest.state, newest.ends_at = AlertState.FIRING, None
        known.open.append(newest)
    return newest


def _again(alert: Standing, told_at: datetime.datetime) -> None:
    alert.told = True
    alert.times += 1
    alert.last_told_at = max(alert.last_told_at, told_at)
