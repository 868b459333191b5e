"""Words on SQLite: a table of FTS5, ranked with titles weighing more.

Its own ranking, BM25, asks how rare a word is among all rows: what somebody may not see would tell in the order of what
they may. So each row is ranked by its own words alone, as PostgreSQL does.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Length, Replace
from django.db.models.sql.compiler import SQLCompiler

from portal.models.search import SearchEntry, SearchWords, WordsField
from portal.rules.searching import Query, Term

TITLE = 8
"""What a word in a title weighs; one in the body weighs 1."""
TYPICAL = 600
"""Characters of a text of usual length: a longer one has to say a word more often to weigh as much."""
ENOUGH = 1.2
"""From about so many times on, saying a word once more adds little."""


@WordsField.register_lookup
class Match(Lookup):
    """`MATCH` of a table of FTS5."""

    lookup_name = "fts5"

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
    ranks = [_rank(term) for term in query.terms]
    return entries.filter(words__words__fts5=asked).annotate(rank=sum(ranks[1:], ranks[0]))


def _term(term: Term) -> str:
    """A phrase in FTS5's language; words are letters and digits alone, so nothing needs to be escaped."""
    return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'


def _rank(term: Term) -> Combinable:
    """BM25 without what it asks other rows: how often this one says the term, for its length."""
    said = _said("words__title", term) * Value(float(TITLE)) + _said("words__body", term)
    length = (Length("words__title") + Length("words__body")) / Value(float(TYPICAL))
    return said / (said + Value(ENOUGH) * (length * Value(0.75) + Value(0.25)))


def _said(field: str, term: Term) -> Combinable:
    """How often the words follow one another there; where they do twice in a row, that counts once."""
    text = Concat(Value(" "), F(field), Value(" "))
    looked_for = f" {' '.join(term.words)}{'' if term.is_prefix else ' '}"
    return (Length(text) - Length(Replace(text, Value(looked_for)))) / Value(float(len(looked_for)))
