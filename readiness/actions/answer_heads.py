"""The head of an answer once its rows say something else: what it counts as, its digest, its next revision."""

from collections.abc import Iterable, Mapping

from portal import clock, revisions
from portal.models import AuditEvent
from portal.permissions import Access
from readiness.models import AnswerRevision, ItemAnswer, PointTick
from readiness.queries import answers as answer_queries
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules.answers import AnswerContent

SAID = ("rating", "rating_by", "rating_at", "rating_version", "text", "text_by", "text_at", "text_version")
"""What somebody says on the head itself."""
COUNTED = ("state", "state_since", "state_holds_until", "content_digest", "revision")
"""What follows from all that an answer says."""


def renew(parts: AnswerParts, frame: ReviewFrame) -> AnswerContent:
    """Counts an answer from its rows and moves its head on to the next revision, not saved yet. Returns its content."""
    answer, content = parts.answer, answer_queries.content(parts, frame)
    answer.becomes(answer_queries.outcome(parts, frame).state, clock.now())
    answer.state_holds_until = answer_queries.holds_until(parts, frame)
    answer.content_digest, answer.revision = content.digest, answer.revision + 1
    return content


def save_all(
    access: Access | None, written: Iterable[AnswerParts], contents: Mapping[int, AnswerContent], event: AuditEvent
) -> None:
    """Saves the heads and ticks of several answers, locked by the caller, and the revision of each under one event.

    `contents` is what `renew` gave of them, by the answer's key.
    """
    written = list(written)
    ItemAnswer.objects.bulk_update([own.answer for own in written], [*SAID, *COUNTED])
    ticks = [tick for own in written for tick in own.ticks.values()]
    PointTick.objects.bulk_create([tick for tick in ticks if tick.pk is None])
    if old := [tick for tick in ticks if tick.pk is not None]:
        PointTick.objects.bulk_update(old, ["state", "reason", "by", "at", "version"])
    kept = [(own.answer, contents[own.answer.pk].plain(), event) for own in written]
    revisions.add_all(AnswerRevision, kept, access)
