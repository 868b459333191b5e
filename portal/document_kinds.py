"""What a kind of document is: its fields, its terms, its rows, and how the record calls its acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import canonical
from portal.audit import Verb
from portal.models import User
from portal.models.documents import AbstractDocumentReview, AbstractDocumentRevision
from portal.rules import freshness
from portal.rules.document_fields import DocumentField


def plain_words(value: Any) -> str:
    """A plain value in words; nothing is "", yes and no are said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")


@dataclass(frozen=True)
class Term:
    """What a document says of itself beside its fields, under `key` of what its revisions keep.

    `words` says a value as people read it. `is_written`: people write it, into the column of this name; the others
    follow from acts.
    """

    key: str
    label: str
    words: Callable[[Any], str] = plain_words
    is_written: bool = True


def _name(public_id: str | None) -> str:
    return User.objects.filter(public_id=public_id).values_list("name", flat=True).first() or "" if public_id else ""


def _every(days: int | None) -> str:
    return dict(freshness.EVERY).get(days, f"every {days} days") if days else ""


OF_ALL = (Term("keeper", "Who keeps it", _name), Term("review_every", "Reviewed", _every))
"""The terms of every document."""


@dataclass(frozen=True)
class Kind:
    """How a kind of document is kept: its name in sentences, its fields and own terms, its rows, its acts.

    Nothing that compares or merges a document asks its caller for the terms: whatever is kept is here.
    """

    name: str
    fields: tuple[DocumentField, ...]
    revisions: type[AbstractDocumentRevision]
    reviews: type[AbstractDocumentReview]
    begun: Verb
    revised: Verb
    reviewed: Verb
    own_terms: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Its own and those of every document."""
        return (*self.own_terms, *OF_ALL)

    @property
    def written_terms(self) -> tuple[Term, ...]:
        """Those that people write."""
        return tuple(term for term in self.terms if term.is_written)

    def said(self, governed: Mapping[str, Any]) -> dict[str, Any]:
        """All that people write in a document, by key of field and term: of its row, or of what a revision keeps."""
        plain = canonical.plain(governed)
        terms = {term.key: plain.get(term.key) for term in self.written_terms}
        return {**terms, **{field.key: plain["fields"].get(field.key) for field in self.fields}}

    def label(self, key: str) -> str:
        """What people call a field or a term."""
        terms = {term.key: term.label for term in self.terms}
        return terms[key] if key in terms else next(field.label for field in self.fields if field.key == key)

    def in_words(self, key: str, value: Any) -> Any:
        """What a field or a term says, as people read it: a field's text or rows are their own words."""
        return next((term.words(value) for term in self.terms if term.key == key), value)
