"""Documents as they stood, in the blocks that every chapter prints: the same for each kind."""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portal import clock, revisions
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from portal.rules import freshness
from portal.rules.document_fields import DocumentField, FieldGroup, FieldKind
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Facts, Mark, Table, Text
from readiness.rules.printed_documents import PrintedDocument

WIDTH = 168
"""Millimetres that the columns of a table share."""


@dataclass(frozen=True)
class Stood:
    """A document as it stood: its newest revision by the moment, and the last review of it by then."""

    document: Any
    revision: AbstractDocumentRevision
    content: Mapping[str, Any]
    review: AbstractDocumentReview | None

    @property
    def fields(self) -> Mapping[str, Any]:
        """What it said, by field."""
        said: Mapping[str, Any] = self.content["fields"]
        return said


def as_they_stood(kept: Any, reviews: Any, at: Moment) -> list[Stood]:
    """The documents whose revisions and reviews these querysets hold, each as of the moment: two statements."""
    last = {row.document_id: row for row in reviews.filter(event_id__lte=at.number).select_related("by").order_by("pk")}
    rows = revisions.as_of(kept, at.number).select_related("author", "event").order_by("subject_id")
    return [Stood(row.subject, row, json.loads(row.content), last.get(row.subject_id)) for row in rows]


def printed(
    document: AbstractDocument,
    of_kind: tuple[type[AbstractDocumentRevision], type[AbstractDocumentReview]],
    number: int,
    blocks: Callable[[Stood, Moment], Sequence[Block]],
    *,
    title: str = "",
) -> PrintedDocument | None:
    """One revision by itself, with the last review of it or of one before; None where there is none: two statements.

    `of_kind` are the classes of its revisions and reviews; `blocks` is what a pack prints of it below its heading.
    """
    kept: Any = of_kind[0]
    row = kept.objects.filter(subject=document, number=number).select_related("author", "event").first()
    if row is None:
        return None
    checked: Any = of_kind[1]
    reviewed = checked.objects.filter(document=document, revision__lte=number).select_related("by").order_by("pk")
    row.subject, now = document, clock.now()
    stood = Stood(document, row, json.loads(row.content), reviewed.last())
    said = blocks(stood, Moment(row.event_id, row.event.at, now.date(), now.date(), now))
    who, service = row.author.name if row.author else "", stood.document.service.name
    return PrintedDocument(title or str(document), service, number, who, row.event.at, said, settings.ORGANISATION)


def stamp(stood: Stood, at: Moment) -> Facts:
    """Which revision it is, who wrote and reviewed it, and whether it was stale at the end of the period."""
    row, review = stood.revision, stood.review
    written = f"{row.event.at.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"
    rows = [
        ("Revision", Cell(f"{row.number}, by {row.author.name if row.author else 'the portal'}", second=written)),
        ("Why", Cell(row.note)),
        ("Reviewed", _reviewed(review, stood.content["review_every"], at.now.date())),
        ("Digest", Cell(digest=row.digest)),
    ]
    return Facts(tuple((label, cell) for label, cell in rows if cell != Cell("")))


def _reviewed(review: AbstractDocumentReview | None, every: int, day: datetime.date) -> Cell:
    if review is None:
        return Cell("Never", mark=Mark.YELLOW)
    stands = freshness.on(freshness.due_on(review.on, every), day)
    words = f"{review.on}, by {review.by.name}, revision {review.revision}"
    if stands.is_stale:
        return Cell(words, second=f"stale since {stands.due_on}", mark=Mark.YELLOW)
    return Cell(words, second=f"next by {stands.due_on}", mark=Mark.GREEN)


def fields(groups: Sequence[FieldGroup], content: Mapping[str, Any]) -> list[Block]:
    """The fields that are asked for or say something, one block each; what was not written says so."""
    found: list[Block] = []
    for group in groups:
        for field in group.fields:
            value = content.get(field.key)
            if value or field.is_asked:
                found.append(_field(field, value))
    return found


def _field(field: DocumentField, value: Any) -> Block:
    if not value:
        return Text(("Not written.",), label=field.label)
    if field.kind == FieldKind.ROWS:
        return _table(field, value)
    if field.kind == FieldKind.TEXT and not field.is_exact:
        return Text(label=field.label, prose=value)
    return Text(tuple(line for line in value.split("\n") if line.strip()), label=field.label)


def _table(field: DocumentField, rows: Sequence[Mapping[str, str]]) -> Table:
    used = [column for column in field.columns if any(row.get(column.key) for row in rows)]
    shares = [2.0 if column.is_wide else 1.0 for column in used]
    columns = tuple(
        Column(column.label, round(WIDTH * share / sum(shares) * 2) / 2)
        for column, share in zip(used, shares, strict=True)
    )
    cells = tuple(tuple(Cell(row.get(column.key, "")) for column in used) for row in rows)
    return Table(_filled(columns), cells, heading=field.label)


def _filled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The first column takes what rounding left, so that the widths add up."""
    rest = WIDTH - sum(column.width for column in columns[1:])
    return (Column(columns[0].title, rest), *columns[1:])
