"""Writing the copies: first what the database asks no questions about, then acts in the order of their time."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.backends.utils import CursorWrapper

from portal.append_only.guards import every_guard
from portal.models import AuditEvent
from readiness.management.demonstration.crowd import rows
from readiness.management.demonstration.crowd.patterns import Pattern
from readiness.management.demonstration.crowd.words import Words
from readiness.models import CarriedSignOff, ItemAnswer, SignOff

SEAL = "UPDATE readiness_itemanswer SET round = %s, content_digest = %s WHERE id = %s"


def write(cursor: CursorWrapper, patterns: Sequence[Pattern], words: dict[int, Words]) -> None:
    """Writes every row but the events, which `chain` does."""
    asked = {guard.model for guard in every_guard() if guard.refusals} - {AuditEvent}
    for pattern in (pattern for pattern in patterns if pattern.copies):
        for kind, found in pattern.rows.items():
            if kind not in asked and kind is not AuditEvent:
                for row in found:
                    rows.insert(cursor, row, pattern, words[id(pattern)])
        acts = [row for kind, found in pattern.rows.items() if kind in asked for row in found]
        _in_turn(cursor, acts, pattern, words[id(pattern)])
    _count_on(cursor, patterns)


def _in_turn(cursor: CursorWrapper, acts: list[Any], pattern: Pattern, words: Words) -> None:
    """The guards ask what stands at the moment of an act: a seal, for one, holds what the answer says then."""
    answers = {row.pk: (row.round, row.content_digest) for row in pattern.rows.get(ItemAnswer, ())}
    stands = dict(answers)
    for row in sorted(acts, key=lambda row: (getattr(row, "event_id", 0), row.pk)):
        if isinstance(row, SignOff | CarriedSignOff) and stands[row.answer_id] != (row.round, row.content_digest):
            stands[row.answer_id] = row.round, row.content_digest
            _set_seal(cursor, row.answer_id, stands[row.answer_id], pattern, words)
        rows.insert(cursor, row, pattern, words)
    for key in (key for key, seal in answers.items() if stands[key] != seal):
        _set_seal(cursor, key, answers[key], pattern, words)


def _set_seal(cursor: CursorWrapper, key: int, seal: tuple[int, str], pattern: Pattern, words: Words) -> None:
    digests = words.each(seal[1]) or [seal[1]] * pattern.copies
    keys = pattern.keys(ItemAnswer, key) or ()
    cursor.executemany(SEAL, [(seal[0], digest, one) for digest, one in zip(digests, keys, strict=True)])


def _count_on(cursor: CursorWrapper, patterns: Sequence[Pattern]) -> None:
    """PostgreSQL counts keys apart from the rows: it goes on after the copies."""
    kinds = list(dict.fromkeys(_kinds(patterns)))
    for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
        cursor.execute(statement)


def _kinds(patterns: Sequence[Pattern]) -> Iterator[Any]:
    for pattern in patterns:
        yield from pattern.rows
