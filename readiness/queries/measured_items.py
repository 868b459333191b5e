"""What the numbers of a measured item say."""

from decimal import Decimal

from readiness.queries import counting_evidence, promised_targets
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import measure_kinds, measured_values, measures


def of(parts: AnswerParts, frame: ReviewFrame) -> measures.Result | None:
    """What the numbers of a measured item say; None where the item has none."""
    item = frame.items[parts.answer.item_key]
    if item.measure is None:
        return None
    entered = measured_values.read(item.measure.kind, {name: value.value for name, value in parts.values.items()})
    numbers = dict(entered.numbers)
    if item.measure.kind == "drill-minutes" and not numbers and (minutes := _drill_minutes(parts, frame)) is not None:
        entered = measured_values.Entered({"minutes": minutes}, entered.guardrails, entered.metric)
    held_to_baseline = item.measure.kind in measure_kinds.HELD_TO_BASELINE
    baseline = promised_targets.baseline_of(frame.review) if held_to_baseline else None
    return measures.decide(item.measure.spec(), entered, frame.targets, baseline=baseline)


def _drill_minutes(parts: AnswerParts, frame: ReviewFrame) -> Decimal | None:
    """A valid drill attached as evidence has measured the minutes already."""
    valid = [piece.drill for piece in parts.evidence if piece.drill and counting_evidence.measures(piece, frame)]
    return max((drill.minutes for drill in valid), default=None)
