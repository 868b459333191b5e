"""A clock that a test moves, for itself and for the portal's processes (tests/settings_with_a_clock.py)."""

import contextlib
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from portal import clock

SETTINGS = "tests.settings_with_a_clock"


def reader(data: Path) -> Callable[[], datetime.datetime]:
    """What takes the place of the real clock in a process: as far ahead of it as the file beside its data says."""
    file = data / "clock"

    def now() -> datetime.datetime:
        try:
            ahead = float(file.read_text())
        except (FileNotFoundError, ValueError):  # nobody has moved it, or somebody does so at this moment
            ahead = 0.0
        return datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(seconds=ahead)

    return now


class MovedClock:
    """The clock of the processes on one database."""

    def __init__(self, data: Path) -> None:
        self._file = data / "clock"
        self.now = reader(data)

    def move(self, moment: datetime.datetime) -> None:
        """From here on it is this moment (aware), forwards or back, and time goes on from there."""
        ahead = (moment - datetime.datetime.now(tz=datetime.UTC)).total_seconds()
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self._file)

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Within this block the test itself acts at the moment that the processes have now."""
        with clock.at(self.now()):
            yield
