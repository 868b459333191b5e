"""Words on SQLite: a table of FTS5, ranked by BM25 with titles weighing more."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from portal.models.search import SearchEntry, SearchWords, WordsField
from portal.rules.searching import Query, Term


@WordsField.register_lookup
class Match(Lookup):
    """`MATCH` of a table of FTS5."""

    lookup_name = "said"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """`column MATCH query`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} MATCH {right}", (*left_params, *right_params)


def write(rows: Iterable[tuple[int, str, str]]) -> None:
    """Keeps title and body (as `rules.searching.searchable` makes them) of entries, by key, in place of what was."""
    kept = list(rows)
    remove([pk for pk, _, _ in kept])
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO portal_searchwords (rowid, title, body) VALUES (%s, %s, %s)", kept)


def remove(keys: Sequence[int]) -> None:
    """Forgets the words of entries."""
    SearchWords.objects.filter(pk__in=keys)._raw_delete(connection.alias)


def found(entries: QuerySet[SearchEntry], query: Query) -> QuerySet[SearchEntry]:
    """Those of the entries that say everything asked for, with `rank`: the higher the better."""
    asked = " ".join(_term(term) for term in query.terms)
    return entries.filter(words__words__said=asked).annotate(rank=-F("words__rank"))


def _term(term: Term) -> str:
    """A phrase in FTS5's language; words are letters and digits alone, so nothing needs to be escaped."""
    return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'
