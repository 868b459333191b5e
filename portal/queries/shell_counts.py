"""Unread notices and what waits for a person, in one statement that is worded once for all who hold the same roles.

Every page shows these counts. The database answers within a few milliseconds, but the ORM takes ten times as long to
word the statement. The wording is the same for people whose roles are alike: only keys differ, and the moment at which
they ask. So it is worded for a stand-in whose keys occur nowhere else, and kept with the places where those stand; each
request puts its own there.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigAutoField, DateTimeField, QuerySet, UUIDField

from portal import clock, dates
from portal.extension_points import waiting_counts
from portal.models import User
from portal.permissions import Access, Role
from portal.queries import notifications

KEPT = 256
"""How many wordings are kept; few dozens are in use on any day."""
NOBODY, NOWHERE = UUID("00000000-0000-4000-8000-00000000dead"), -1_000_000_000
"""The stand-in's identity, and its key; those of its teams and scopes go down from there."""


@dataclass(frozen=True)
class Shape:
    """All on which the wording depends: two people who agree in this share it. `moment` is when the first one asked.

    `days` says which day it is in which time zones: the wording has days in it, and changes when one begins somewhere.
    """

    roles: tuple[tuple[Role, ...], ...]
    across: frozenset[Role]
    audited: int
    read_only: bool
    limited: bool
    is_active: bool
    time_zone: str
    days: tuple[tuple[datetime.date, tuple[str, ...]], ...]
    counted: tuple[tuple[str, Callable[[Access], object]], ...]
    moment: datetime.datetime = field(compare=False)


@dataclass(frozen=True)
class Wording:
    """A statement with its parameters, and what belongs in which of them.

    That is one of `_keys`, by its place among them, or a moment, by how far it lies from when somebody asks.
    """

    sql: str
    parameters: Sequence[object]
    blanks: Mapping[int, int | datetime.timedelta]


def of(access: Access) -> tuple[int, int]:
    """Unread notices, and what waits for the person, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(*statement(access, clock.now()))
        unread, *waiting = cursor.fetchone()
    return unread or 0, sum(number or 0 for number in waiting)


def statement(access: Access, now: datetime.datetime) -> tuple[str, list[Any]]:
    """What is asked for this person at `now`: the SQL, and its parameters."""
    wording, keys, parameters = _worded(_shape(access, now)), _keys(access), {}
    for place, blank in wording.blanks.items():
        parameters[place] = keys[blank] if isinstance(blank, int) else _for_the_database(now + blank)
    return wording.sql, [parameters.get(place, fixed) for place, fixed in enumerate(wording.parameters)]


def counting(access: Access) -> QuerySet[User, Any]:
    """The same as the ORM words it: unread notices first, then each of the registered counts."""
    counts: Mapping[str, Any] = {f"waiting_{name}": count(access) for name, count in waiting_counts.items()}
    rows = User.objects.filter(pk=access.person.pk).annotate(unread=notifications.unread(access), **counts)
    return rows.values_list("unread", *counts)


def _shape(access: Access, now: datetime.datetime) -> Shape:
    return Shape(
        roles=tuple(tuple(sorted(access.roles[team])) for team in _teams(access)),
        across=access.across,
        audited=len(access.audited),
        read_only=access.read_only,
        limited=access.limited,
        is_active=access.person.is_active,
        time_zone=access.person.time_zone,
        days=tuple(dates.zones_by_day(now).items()),
        counted=tuple(waiting_counts.items()),
        moment=now,
    )


@lru_cache(maxsize=KEPT)
def _worded(shape: Shape) -> Wording:
    nobody = _stand_in(shape)
    with clock.at(shape.moment):
        sql, parameters = counting(nobody).query.sql_with_params()
    keys = _keys(nobody)
    found = {place: _blank(parameter, keys, shape.moment) for place, parameter in enumerate(parameters)}
    return Wording(sql, parameters, {place: blank for place, blank in found.items() if blank is not None})


def _stand_in(shape: Shape) -> Access:
    person = User(pk=NOWHERE, identity=NOBODY, time_zone=shape.time_zone, is_active=shape.is_active)
    roles = {NOWHERE - place: frozenset(held) for place, held in enumerate(shape.roles, 1)}
    audited = frozenset(NOWHERE - len(roles) - place for place in range(1, shape.audited + 1))
    return Access(person, roles, shape.across, audited, shape.read_only, shape.limited)


def _keys(access: Access) -> list[Any]:
    """Whatever tells a person from others of the same shape, in an order that is the same for all of them."""
    own: tuple[int | UUID, ...] = (access.person.pk, access.person.identity)
    return [_for_the_database(key) for key in (*own, *_teams(access), *access.audited)]


def _teams(access: Access) -> list[int]:
    """The ids of the person's teams, by the roles held there."""
    return sorted(access.roles, key=lambda team: sorted(access.roles[team]))


def _blank(parameter: object, keys: list[Any], asked_at: datetime.datetime) -> int | datetime.timedelta | None:
    """What belongs in the place of this parameter; None where it is the same for everybody."""
    if parameter in keys:
        return keys.index(parameter)
    moment = _moment(parameter)
    return moment - asked_at if moment else None


def _moment(parameter: object) -> datetime.datetime | None:
    """A parameter as a moment, if it is one; SQLite has them as text in UTC, with a blank between day and time."""
    if isinstance(parameter, str) and " " in parameter:
        with suppress(ValueError):
            return datetime.datetime.fromisoformat(parameter).replace(tzinfo=datetime.UTC)
    return parameter if isinstance(parameter, datetime.datetime) else None


def _for_the_database(value: int | UUID | datetime.datetime) -> Any:
    """The value as Django hands it to the database in use."""
    fields = {UUID: UUIDField, datetime.datetime: DateTimeField}
    return fields.get(type(value), BigAutoField)().get_db_prep_value(value, connection)
