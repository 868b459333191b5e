"""What becomes of alerts when their source tells of them: each fires once and ends once, however often it is told.

An alert is the same by fingerprint and beginning. A signal without a beginning tells a state at a moment, and belongs
to the alert of its fingerprint that stood then. Posts may come twice, late and in any order.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from incidents.choices import AlertState
from incidents.intake.signal import Signal


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

    `standing` are the alerts of the signals' fingerprints; they are changed in place.
    """
    known: dict[str, list[Standing]] = defaultdict(list)
    for alert in standing:
        known[alert.fingerprint].append(alert)
    touched: dict[int, Standing] = {}
    for signal in signals:
        for alert in _told(known[signal.fingerprint], signal, told_at):
            touched.setdefault(id(alert), alert)
    return list(touched.values())


def _told(known: list[Standing], signal: Signal, told_at: datetime.datetime) -> list[Standing]:
    """Finds or begins the alert of a signal; returns it with those that ended by it."""
    if signal.starts_at is None:
        found = _by_state(known, signal)
    else:
        found = next((alert for alert in known if alert.starts_at == signal.starts_at), None)
    if found:
        _again(found, told_at)
        if not signal.firing:
            _end(found, signal.ends_at or signal.at)
        return [found]
    if not _begins(known, signal):
        return []
    return _begun(known, signal, told_at)


def _by_state(known: Sequence[Standing], signal: Signal) -> Standing | None:
    """The alert that stood at the signal's moment: the open one, else one that ended no earlier."""
    for alert in known:
        if alert.is_open and (signal.firing or alert.starts_at <= signal.at):
            return alert
    over = [alert for alert in known if alert.ends_at and alert.ends_at >= signal.at]
    return min(over, key=lambda alert: alert.starts_at, default=None)


def _begins(known: Sequence[Standing], signal: Signal) -> bool:
    """Whether a signal that belongs to no alert begins one: an end alone only where its beginning may still come."""
    if signal.firing:
        return True
    came_late = signal.starts_at is None and any(alert.is_open for alert in known)
    return signal.kept_if_unknown and not came_late


def _begun(known: list[Standing], signal: Signal, told_at: datetime.datetime) -> list[Standing]:
    """Begins an alert. The one before it of the same fingerprint has ended then, if nobody said so."""
    starts_at = signal.starts_at or signal.at
    alert = Standing(signal, signal.fingerprint, starts_at, None, AlertState.FIRING, told_at, 1, turned=True, told=True)
    before = [other for other in known if other.is_open and other.starts_at < starts_at]
    after = [other.starts_at for other in known if other.starts_at > starts_at]
    known.append(alert)
    for other in before:
        other.told = True
        _end(other, starts_at)
    if not signal.firing:
        _end(alert, signal.ends_at or signal.at)
    elif after:
        _end(alert, min(after))
    return [alert, *before]


def _again(alert: Standing, told_at: datetime.datetime) -> None:
    alert.told = True
    alert.times += 1
    alert.last_told_at = max(alert.last_told_at, told_at)


def _end(alert: Standing, ends_at: datetime.datetime) -> None:
    """Ends an alert that stands; what is over stays over, what was left out stays left out."""
    if not alert.is_open:
        return
    alert.ends_at = max(ends_at, alert.starts_at)
    if alert.state == AlertState.FIRING:
        alert.state = AlertState.RESOLVED
        alert.turned = True
