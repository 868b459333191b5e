"""What is guarded: a declarative table of models, the one change each may see, and what an insert must satisfy.

Conditions are SQL that SQLite and PostgreSQL both read, over the trigger's `OLD` and `NEW`. They must not come out
NULL: compare with `=` only what cannot be NULL, else ask `IS NULL` or `EXISTS`.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from portal.registry import Registry


@dataclass(frozen=True)
class Change:
    """The one change a row may see: these fields and no others, and only where `allowed` holds."""

    fields: tuple[str, ...]
    allowed: str


@dataclass(frozen=True)
class Refusal:
    """An insert is refused with these words where the condition holds."""

    condition: str
    words: str


@dataclass(frozen=True)
class Guard:
    """One guarded table: rows are added, see at most `change`, and are never deleted."""

    model: type[models.Model]
    change: Change | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table

    @property
    def changing_columns(self) -> tuple[str, ...]:
        """The columns that the one change may touch."""
        fields = self.change.fields if self.change else ()
        columns = {field.name: field.column for field in self.model._meta.concrete_fields}
        return tuple(columns[name] or name for name in fields)

    @property
    def words(self) -> str:
        """What a refused change is told."""
        return f"{self.table} is append-only"


guards: Registry[tuple[Guard, ...]] = Registry("guards")
"""Each app's guarded tables, added when its models are loaded."""


def every_guard() -> Iterator[Guard]:
    """All guards of all apps."""
    return itertools.chain.from_iterable(guards)


def once(*fields: str, when: str, also: str = "") -> Change:
    """A change that happens once: `when` is empty before it and filled by it; `also` what must hold besides."""
    happens = f"OLD.{when} IS NULL AND NEW.{when} IS NOT NULL"
    return Change((*fields, when) if when not in fields else fields, f"{happens} AND {also}" if also else happens)
