"""What one answer counts as now, from all its rows: its content, its state, until when that holds, what closes it."""

import datetime

from readiness.catalogue import schema
from readiness.choices import Depends, PointState, ReviewState, Stage
from readiness.models import ItemAnswer, Service
from readiness.queries import counting_evidence, measured_items, seal_ages
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import after_items, applicability, comparisons, drills, measures, scoring
from readiness.rules.answers import AnswerContent, Covering, PointAnswer

LOCKED_BY_A_GO = (
    "A go locks the items before it. To change one, have a no-go recorded, which leaves them open for the next round, "
    "or plan another release."
)
"""What can be done about an item that a go locked (product.md, Decision)."""


def closed(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """Why nobody can change or sign an item now, as a sentence; "" where they can, as far as a sign-off lets them."""
    if not answer.applies:
        return f"This item does not apply. {answer.left_out_reason}"
    if frame.review.state != ReviewState.OPEN:
        return (
            f"This review is {frame.review.get_state_display().lower()}: what it says stays. Start a new one instead."
        )
    if not frame.has_opened(answer):
        return after_items.NOT_OPEN
    return LOCKED_BY_A_GO if answer.stage == Stage.BEFORE and frame.locking_go else ""


def applicable_points(item: schema.Item, service: Service) -> list[schema.Point]:
    """The points of an item that apply to the service."""
    return [point for point in item.points if applicability.applies(dict(point.when), service.traits).applies]


def content(parts: AnswerParts, frame: ReviewFrame) -> AnswerContent:
    """What would be signed now. Only what was said is content: an open point is none."""
    return AnswerContent(
        template_digest=frame.review.template_version.digest,
        item_key=parts.answer.item_key,
        asked=frame.review.template_version.asked[parts.answer.item_key],
        rating=parts.answer.rating,
        text=parts.answer.text,
        points=tuple(
            PointAnswer(tick.number, tick.state, tick.reason)
            for tick in parts.ticks.values()
            if tick.state != PointState.OPEN
        ),
        values={name: value.value for name, value in parts.values.items() if value.value},
        evidence={str(piece.public_id): piece.content_digest for piece in parts.evidence},
        covered_by=tuple(
            Covering(str(one.source.public_id), one.source_digest, tuple(one.points)) for one in parts.references
        ),
    )


def outcome(parts: AnswerParts, frame: ReviewFrame) -> scoring.ItemOutcome:
    """What the item counts as now, and what stands between it and green."""
    return scoring.outcome(facts(parts, frame))


def facts(parts: AnswerParts, frame: ReviewFrame) -> scoring.AnswerFacts:
    """The facts that decide an item's state."""
    answer, item = parts.answer, frame.items[parts.answer.item_key]
    settled = {number for number, tick in parts.ticks.items() if tick.state != PointState.OPEN}
    counting = [piece for piece in parts.evidence if not counting_evidence.outdated(piece, item, frame)]
    result = measured_items.of(parts, frame)
    return scoring.AnswerFacts(
        critical=answer.critical,
        applies=answer.applies,
        rating=answer.rating,
        open_points=tuple(
            point.number for point in applicable_points(item, frame.service) if point.number not in settled
        ),
        counting=len(counting) + _measured_evidence(result),
        outdated=len(parts.evidence) - len(counting),
        taken_out=sum(1 for piece in parts.withdrawn if counting_evidence.was_outdated(piece, item, frame)),
        measured=result.outcome if result else None,
        covered=any(not one.points for one in parts.references),
        waived=any(waiver.expires_on >= frame.today for waiver in parts.waivers),
    )


def holds_until(parts: AnswerParts, frame: ReviewFrame) -> datetime.date | None:
    """The first day on which only the passing of time may change what it counts as, or end its sign-off; None: none."""
    item = frame.items[parts.answer.item_key]
    ends = [waiver.expires_on for waiver in parts.waivers]
    if item.depends is Depends.SERVICE and item.max_age_days:
        age = datetime.timedelta(days=item.max_age_days)
        ends += [piece.observed_on + age for piece in parts.evidence]
    if item.depends is Depends.DRILL:
        zone = frame.service.team.time_zone
        facts = [counting_evidence.drill_facts(piece.drill, zone) for piece in parts.evidence if piece.drill]
        ends += [drills.valid_until(drill.performed_on) for drill in facts]
    if end := seal_ages.carried_until(parts.answer, frame):
        ends.append(end)
    last_day = min((end for end in ends if end >= frame.today), default=None)
    return last_day + datetime.timedelta(days=1) if last_day else None


def _measured_evidence(result: measures.Result | None) -> int:
    """Numbers that meet their target are a piece of evidence themselves (product.md, Evidence)."""
    return 1 if result is not None and result.outcome is comparisons.Outcome.MET else 0
