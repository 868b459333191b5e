"""What incidents say to a launch: two of the no-go triggers, and what makes a dependency unstable. Pure.

product.md, No-go triggers. A release that names the incident it fixes is not blocked by that one, and the facts say so.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.choices import IncidentState
from incidents.rules import lifecycle
from portal.dates import day_words
from readiness.choices import ItemState, TriggerState
from readiness.rules import triggers
from readiness.rules.triggers import Detail, Key, Trigger

SOURCE = "Incidents"


@dataclass(frozen=True)
class IncidentFacts:
    """An incident that touches a service: its own, one that affects it, or one in a service that it depends on.

    `title` and `url` are empty where not everybody who sees the service may see it; `label` says so then. `is_fixed`:
    the release names it. `is_owed`: it is or was a sev-1, and its post-mortem is not published; `due_on` is the day by
    which it has to be, None until it was resolved once.
    """

    label: str
    title: str
    severity: int
    state: str
    touches: bool = True
    service: str = ""
    url: str = ""
    is_fixed: bool = False
    is_owed: bool = False
    due_on: datetime.date | None = None
    id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still does harm or may again."""
        return self.state not in (IncidentState.RESOLVED, IncidentState.CLOSED)

    @property
    def named(self) -> str:
        """What a reader may be told of it."""
        return f"{self.label}, {self.title}" if self.title else f"A sev-{self.severity} of a restricted service"


def all_of(found: Sequence[IncidentFacts], today: datetime.date, at: datetime.datetime) -> list[Trigger]:
    """What the incidents that touch a service say to its launch on a day."""
    said = [open_ones(found, at), overdue(found, today, at)]
    unstable = [one for one in found if _is_unstable(one)]
    return [*said, dependencies(unstable, at)] if unstable else said


def open_ones(found: Sequence[IncidentFacts], at: datetime.datetime) -> Trigger:
    """Fires while a sev-1 is open that touches the service and that the release does not fix."""
    severe = [one for one in found if one.touches and one.is_open and one.severity in lifecycle.BLOCKS_LAUNCH]
    stopping = [one for one in severe if not one.is_fixed]
    fixed = [f"{one.named} is open, and this release names it as what it fixes." for one in severe if one.is_fixed]
    if stopping:
        details = tuple(Detail(one.named, ItemState.RED, IncidentState(one.state).label, one.url) for one in stopping)
        number = len(stopping)
        words = "1 sev-1 incident is open." if number == 1 else f"{number} sev-1 incidents are open."
        return _trigger(Key.SEV1_OPEN, TriggerState.FIRING, " ".join([words, *fixed]), at, details, _causes(stopping))
    return _trigger(Key.SEV1_OPEN, TriggerState.CLEAR, " ".join(fixed) or "No sev-1 incident is open.", at)


def overdue(found: Sequence[IncidentFacts], today: datetime.date, at: datetime.datetime) -> Trigger:
    """Fires while the post-mortem of a sev-1 of the service is not published after its day."""
    owed = [one for one in found if one.touches and one.is_owed and one.due_on]
    late = [one for one in owed if one.due_on and one.due_on < today]
    if late:
        details = tuple(
            Detail(one.named, ItemState.RED, f"due {day_words(one.due_on)}", one.url) for one in late if one.due_on
        )
        words = "1 post-mortem is overdue." if len(late) == 1 else f"{len(late)} post-mortems are overdue."
        return _trigger(Key.POST_MORTEM, TriggerState.FIRING, words, at, details, _causes(late))
    words = " ".join(f"That of {one.label} is due {day_words(one.due_on)}." for one in owed if one.due_on)
    return _trigger(Key.POST_MORTEM, TriggerState.CLEAR, f"No sev-1 post-mortem is overdue. {words}".strip(), at)


def _is_unstable(one: IncidentFacts) -> bool:
    """An open incident elsewhere that the sev-1 trigger does not tell of already."""
    told = one.touches and one.severity in lifecycle.BLOCKS_LAUNCH
    return (
        bool(one.service) and one.is_open and one.severity in lifecycle.MAKES_UNSTABLE and not told and not one.is_fixed
    )


def dependencies(found: Sequence[IncidentFacts], at: datetime.datetime) -> Trigger:
    """Fires for open incidents in services that this one needs."""
    details = tuple(
        Detail(f"{one.service}: {one.named}" if one.title else one.named, ItemState.RED, "", one.url) for one in found
    )
    names = sorted({one.service for one in found})
    words = f"{', '.join(names)}: an incident is open."
    return _trigger(Key.DEPENDENCY, TriggerState.FIRING, words, at, details, _causes(found))


def _causes(found: Sequence[IncidentFacts]) -> tuple[str, ...]:
    """By which opaque ids a decider accepts them."""
    return tuple(f"incident:{one.id}" for one in found)


def _trigger(
    key: Key,
    state: TriggerState,
    facts: str,
    at: datetime.datetime,
    details: tuple[Detail, ...] = (),
    causes: tuple[str, ...] = (),
) -> Trigger:
    return Trigger(str(key), triggers.TITLES[key], state, facts, SOURCE, at, details, causes=causes)
