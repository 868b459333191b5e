"""Rows of several tables in one statement: their columns are told by name, in whatever order."""

from typing import NamedTuple

import pytest
from django.db import connection
from django.db.models import CharField, IntegerField, Value
from django.test.utils import CaptureQueriesContext

from portal.models import Team, User
from portal.queries import unions
from tests.factories import portal


class _Named(NamedTuple):
    kind: str
    name: str
    members: int


@pytest.mark.django_db
def test_columns_come_as_they_are_named_in_whatever_order_they_are_told() -> None:
    team, person = portal.team("Payments"), portal.person("Ada Able")
    teams = unions.part(
        Team.objects.filter(pk=team.pk),
        _Named,
        members=Value(3, IntegerField()),
        name="name",
        kind=Value("team", CharField()),
    )
    people = unions.part(
        User.objects.filter(pk=person.pk),
        _Named,
        name="name",
        kind=Value("person", CharField()),
        members=Value(0, IntegerField()),
    )
    with CaptureQueriesContext(connection) as asked:
        rows = unions.read(_Named, (teams, people))
    assert sorted(rows) == [_Named("person", "Ada Able", 0), _Named("team", "Payments", 3)]
    assert len(asked) == 1


def test_a_column_too_few_or_too_many_is_told_at_once() -> None:
    with pytest.raises(TypeError, match="kind, members, size"):
        unions.part(Team.objects.all(), _Named, name="name", size="pk")
