"""One row and its copies, as the database takes them."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from readiness.management.demonstration.crowd.patterns import Kind, Pattern
from readiness.management.demonstration.crowd.words import Words


def insert(
    cursor: CursorWrapper,
    row: models.Model,
    pattern: Pattern,
    words: Words,
    own: Mapping[str, Iterable[Any]] | None = None,
) -> None:
    """Writes the copies of a row; `own` are columns that the caller knows, by the name of the field."""
    columns = [
        _prepared(field, own[field.name])
        if own and field.name in own
        else _column(field, getattr(row, field.attname), pattern, words)
        for field in row._meta.concrete_fields
    ]
    cursor.executemany(_statement(type(row)), list(itertools.islice(zip(*columns, strict=False), pattern.copies)))


def _prepared(field: "models.Field[Any, Any]", values: Iterable[Any]) -> Iterator[Any]:
    """The values as the database takes them."""
    return (field.get_db_prep_save(value, connection) for value in values)


def _column(field: "models.Field[Any, Any]", value: Any, pattern: Pattern, words: Words) -> Iterable[Any]:
    found = _each(field, value, pattern, words) if value is not None else None
    if found is None:
        return itertools.repeat(next(_prepared(field, [value])))
    return _prepared(field, found)


def _each(field: "models.Field[Any, Any]", value: Any, pattern: Pattern, words: Words) -> Sequence[Any] | None:
    """The value of each copy; None where all have the same."""
    match field:
        case models.ForeignKey():
            return pattern.keys(field.related_model, value)
        case models.AutoField():
            return pattern.keys(field.model, value)
        case models.UUIDField():
            return pattern.anew(value)
        case models.JSONField():
            texts = words.each(json.dumps(value, ensure_ascii=False))
            return [json.loads(text) for text in texts] if texts else None
        case models.CharField() | models.TextField():
            return words.each(value)
    return None


def _statement(kind: Kind) -> str:
    quote = connection.ops.quote_name
    fields = kind._meta.concrete_fields
    columns, places = ", ".join(quote(field.column or field.name) for field in fields), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(kind._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
