"""Words on PostgreSQL: a `tsvector` with a GIN index, ranked with titles weighing more."""

from collections.abc import Iterable, Sequence

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorExact
from django.db import connection
from django.db.models import F, QuerySet

from portal.models.search import SearchEntry, SearchWords, WordsField
from portal.rules.searching import Query, Term

SIMPLE = "simple"
"""The configuration that takes words as they are: they are folded already, whatever their language."""
WRITE = """
INSERT INTO portal_searchwords (rowid, portal_searchwords)
VALUES (%s, setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'C'))
ON CONFLICT (rowid) DO UPDATE SET portal_searchwords = EXCLUDED.portal_searchwords
"""

WordsField.register_lookup(SearchVectorExact, "tsvector")


def write(rows: Iterable[tuple[int, str, str]]) -> None:
    """Keeps title and body (as `rules.searching.searchable` makes them) of entries, by key, in place of what was."""
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, list(rows))


def remove(keys: Sequence[int]) -> None:
    """Forgets the words of entries."""
    SearchWords.objects.filter(pk__in=keys)._raw_delete(connection.alias)


def found(entries: QuerySet[SearchEntry], query: Query) -> QuerySet[SearchEntry]:
    """Those of the entries that say everything asked for, with `rank`: the higher the better."""
    asked = SearchQuery(" & ".join(_term(term) for term in query.terms), config=SIMPLE, search_type="raw")
    return entries.filter(words__words__tsvector=asked).annotate(rank=SearchRank(F("words__words"), asked))


def _term(term: Term) -> str:
    """A phrase in PostgreSQL's language; words are letters and digits alone, so nothing needs to be escaped."""
    *whole, last = (f"'{word}'" for word in term.words)
    return f"({' <-> '.join([*whole, f'{last}:*' if term.is_prefix else last])})"
