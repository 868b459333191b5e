"""The statement that every page asks is worded once for people of the same roles, and asks for each what it should."""

import datetime
from dataclasses import replace
from uuid import uuid4

import pytest

from portal import clock
from portal.models import User
from portal.permissions import Access, Role
from portal.queries import shell_counts

NOON = datetime.datetime(2035, 1, 8, 12, 7, 3, 250_000, tzinfo=datetime.UTC)


def somebody(key: int, *roles: Role, across: tuple[Role, ...] = (), time_zone: str = "Europe/Berlin") -> Access:
    """A person in two teams with these roles, of which one is theirs alone."""
    person = User(pk=key, identity=uuid4(), time_zone=time_zone)
    teams = {key + 1: frozenset({Role.VIEWER}), key + 2: frozenset(roles)} if roles else {}
    return Access(person, teams, frozenset(across), frozenset({key + 3} if Role.AUDITOR in across else ()))


def as_the_orm_words_it(access: Access, now: datetime.datetime) -> tuple[str, list[str]]:
    with clock.at(now):
        sql, parameters = shell_counts.counting(access).query.sql_with_params()
    return sql, sorted(map(repr, parameters))


def as_kept(access: Access, now: datetime.datetime) -> tuple[str, list[str]]:
    sql, parameters = shell_counts.statement(access, now)
    return sql, sorted(map(repr, parameters))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "across"),
    [
        ((Role.CONTRIBUTOR,), ()),
        ((Role.APPROVER, Role.DECIDER), ()),
        ((Role.LEAD,), (Role.AUDITOR,)),
        ((), (Role.COMPLIANCE,)),
        ((), (Role.AUDITOR,)),
        ((), ()),
    ],
)
def test_whoever_asks_after_another_of_the_same_roles_is_asked_for_by_their_own_keys_and_moment(
    roles: tuple[Role, ...], across: tuple[Role, ...]
) -> None:
    first, second = (somebody(key, *roles, across=across) for key in (500, 700))
    shell_counts.statement(first, NOON)
    for later in (NOON, NOON + datetime.timedelta(minutes=5), NOON + datetime.timedelta(days=1, hours=7)):
        assert as_kept(second, later) == as_the_orm_words_it(second, later)


@pytest.mark.django_db
def test_a_day_that_begins_elsewhere_or_a_token_that_may_less_is_another_wording() -> None:
    here = somebody(500, Role.CONTRIBUTOR)
    shell_counts.statement(here, NOON)
    there = somebody(700, Role.CONTRIBUTOR, time_zone="Pacific/Auckland")
    reading, one_team = replace(here, read_only=True), replace(here, limited=True)
    for other in (there, reading, one_team):
        assert as_kept(other, NOON) == as_the_orm_words_it(other, NOON)


@pytest.mark.django_db
def test_people_of_the_same_roles_share_one_wording() -> None:
    shell_counts._worded.cache_clear()
    for key in (500, 700, 900):
        shell_counts.statement(somebody(key, Role.APPROVER), NOON + datetime.timedelta(seconds=key))
    assert shell_counts._worded.cache_info().misses == 1
