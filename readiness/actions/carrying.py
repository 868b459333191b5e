"""Starting from the last decided review: answers, ticks, values and evidence as copies, sign-offs as what they are.

Copies keep their authors and times: who wrote it then cannot sign it now. Everything is read and written in a number of
statements that does not grow with the review, and one event of each kind lists all that it did (docs/adr/0006).
"""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import Model

from portal import audit, clock, revisions
from portal.audit import Entry, Fact
from portal.models import AuditEvent
from portal.permissions import Access
from readiness import verbs
from readiness.actions import answer_heads, answer_locks
from readiness.choices import ItemState
from readiness.models import (
    AnswerReference,
    AnswerRevision,
    CarriedAnswer,
    CarriedSignOff,
    Evidence,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Review,
)
from readiness.queries import answers as answer_queries
from readiness.queries import carrying, seal_ages
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.carrying import Earlier
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import carrying as rules
from readiness.rules.answers import AnswerContent
from readiness.rules.carrying import Kept

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Carrying:
    """One answer on its way: where it comes from, its rows in the new review, and what of it was kept."""

    source: ItemAnswer
    parts: AnswerParts
    content: AnswerContent
    found: rules.Carried

    @property
    def answer(self) -> ItemAnswer:
        """The answer in the new review."""
        return self.parts.answer


def prepare(review: Review, answers: Sequence[ItemAnswer]) -> list[Carrying]:
    """Fills the new answers of a review, not saved yet, from the one it starts from; empty where there is none.

    Raises Conflict where that changed at the same moment.
    """
    source = carrying.source_of(review.service, review.kind)
    if source is None:
        return []
    answer_locks.hold_with_sources(source)
    earlier, frame = carrying.earlier(source, review), ReviewFrame(review)
    return [
        _carried(found, answer, earlier, frame)
        for answer in answers
        if answer.applies and (found := earlier.parts.get(answer.item_key)) and carrying.is_said(found)
    ]


def keep(access: Access, review: Review, carried: Sequence[Carrying], started: Entry) -> AuditEvent:
    """Records the start with all that it carried, then writes the rows of the answers, which are saved by now.

    Returns the event of the start. The caller holds the service's status row.
    """
    covered = [reference for one in carried for reference in one.parts.references]
    origins, seals = [_origin(one) for one in carried], [_seal(one) for one in carried if one.found.kept is Kept.SIGNED]
    entries = [started]
    if origins:
        entries.append(_answers_entry(review, origins, carried))
    if covered:
        entries.append(_covered_entry(review, covered, carried))
    if seals:
        entries.append(_signoffs_entry(review, seals))
    events = audit.record_all(access, entries)
    by_verb = {event.verb: event for event in events}
    if origins:
        _write(access, carried, origins, by_verb[verbs.ANSWERS_CARRIED.name])
    if covered:
        _cover(access, covered, by_verb[verbs.ANSWER_COVERED.name])
    if seals:
        stand(seals, by_verb[verbs.SIGNOFF_CARRIED.name])
    return events[0]


def _carried(found: AnswerParts, answer: ItemAnswer, earlier: Earlier, frame: ReviewFrame) -> Carrying:
    """One answer: copied whole, judged as it would count here, then stripped of what does not hold here."""
    copy = _copied(found, answer, earlier)
    decided = rules.carried(carrying.then(found, earlier, copy, frame), frame.today)
    if decided.kept is Kept.DRAFT:
        # Numbers were measured on what is there no more, and what an answer rests on is offered again.
        copy = _on_its_own(replace(copy, values={}, references=()), found.references)
    _count(copy, frame)
    if decided.kept is not Kept.SIGNED and answer.state == ItemState.GREEN != found.answer.state:
        # A copy is never better than its source: somebody rates it anew.
        answer.rating, answer.rating_by, answer.rating_at = "", None, None
        _count(copy, frame)
    if decided.kept is Kept.SIGNED:
        answer.state_holds_until = _until_its_age(found.answer, answer, frame)
    content = answer_queries.content(copy, frame)
    answer.content_digest, answer.revision = content.digest, 1
    return Carrying(found.answer, copy, content, decided)


def _copied(found: AnswerParts, answer: ItemAnswer, earlier: Earlier) -> AnswerParts:
    """The rows of an answer for another, not saved yet, with their authors and times."""
    for name in answer_heads.SAID:
        setattr(answer, name, getattr(found.answer, name))
    standing = [one for one in found.references if _still_serves(one, earlier)]
    parts = AnswerParts(
        answer=answer,
        ticks={number: new(tick, answer=answer) for number, tick in found.ticks.items()},
        values={name: new(value, answer=answer) for name, value in found.values.items()},
        evidence=[copied_piece(piece, answer) for piece in found.evidence],
        waivers=found.waivers,
        references=[_reference(one, answer) for one in standing],
    )
    return _on_its_own(parts, [one for one in found.references if one not in standing])


def _still_serves(one: AnswerReference, earlier: Earlier) -> bool:
    source = one.source
    unchanged = source.content_digest == one.source_digest and source.state == ItemState.GREEN
    return unchanged and source.review_id in earlier.standing and (source.is_signed or not source.critical)


def _on_its_own(parts: AnswerParts, lost: Sequence[AnswerReference]) -> AnswerParts:
    """Without what these answers elsewhere gave it: all where one served the whole item, else their points."""
    if any(not one.points for one in lost):
        head = parts.answer
        head.rating, head.rating_by, head.rating_at = "", None, None
        head.text, head.text_by, head.text_at = "", None, None
        return replace(parts, ticks={}, values={}, evidence=[])
    served = {number for one in lost for number in one.points}
    return replace(parts, ticks={number: tick for number, tick in parts.ticks.items() if number not in served})


