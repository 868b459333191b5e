"""What every app's part of the story gets: the days, the people, and a place for what comes after it."""

import contextlib
import heapq
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from portal import access, clock, origin
from portal.management.demonstration.days import Days
from portal.models import User
from portal.permissions import Access

Storyline = Generator[datetime, None, None]
"""Acts in the order of their time: it yields the moment of the next one, and then acts."""


class Cast:
    """The people of the story, by the part of their address before the @."""

    def __init__(self) -> None:
        self._people: dict[str, User] = {}
        self._accesses: dict[tuple[str, date], Access] = {}

    def __getitem__(self, name: str) -> User:
        if name not in self._people:
            self._people[name] = User.objects.get(email=address(name))
        return self._people[name]

    def access(self, name: str) -> Access:
        """What this person may do on this day of the story."""
        key = (name, clock.now().date())
        if key not in self._accesses:
            self._accesses[key] = access.access_of(self[name])
        return self._accesses[key]


@dataclass
class Stage:
    """Brings the story: `around` is open while it is told; `afterwards` is done when it is kept."""

    days: Days
    cast: Cast = field(default_factory=Cast)
    around: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    afterwards: list[Callable[[], None]] = field(default_factory=list)


def address(name: str) -> str:
    """The e-mail address of one of the cast."""
    return f"{name}@example.com"


def play(storylines: Iterable[Storyline], told_at: datetime) -> None:
    """Plays all storylines together in the order of their time, the clock set to each moment.

    Raises ValueError for a moment that is not over yet: what is told has happened.
    """
    waiting = [(next(line), number, line) for number, line in enumerate(storylines)]
    heapq.heapify(waiting)
    while waiting:
        moment, number, line = waiting[0]
        if moment > told_at:
            raise ValueError(f"The story reaches {moment}, which is still to come.")
        with clock.at(moment), origin.arriving("page"):
            following = next(line, None)
        if following is None:
            heapq.heappop(waiting)
        else:
            heapq.heapreplace(waiting, (following, number, line))
