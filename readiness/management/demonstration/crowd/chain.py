"""The copies' part of the audit record: one chain with what was told, in the order of time."""

from collections.abc import Iterator, Sequence

from django.db.backends.utils import CursorWrapper

from portal import audit
from portal.models import AuditEvent, AuditHead
from readiness.management.demonstration.crowd import rows
from readiness.management.demonstration.crowd.patterns import Pattern
from readiness.management.demonstration.crowd.words import Words

HERE = "\x00"
"""Where the number of a copy goes in its body."""
Copied = tuple[AuditEvent, Pattern]


def number(patterns: Sequence[Pattern]) -> None:
    """Gives the copies of each event their numbers, after the head: as the events follow one another, so do they."""
    following = AuditHead.objects.get(pk=1).number + 1
    for event, pattern in _in_order(patterns):
        pattern.numbers[event.number] = following
        following += pattern.copies


def append(cursor: CursorWrapper, patterns: Sequence[Pattern], words: dict[int, Words]) -> None:
    """Writes the events and moves the head behind them. `words` are those of each pattern, by its identity."""
    head = AuditHead.objects.get(pk=1)
    for event, pattern in _in_order(patterns):
        numbers = pattern.keys(AuditEvent, event.number) or ()
        bodies = _bodies(event, numbers, words[id(pattern)])
        chained = []
        for body in bodies:
            chained.append((head.digest, digest := audit.chained(head.digest, body)))
            head.digest = digest
        own = {
            "number": numbers,
            "body": bodies,
            "previous": [previous for previous, _ in chained],
            "digest": [digest for _, digest in chained],
        }
        rows.insert(cursor, event, pattern, words[id(pattern)], own)
        head.number = numbers[-1]
    head.save()


def _in_order(patterns: Sequence[Pattern]) -> Iterator[Copied]:
    found = [(event, pattern) for pattern in patterns if pattern.copies for event in pattern.rows[AuditEvent]]
    yield from sorted(found, key=lambda one: one[0].number)


def _bodies(event: AuditEvent, numbers: Sequence[int], words: Words) -> list[str]:
    body = event.body.replace(f'"number":{event.number},"request":"', f'"number":{HERE},"request":"')
    texts = words.each(body) or [body] * len(numbers)
    return [text.replace(HERE, str(one)) for text, one in zip(texts, numbers, strict=True)]