def _count(parts: AnswerParts, frame: ReviewFrame) -> None:
    parts.answer.state = answer_queries.outcome(parts, frame).state
    parts.answer.state_holds_until = answer_queries.holds_until(parts, frame)


def _until_its_age(source: ItemAnswer, answer: ItemAnswer, frame: ReviewFrame) -> datetime.date | None:
    """The day from which the answer is counted anew: at the latest when the age of its sign-off has run out."""
    if source.signoff is None or (end := seal_ages.until(source.signoff, frame, answer.item_key)) is None:
        return answer.state_holds_until
    return min(end + datetime.timedelta(days=1), answer.state_holds_until or datetime.date.max)


def new(row: M, **changed: Any) -> M:
    """A row like this one, not saved yet, with other values in some fields; what it names is not read again."""
    twin = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]})
    for name, thing in {**row._state.fields_cache, **changed}.items():
        setattr(twin, name, thing)
    return twin


def copied_piece(piece: Evidence, answer: ItemAnswer) -> Evidence:
    """A copy of a piece of evidence on another answer, not saved yet: the same file, author and time."""
    return new(piece, answer=answer, copied_from=piece, public_id=uuid.uuid4())


def _reference(one: AnswerReference, answer: ItemAnswer) -> AnswerReference:
    return AnswerReference(
        answer=answer,
        source=one.source,
        points=one.points,
        source_points=one.source_points,
        source_digest=one.source_digest,
    )


def _origin(one: Carrying) -> CarriedAnswer:
    return CarriedAnswer(
        answer=one.answer,
        source=one.source,
        source_digest=one.source.content_digest,
        kept=one.found.kept,
        reason=one.found.reason,
    )


def _seal(one: Carrying) -> CarriedSignOff:
    return CarriedSignOff(
        answer=one.answer,
        round=one.answer.round,
        signoff=one.source.signoff,
        source=one.source,
        source_digest=one.source.sealed_digest,
        content_digest=one.content.digest,
        carried_at=clock.now(),
    )


def _answers_entry(review: Review, rows: Sequence[CarriedAnswer], carried: Sequence[Carrying]) -> Entry:
    facts: dict[str, Fact] = {
        **listed(review, rows),
        "source": carried[0].source.review.number,
        "kept": [str(row.kept) for row in rows],
        "digests": [one.content.digest for one in carried],
        "source_digests": [row.source_digest for row in rows],
    }
    return Entry(verbs.ANSWERS_CARRIED, review, review.service.scope, facts)


def _covered_entry(review: Review, rows: Sequence[AnswerReference], carried: Sequence[Carrying]) -> Entry:
    digests = {one.answer.item_key: one.content.digest for one in carried}
    facts: dict[str, Fact] = {
        **listed(review, rows),
        "sources": [row.source.item_key for row in rows],
        "digests": [digests[row.answer.item_key] for row in rows],
        "source_digests": [row.source_digest for row in rows],
    }
    return Entry(verbs.ANSWER_COVERED, review, review.service.scope, facts)


def _signoffs_entry(review: Review, rows: Sequence[CarriedSignOff]) -> Entry:
    return Entry(verbs.SIGNOFF_CARRIED, review, review.service.scope, seal_facts(review, rows))


def seal_facts(review: Review, rows: Sequence[CarriedSignOff]) -> dict[str, Fact]:
    """What the event says of sign-offs that hold on in a review."""
    return {
        **listed(review, rows),
        "rounds": [row.round for row in rows],
        "digests": [row.content_digest for row in rows],
        "source_digests": [row.source_digest for row in rows],
        "signoffs": [str(row.signoff.public_id) for row in rows],
    }


def listed(review: Review, rows: Sequence[CarriedAnswer | CarriedSignOff | AnswerReference]) -> dict[str, Fact]:
    """Where an act on several answers of a review took place, and its rows in order."""
    return {
        "service": review.service.slug,
        "review": review.number,
        "acts": [str(row.public_id) for row in rows],
        "items": [row.answer.item_key for row in rows],
    }


def _write(access: Access, carried: Sequence[Carrying], origins: Sequence[CarriedAnswer], event: AuditEvent) -> None:
    """The rows of the answers, where they come from, and what they say as their first revision."""
    for row in origins:
        row.event = event
    pieces = [piece for one in carried for piece in one.parts.evidence]
    for piece in pieces:
        piece.copied_event = event
    CarriedAnswer.objects.bulk_create(origins)
    PointTick.objects.bulk_create([tick for one in carried for tick in one.parts.ticks.values()])
    MeasuredValue.objects.bulk_create([value for one in carried for value in one.parts.values.values()])
    Evidence.objects.bulk_create(pieces)
    revisions.add_all(AnswerRevision, [(one.answer, one.content.plain(), event) for one in carried], access)


def _cover(access: Access, references: Sequence[AnswerReference], event: AuditEvent) -> None:
    for one in references:
        one.used_by, one.used_at, one.event = access.person, event.at, event
    AnswerReference.objects.bulk_create(references)


def stand(seals: Sequence[CarriedSignOff], event: AuditEvent) -> None:
    """The carried sign-offs, and the answers they stand on."""
    for row in seals:
        row.event = event
    CarriedSignOff.objects.bulk_create(seals)
    for row in seals:
        row.answer.signoff, row.answer.carried = row.signoff, row
    ItemAnswer.objects.bulk_update([row.answer for row in seals], ["signoff", "carried"])
