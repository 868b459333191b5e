"""What a request changed in the database in use, at the price of the tables it wrote to.

Every statement is seen as it goes to the database, so an update in bulk, a cascade and SQL written by hand count like
any other. What a statement wrote may have been taken back since: only the rows tell, and only its tables are read.
"""

import contextlib
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

Row = Mapping[str, Any]
"""A row by the names of its columns."""

WRITING = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|TRUNCATE)"
    r'\s+(?:ONLY\s+)?"?(\w+)"?',
    re.IGNORECASE,
)
"""Names the table that a statement, or a part of one, writes to; no trigger of ours writes to another."""


@contextlib.contextmanager
def watched() -> Iterator[set[str]]:
    """Yield the set of the tables that the statements of the block write to, also where that is taken back again."""
    touched: set[str] = set()

    def note(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        touched.update(WRITING.findall(statement))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(note):
        yield touched


def tables() -> set[str]:
    """Every table of the database in use."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def rows(table: str) -> Mapping[Any, Row]:
    """What a table holds, by its key: the first column of every table here."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in cursor.description]
        return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}


def digest(table: str) -> str:
    """A digest of what a table holds."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


@dataclass
class Content:
    """What the tables of the database held when they were last looked at; `beside` names those that do not matter."""

    beside: Collection[str]
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look at all of them, once."""
        self.known = {table: digest(table) for table in tables() - set(self.beside)}

    def changed(self, touched: Collection[str] | None = None) -> list[str]:
        """Which tables hold something else than they did, and from now on are known so; all, or those touched."""
        looked_at = self.known.keys() if touched is None else self.known.keys() & set(touched)
        different = self.differing(looked_at)
        self.known.update({table: digest(table) for table in different})
        return different

    def differing(self, touched: Collection[str]) -> list[str]:
        """Which of the tables hold something else now; what is known of them stays, as they will be taken back."""
        return sorted(table for table in self.known.keys() & set(touched) if digest(table) != self.known[table])
