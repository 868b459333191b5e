"""What an incident takes over from an alert: its first words, and what the timeline says while the alert goes on. Pure.

The severity is the rule's; where no rule knows the alert, what its sender called it decides.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.choices import Severity
from incidents.rules import lifecycle
from portal.dates import day_words
from portal.rules import texts

MOST_LINES = 5
CALLED = {
    "critical": Severity.SEV_2,
    "fatal": Severity.SEV_2,
    "page": Severity.SEV_2,
    "error": Severity.SEV_2,
    "warning": Severity.SEV_3,
    "info": Severity.SEV_4,
    "none": Severity.SEV_4,
}
"""What monitoring commonly calls how bad it is. None of its words is worth a sev-1: that harm is judged by a person."""


@dataclass(frozen=True)
class AlertTold:
    """An alert as it was told: moments are aware; `severity` is the sender's word, or empty."""

    name: str
    summary: str
    source: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None = None
    severity: str = ""


def title(told: AlertTold) -> str:
    """What an incident of it is called until somebody says it better: the first line of its summary, else its name."""
    lines = [texts.shown(line) for line in told.summary.splitlines()]
    return next(filter(None, lines), told.name)[: lifecycle.LONGEST_TITLE]


def severity(told: AlertTold, of_rule: int | None) -> int:
    """How bad it is to begin with."""
    return of_rule or int(CALLED.get(told.severity.casefold(), Severity.SEV_3))


def fires(told: AlertTold) -> str:
    """Since when it fires, and who says so."""
    return f"The alert {told.name} fires since {_moment(told.starts_at)}, told by {told.source}."


def known(told: AlertTold) -> str:
    """What is known when the incident is declared from it."""
    words = f"{joined(told)}\n\n{told.summary}" if told.summary else joined(told)
    return words[: lifecycle.LONGEST_TEXT]


def joined(told: AlertTold) -> str:
    """What the timeline says when it is joined to an incident."""
    if told.ends_at is None:
        return fires(told)
    from_until = f"from {_moment(told.starts_at)} until {_moment(told.ends_at)}"
    return f"The alert {told.name} fired {from_until}, told by {told.source}."


def left_out(name: str, reason: str) -> str:
    """What the timeline says when it is left out by a person."""
    return f"The alert {name} is left out: {reason}"


def ended_by_hand(names: Sequence[str], reason: str) -> str:
    """What the timeline says when a person ends them."""
    what = f"The alert {names[0]} is" if len(set(names)) == 1 else f"{len(names)} alerts are"
    return f"{what} ended by hand: {reason}"


def turns(told: Sequence[AlertTold]) -> list[str]:
    """What the timeline says when these end or fire again: a line each, of many at once one."""
    if len(told) <= MOST_LINES:
        return [_turned(one) for one in told]
    ended = sum(1 for one in told if one.ends_at)
    return [f"Of the alerts of this incident {ended} ended and {len(told) - ended} fire again."]


def _turned(told: AlertTold) -> str:
    if told.ends_at:
        return f"The alert {told.name} ended {_moment(told.ends_at)}, told by {told.source}."
    return f"The alert {told.name} fires again since {_moment(told.starts_at)}, told by {told.source}."


def _moment(moment: datetime.datetime) -> str:
    utc = moment.astimezone(datetime.UTC)
    return f"{day_words(utc.date())}, {utc:%H:%M} UTC"
