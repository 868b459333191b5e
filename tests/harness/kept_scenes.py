"""Scenes that many tests begin with: made once by the product's own actions, then written again as they were written.

A factory marked `@kept` runs in full the first time in a process. Its writing statements are noted, and its answer. The
next test that begins with the same call gets the same statements in the same order, through the same guards, and a new
copy of the answer: the same rows with the same keys, without the questions that the actions asked to get there.

That holds only where nothing was written before: the call has to be the first of its test that writes, on the shared
database, whose transaction every test takes back. Everywhere else the factory runs as it stands.
"""

import contextlib
import datetime
import functools
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction

from portal import clock, origin
from portal.origin import Origin

P = ParamSpec("P")
T = TypeVar("T")

FRESH = datetime.timedelta(minutes=4)
"""How long a scene is kept, and only on its day: some tests look at what happened just now, or today."""
ASKING = ("SELECT", "SAVEPOINT", "RELEASE")
"""Statements that begin so leave no row behind."""


@dataclass
class _Scene:
    """What one call wrote and gave."""

    made: datetime.datetime
    sequences: dict[str, int | None] = field(default_factory=dict)
    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    afterwards: list[tuple[Any, bool]] = field(default_factory=list)
    answer: bytes = b""
    taken_back: bool = False


_scenes: dict[bytes, _Scene] = {}
_untouched: list[tuple[Any, int]] = []
"""The connection as the running test found it, and how many rows SQLite had changed on it until then."""


def test_begins() -> None:
    """To be called before each test's own set-up: what is written from here on is the test's."""
    raw = connection.connection
    _untouched[:] = [] if raw is None else [(raw, getattr(raw, "total_changes", 0))]


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """Mark a factory whose arguments are plain values: see above."""

    @functools.wraps(make)
    def scene(*arguments: P.args, **named: P.kwargs) -> T:
        if not _is_untouched():
            return make(*arguments, **named)
        key = pickle.dumps((make.__module__, make.__qualname__, arguments, named, _surroundings()))
        found = _scenes.get(key)
        if found is None or not _is_fresh(found.made, clock.now()):
            return _noted(key, lambda: make(*arguments, **named))
        _write_again(found)
        answer: T = pickle.loads(found.answer)
        return answer

    return scene


def _is_fresh(made: datetime.datetime, now: datetime.datetime) -> bool:
    return made.date() == now.date() and datetime.timedelta() <= now - made < FRESH


def _is_untouched() -> bool:
    """Whether this test has written nothing so far and is on the shared database, in its transaction, as set up."""
    raw = connection.connection
    if isinstance(vars(settings)["_wrapped"], UserSettingsHolder) or not (_untouched and connection.in_atomic_block):
        return False
    if raw is not _untouched[0][0]:
        return False
    if connection.vendor == "sqlite":
        return bool(raw.total_changes == _untouched[0][1])
    return bool(raw.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()[0] is None)


def _surroundings() -> tuple[datetime.datetime | None, Origin | None]:
    """What a factory is told without arguments: a moment that a test stands still at, and where a change comes from."""
    return clock._moment.get(), origin._origin.get()


def _noted(key: bytes, make: Callable[[], T]) -> T:
    scene = _Scene(clock.now(), _sequences())
    registered = len(connection.run_on_commit)
    with _noting(scene):
        answer = make()
    if not scene.taken_back:
        waiting: list[Any] = connection.run_on_commit[registered:]
        scene.afterwards = [(act, robust) for _, act, robust in waiting]
        scene.answer = pickle.dumps(answer)
        now = _sequences()
        scene.sequences = {name: at for name, at in scene.sequences.items() if now[name] != at}
        _scenes[key] = scene
    return answer


@contextlib.contextmanager
def _noting(scene: _Scene) -> Iterator[None]:
    """Note the writing statements of the block. One that takes some of them back makes no scene to keep."""

    def note(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        answer = execute(statement, parameters, many, context)
        if statement.startswith("ROLLBACK"):
            scene.taken_back = True
        elif not statement.lstrip().startswith(ASKING):
            scene.statements.append((statement, parameters, many))
        return answer

    _untouched.clear()  # what is kept within it is made in full, and so is what follows in this test
    with connection.execute_wrapper(note):
        yield


def _write_again(scene: _Scene) -> None:
    _untouched.clear()
    with connection.cursor() as cursor:
        for name, at in scene.sequences.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [name, at or 1, at is not None])
        for statement, parameters, many in scene.statements:
            (cursor.executemany if many else cursor.execute)(statement, parameters)
    for act, robust in scene.afterwards:
        transaction.on_commit(act, robust=robust)


def _sequences() -> dict[str, int | None]:
    """Where PostgreSQL's sequences stand. They do not go back with a transaction; SQLite's do."""
    if connection.vendor == "sqlite":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%%I.%%I', schemaname, sequencename), last_value FROM pg_sequences", [])
        return dict(cursor.fetchall())
