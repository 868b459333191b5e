"""The lines of an item's card: a point, a number, a guardrail, a piece of evidence, as each is shown."""

import datetime
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from portal.models import User
from readiness.catalogue import schema
from readiness.catalogue.tailoring import TailoredItem, TailoredPoint
from readiness.choices import PointState
from readiness.models import Evidence
from readiness.queries.answer_rows import AnswerParts
from readiness.rules import measure_kinds, measured_values


@dataclass(frozen=True)
class PointLine:
    """One point as it is shown: its words, what was said, by whom, when, and the version a change starts from.

    `served`: an answer elsewhere speaks for it, so it is not answered here.
    """

    point: TailoredPoint
    state: str = PointState.OPEN
    reason: str = ""
    by: User | None = None
    at: datetime.datetime | None = None
    version: int = 0
    served: bool = False


@dataclass(frozen=True)
class ValueLine:
    """One number of a measured item: what may be entered, what was, and the version a change starts from."""

    name: str
    label: str
    unit: str
    value: str = ""
    version: int = 0
    by: User | None = None
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class GuardrailLine:
    """One guardrail: its number, its name, and what was entered of it by part (name, value, direction, limit)."""

    number: int
    parts: Mapping[str, ValueLine]

    @property
    def title(self) -> str:
        """What it is called: its name, without one its number."""
        return self.parts[measured_values.Part.NAME].value or f"Guardrail {self.number}"


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence, with the sentence why it no longer counts, if so."""

    piece: Evidence
    outdated: str


def of_points(item: TailoredItem, parts: AnswerParts, served: Container[int]) -> Iterable[PointLine]:
    """The points that the service is asked; `served` are the numbers that an answer elsewhere speaks for."""
    for point in item.applicable_points:
        tick = parts.ticks.get(point.number)
        if tick is None:
            yield PointLine(point)
        else:
            is_served = point.number in served
            yield PointLine(point, tick.state, tick.reason, tick.by, tick.at, tick.version, is_served)


def of_values(row: schema.Item, parts: AnswerParts) -> Iterable[ValueLine]:
    """The numbers of the item's kind; accuracy has its metric's name besides."""
    if row.measure is None:
        return
    if row.measure.kind is measure_kinds.Kind.ACCURACY:
        yield _value_line(measured_values.METRIC, "Metric", "", parts)
    for known in measure_kinds.FIELDS[row.measure.kind]:
        yield _value_line(known.name, known.label, known.unit.value, parts)


def of_guardrails(parts: AnswerParts) -> Iterable[GuardrailLine]:
    """The guardrails that were not taken out, in the order of their numbers."""
    entered = {name: value.value for name, value in parts.values.items()}
    for number in measured_values.guardrail_numbers(entered):
        names = {part: measured_values.guardrail_name(number, part) for part in measured_values.Part}
        yield GuardrailLine(
            number, {part: _value_line(names[part], measured_values.PART_WORDS[part], "", parts) for part in names}
        )


def _value_line(name: str, label: str, unit: str, parts: AnswerParts) -> ValueLine:
    value = parts.values.get(name)
    if value is None:
        return ValueLine(name, label, unit)
    return ValueLine(name, label, unit, value.value, value.version, value.by, value.at)
