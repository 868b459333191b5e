"""Writes a text into every cell of the database that holds what people wrote, past every form and guard.

What a page is given cannot be trusted to have come through a form: an old version, an import or an administrator of
the database may have put it there.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, TextField

OURS = ("portal", "readiness", "incidents")
NOT_WRITTEN_BY_PEOPLE = {
    "AuditEvent": "the chain itself; its words are AuditText",
    "KeptAnswer": "an answer of the API as it was given once",
    "SearchWords": "the words of what SearchEntry shows",
    "ServiceStatus": "figures that were computed",
    "ChecklistTemplate": "shipped",
    "TemplateVersion": "shipped, and read through its schema",
    "CheckVersion": "shipped, and read through its schema",
    "AlertPlaybook": "shipped, and read through its schema",
}


def everywhere(change: Callable[[str], str]) -> int:
    """Put `change` of every prose text in its place; return how many cells that were."""
    take_the_guards_away()
    return sum(_column(model, field, change) for model in apps.get_models() for field in _of_people(model))


def take_the_guards_away() -> None:
    """Let everything be written, as whoever owns the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{trigger}"')
        cursor.execute("PRAGMA ignore_check_constraints = ON")


def _of_people(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    if model._meta.app_label in OURS and model.__name__ not in NOT_WRITTEN_BY_PEOPLE:
        for field in model._meta.local_concrete_fields:
            if isinstance(field, CharField | TextField | JSONField) and not field.choices:
                yield field


def _column(model: type[Model], field: "Field[Any, Any]", change: Callable[[str], str]) -> int:
    table, column, key = (connection.ops.quote_name(name or "") for name in _names(model, field))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}")
        cells = [(_changed(cell, change), pk, cell) for pk, cell in cursor.fetchall() if isinstance(cell, str)]
        cells = [(new, pk, cell) for new, pk, cell in cells if new != cell]
        cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [(new, pk) for new, pk, _ in cells])
    return len(cells)


def _names(model: type[Model], field: "Field[Any, Any]") -> tuple[str, str, str]:
    assert model._meta.pk is not None
    return model._meta.db_table, str(field.column), str(model._meta.pk.column)


def _changed(cell: str, change: Callable[[str], str]) -> str:
    """A text, or the texts in a JSON of any depth. What has no space in it is a name for machines, and stays."""
    if cell[:1] in ("{", "["):
        try:
            return json.dumps(_within(json.loads(cell), change), ensure_ascii=False)
        except ValueError:
            pass
    return change(cell) if " " in cell else cell


def _within(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value) if " " in value else value
    if isinstance(value, list):
        return [_within(one, change) for one in value]
    if isinstance(value, dict):
        return {key: _within(one, change) for key, one in value.items()}
    return value
