"""Who contributed to an item: who last wrote any part of it, or of what it rests on (product.md, Sign-off).

An answer that serves another brings its authors along, and so does what that one rests on. The guards read the same
SQL.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, TextField, UUIDField, Value
from django.db.models.sql.compiler import SQLCompiler

from portal.models import User
from readiness.models import AnswerReference, ItemAnswer
from readiness.queries import answer_rows
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules.signoffs import Contribution

THERE = "what serves it"
"""What somebody wrote who had a hand in an answer that this one rests on."""


def written(answers: str) -> str:
    """SQL for the accounts that last wrote any part of these answers, or of those they rest on, however far down.

    `answers` is SQL of this house: a query for keys of answers. Every table has another name here: SQLite would take a
    table of the same name here for the one that `answers` means around it.
    """
    return f"""
    WITH RECURSIVE resting(id) AS (
        {answers}
        UNION
        SELECT deeper.source_id FROM readiness_answerreference deeper JOIN resting ON resting.id = deeper.answer_id
        WHERE deeper.ended_event_id IS NULL
    )
    SELECT head.rating_by_id FROM readiness_itemanswer head WHERE head.id IN (SELECT id FROM resting)
    UNION ALL SELECT head.text_by_id FROM readiness_itemanswer head WHERE head.id IN (SELECT id FROM resting)
    UNION ALL SELECT tick.by_id FROM readiness_pointtick tick WHERE tick.answer_id IN (SELECT id FROM resting)
    UNION ALL SELECT value.by_id FROM readiness_measuredvalue value WHERE value.answer_id IN (SELECT id FROM resting)
    UNION ALL SELECT piece.added_by_id FROM readiness_evidence piece
        WHERE piece.withdrawn_at IS NULL AND piece.answer_id IN (SELECT id FROM resting)
    """  # noqa: S608


@dataclass(frozen=True)
class Hand:
    """An account that had a hand in an answer: its key, whose it is, and by what name."""

    account: int
    identity: UUID
    name: str


class Hands(Func):
    """Who wrote an answer, given by its key, and what it rests on: JSON for `read`, as `hands` of its row."""

    columns = "writing.id, writing.identity, writing.name"
    template = f"""(
        SELECT %(joined)s FROM portal_user writing WHERE writing.id IN ({written("SELECT %(expressions)s")})
    )"""  # noqa: S608
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Joins the accounts as SQLite does."""
        joined = f"json_group_array(json_array({self.columns}))"
        return self.as_sql(compiler, connection, joined=joined, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Joins the accounts as PostgreSQL does."""
        joined = f"CAST(json_agg(json_build_array({self.columns})) AS text)"
        return self.as_sql(compiler, connection, joined=joined, **context)


def read(hands: str | None) -> tuple[Hand, ...]:
    """What `Hands` gives of a row, as people."""
    return tuple(Hand(account, UUID(identity), name) for account, identity, name in json.loads(hands or "[]"))


class WrittenBy(Func):
    """Whether this person, whichever account of theirs, wrote an answer, given by its key, or what it rests on."""

    output_field = BooleanField()
    conditional = True

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **context: Any) -> Any:
        """The same SQL as the guards’: short to put together, since every page counts what waits for a sign-off."""
        answer, identity = self.get_source_expressions()
        (key, of_key), (person, of_person) = compiler.compile(answer), compiler.compile(identity)
        hands = (
            f"SELECT 1 FROM portal_user hand WHERE hand.identity = {person} AND hand.id IN ({written(f'SELECT {key}')})"  # noqa: S608
        )
        return f"EXISTS ({hands})", (*of_person, *of_key)


def by(identity: UUID) -> Q:
    """Answers any part of which this person, whichever account of theirs, wrote last, or of what they rest on.

    For a queryset of answers; as far down as a signature and the guards look.
    """
    return Q(WrittenBy(F("pk"), Value(identity, UUIDField())))


def to(parts: AnswerParts) -> Sequence[Contribution]:
    """The same of one answer from its parts, with what each person wrote."""
    own = [Contribution(person.identity, what) for person, what in _authors(parts)]
    return [*own, *(Contribution(identity, THERE) for identity in {hand.identity for hand in _hands(parts)})]


def people(parts: AnswerParts) -> Sequence[User]:
    """The accounts behind them; one statement where it rests on others."""
    own = [person for person, _ in _authors(parts)]
    there = {hand.account for hand in _hands(parts)}
    return [*own, *User.objects.filter(pk__in=there)] if there else own


def people_of(answer: ItemAnswer) -> Sequence[User]:
    """The same of an answer of which nothing else was read."""
    return people(answer_rows.of(answer, ReviewFrame(answer.review)))


def _authors(parts: AnswerParts) -> Iterable[tuple[User, str]]:
    answer = parts.answer
    if answer.rating_by:
        yield answer.rating_by, "the rating"
    if answer.text_by:
        yield answer.text_by, "the text"
    yield from ((tick.by, f"point {tick.number}") for tick in parts.ticks.values())
    yield from ((value.by, "a measured value") for value in parts.values.values())
    yield from ((piece.added_by, f"the evidence “{piece.title}”") for piece in parts.evidence)


def _hands(parts: AnswerParts) -> Sequence[Hand]:
    """Who had a hand in what serves the answer. No statement where it was read with it."""
    return [hand for one in parts.references for hand in _of_reference(one)]


def identities(answer: ItemAnswer) -> frozenset[UUID]:
    """Who contributed to an answer, as identities alone: one statement, however much was written."""
    return frozenset(hand.identity for hand in _of(answer.pk))


def _of_reference(one: AnswerReference) -> Sequence[Hand]:
    for row in (one, one.source):
        if hasattr(row, "hands"):
            return read(row.hands)
    return _of(one.source_id)


def _of(answer_id: int) -> Sequence[Hand]:
    answers: Any = ItemAnswer.objects.filter(pk=answer_id).values_list(Hands(F("pk")), flat=True)
    return read(answers.get())
