"""Rows of several tables in one statement: a UNION whose columns are told by name."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.expressions import Combinable

M = TypeVar("M", bound=Model)
Row = TypeVar("Row", bound=NamedTuple)


def part(found: QuerySet[M, Any], kind: type[NamedTuple], /, **columns: str | Combinable) -> QuerySet[M, Any]:
    """A table's rows as rows of this kind: each of its fields is a path or an expression, and none is left out.

    A UNION goes by place alone: the place of a column is decided here, by the kind.
    """
    if wrong := columns.keys() ^ set(kind._fields):
        raise TypeError(f"{kind.__name__}: {', '.join(sorted(wrong))}")
    return found.order_by().values_list(*(columns[name] for name in kind._fields))


def read(kind: type[Row], parts: Sequence[QuerySet[Any, Any]]) -> list[Row]:
    """The rows of all parts, in no order."""
    first, *others = parts
    return [kind._make(row) for row in first.union(*others, all=True)]
