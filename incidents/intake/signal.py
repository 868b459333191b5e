"""One alert as a post tells it, whatever the form of the post."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Signal:
    """What a post says of one alert.

    `at` is the moment it speaks of. `starts_at` is None where the form tells a state and not since when: such a signal
    belongs to the alert of its fingerprint that stands. `service` is the slug that its labels name, `severity` the
    word its sender uses; either may be empty. A resolved signal of an alert that never arrived is kept where
    `kept_if_unknown`: its beginning may still be under way.
    """

    fingerprint: str
    name: str
    firing: bool
    at: datetime.datetime
    starts_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    url: str = ""
    service: str = ""
    severity: str = ""
    kept_if_unknown: bool = True


@dataclass(frozen=True)
class Told:
    """What one post holds: its signals in their order, and the address at which a subscription is confirmed, if any."""

    signals: tuple[Signal, ...] = ()
    confirmation_url: str = ""


class Malformed(Exception):
    """A post that is not in the form its source is declared with: where, and why."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{place}: {reason}" if place else reason)
