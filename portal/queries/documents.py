"""Reading documents: how one came to be, one of its revisions, any two beside each other."""

import dataclasses
import datetime
import itertools
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from portal import clock
from portal.document_kinds import Kind
from portal.errors import Conflict
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from portal.rules import comparing
from portal.rules.comparing import FieldChange
from portal.rules.document_fields import DocumentField, FieldGroup, FieldKind
from portal.rules.merging import Said


@dataclass(frozen=True)
class Moment:
    """A revision, or a review that changed nothing: who, when, and their words. `number` is the revision's.

    `is_reviewed`: by writing it, its writer said that all of it is true.
    """

    number: int
    is_review: bool
    is_reviewed: bool
    who: str
    at: datetime.datetime
    note: str


@dataclass(frozen=True)
class Revision:
    """One revision with its content by field, and its terms: who keeps it, how often, and what its kind adds."""

    number: int
    content: Mapping[str, Any]
    digest: str
    who: str
    at: datetime.datetime
    note: str
    terms: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def label(self) -> str:
        """What people call it."""
        return f"Revision {self.number}"


def history(document: AbstractDocument) -> list[Moment]:
    """Everything that was written or reviewed, the newest first: two statements."""
    of: Any = document
    written = of.revisions.select_related("author", "event").defer("content")
    reviewed = of.reviews.select_related("by", "event")
    reviews = {row.event_id: row for row in reviewed}
    moments = {
        row.event_id: Moment(row.number, False, row.event_id in reviews, row.author.name, row.event.at, row.note)
        for row in written
    }
    for event, row in reviews.items():
        moments.setdefault(event, Moment(row.revision, True, True, row.by.name, row.event.at, row.note))
    return [moments[event] for event in sorted(moments, reverse=True)]


def last_review_at(reviews: type[AbstractDocumentReview]) -> Subquery:
    """When somebody last said that a document is true: to be read along with it as `last_review_at`."""
    kept: Any = reviews._default_manager  # whose kind adds `document`
    return Subquery(kept.filter(document=OuterRef("pk")).order_by("-pk").values("event__at")[:1])


def seen_on(document: Any, time_zone: str) -> datetime.date:
    """The day there on which a document, read with `last_review_at`, was last written or said to be true."""
    return clock.today_in(time_zone, max(document.written_at, document.last_review_at or document.written_at))


def last_written(document: AbstractDocument) -> dict[str, int]:
    """By field the revision that wrote it last, as the record says: one statement."""
    of: Any = document
    rows = of.revisions.order_by("number").values_list("number", "event__body")
    return {key: number for number, body in rows for key in json.loads(body)["facts"]["fields"]}


def numbers(document: AbstractDocument) -> list[int]:
    """The numbers of its revisions, the newest first."""
    return list(range(document.revision, 0, -1))


def revision(document: AbstractDocument, number: int) -> Revision | None:
    """One of its revisions; None where there is none of this number."""
    of: Any = document
    row = of.revisions.filter(number=number).select_related("author", "event").first()
    return _revision(row) if row else None


def _revision(row: AbstractDocumentRevision) -> Revision:
    who = row.author.name if row.author else ""
    terms = json.loads(row.content)
    return Revision(row.number, terms.pop("fields"), row.digest, who, row.event.at, row.note, terms)


@dataclass(frozen=True)
class Comparison:
    """Two revisions beside each other: what changed, and what did not."""

    before: Revision
    after: Revision
    changes: Sequence[FieldChange]
    same: Sequence[DocumentField]

    @property
    def sides(self) -> tuple[Revision, Revision]:
        """The older and the newer."""
        return self.before, self.after


def comparison(
    kind: Kind, document: AbstractDocument, before: int, after: int, *, apart: Container[DocumentField] = ()
) -> Comparison | None:
    """Any two revisions of a document by term, field and word; None where it lacks one of them: two statements.

    Fields `apart` are compared elsewhere. A term that changed may ask for one statement more a side.
    """
    old, new = revision(document, before), revision(document, after)
    if old is None or new is None:
        return None
    fields = [field for field in kind.fields if field not in apart]
    changes = comparing.by_field(fields, old.content, new.content)
    changed = {change.field.key for change in changes}
    same = [field for field in fields if field.key not in changed and old.content.get(field.key)]
    return Comparison(old, new, [*_terms(kind, old, new), *changes], same)


def _terms(kind: Kind, old: Revision, new: Revision) -> Sequence[FieldChange]:
    changed = [term for term in kind.terms if old.terms.get(term.key) != new.terms.get(term.key)]
    fields = [DocumentField(term.key, term.label, FieldKind.LINE) for term in changed]
    sides = [{term.key: term.words(side.terms.get(term.key)) for term in changed} for side in (old, new)]
    return comparing.by_field(fields, *sides)


def content_at(kind: Kind, document: AbstractDocument, seen: int) -> Mapping[str, Any]:
    """The fields of the revision somebody saw, to lay a change over. Raises Conflict where it has none."""
    found = revision(document, seen)
    if found is None:
        raise Conflict(f"This {kind.name} has no revision {seen}. Open it anew.")
    return found.content


@dataclass(frozen=True)
class Begun:
    """What a revision that somebody began from says, by field and term, and who wrote each of them since."""

    said: Said
    writers: Mapping[str, str]


def begun_from(kind: Kind, document: AbstractDocument, seen: int) -> Begun:
    """What somebody began from who saw this revision: one statement, none where it stands. Raises as `content_at`."""
    if seen == document.revision:
        return Begun(kind.said(document.governed_content()), {})
    of: Any = document
    since = of.revisions.filter(number__gte=seen).select_related("author").order_by("number")
    told = [(row, kind.said(json.loads(row.content))) for row in since]
    if not told or told[0][0].number != seen:
        raise Conflict(f"This {kind.name} has no revision {seen}. Open it anew.")
    writers = {
        key: row.author.name if row.author else ""
        for (_, before), (row, after) in itertools.pairwise(told)
        for key in after
        if after[key] != before[key]
    }
    return Begun(told[0][1], writers)


@dataclass(frozen=True)
class ShownField:
    """A field as a page shows it: its value, and the revision that wrote it last (0 where nobody did)."""

    field: DocumentField
    value: Any
    revision: int


def shown(
    groups: Sequence[FieldGroup], content: Mapping[str, Any], written: Mapping[str, int]
) -> list[tuple[FieldGroup, list[ShownField]]]:
    """The groups with the fields that are asked for or say something."""
    return [
        (
            group,
            [
                ShownField(field, content.get(field.key), written.get(field.key, 0))
                for field in group.fields
                if field.is_asked or content.get(field.key)
            ],
        )
        for group in groups
    ]
