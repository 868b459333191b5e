"""Reads the numbers that a team entered for a measured row: text in, decimals out, or the reason why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from portal.rules import texts
from readiness.rules.measure_kinds import FIELDS, HUNDRED, Field, Kind, Unit

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,10})?")
GUARDRAIL_NAME = re.compile(r"guardrail\.(?P<number>[1-9][0-9]?)\.(?P<part>name|value|limit|direction)")
MOST_GUARDRAILS = 99
METRIC = "metric"
MOST_WORDS = 120


class Direction(StrEnum):
    """Which side of its limit a guardrail keeps to."""

    AT_MOST = "at-most"
    AT_LEAST = "at-least"


class Part(StrEnum):
    """What is entered of a guardrail, in the order in which it is read."""

    NAME = "name"
    VALUE = "value"
    DIRECTION = "direction"
    LIMIT = "limit"


PART_WORDS: Mapping[Part, str] = {
    Part.NAME: "Name",
    Part.VALUE: "Measured",
    Part.DIRECTION: "Keeps",
    Part.LIMIT: "Limit",
}
"""What the parts of a guardrail are called."""


@dataclass(frozen=True)
class Guardrail:
    """A threshold that must never be crossed: its name, the value measured, its limit and side."""

    name: str
    value: Decimal | None
    limit: Decimal | None
    direction: Direction = Direction.AT_MOST


@dataclass(frozen=True)
class Entered:
    """What a team entered: numbers by field name, guardrails in order, the metric's name."""

    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    guardrails: tuple[Guardrail, ...] = ()
    metric: str = ""


class InvalidValues(ValueError):
    """Some values cannot be read; `problems` holds one sentence per name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))


def read(kind: Kind, values: Mapping[str, str]) -> Entered:
    """Reads stored or posted values by name; an empty text counts as not entered.

    Names are those of `measure_kinds.FIELDS`, `metric` for accuracy, and `guardrail.1.name`,
    `.value`, `.limit`, `.direction` for the first guardrail. Raises `InvalidValues`.
    """
    filled = {name: text.strip() for name, text in values.items() if text.strip()}
    problems = {name: words for name, text in filled.items() if (words := problem(kind, name, text))}
    if problems:
        raise InvalidValues(problems)
    names = [known.name for known in FIELDS[kind]]
    numbers = {name: Decimal(filled[name]) for name in names if name in filled}
    return Entered(numbers, _guardrails(filled), filled.get(METRIC, ""))


def problem(kind: Kind, name: str, text: str) -> str:
    """Says what is wrong with one value, or nothing; for saving field by field. An empty one only has to be known."""
    known = {entry.name: entry for entry in FIELDS[kind]}
    guardrail = GUARDRAIL_NAME.fullmatch(name) if kind is Kind.GUARDRAILS else None
    is_metric = kind is Kind.ACCURACY and name == METRIC
    if not (guardrail or is_metric or name in known):
        return "This measure has no such value."
    if not text:
        return ""
    if guardrail:
        return _guardrail_problem(guardrail["part"], text)
    return _words_problem(text) if is_metric else _number_problem(text, known[name])


def guardrail_name(number: int, part: str) -> str:
    """Under which name a part of a guardrail is stored."""
    return f"guardrail.{number}.{part}"


def guardrail_numbers(values: Mapping[str, str]) -> list[int]:
    """The numbers of the guardrails of which anything is entered, in order; other values are passed over."""
    found = [GUARDRAIL_NAME.fullmatch(name) for name, text in values.items() if text.strip()]
    return sorted({int(match["number"]) for match in found if match})


def next_guardrail(values: Mapping[str, str]) -> int | None:
    """The number that the next guardrail gets, that of one taken out before any higher one; None where all are used."""
    used = set(guardrail_numbers(values))
    return next((number for number in range(1, MOST_GUARDRAILS + 1) if number not in used), None)


def guardrail_refusals(number: int, parts: Mapping[str, str], values: Mapping[str, str]) -> texts.Refusals:
    """What is wrong with a whole new guardrail of this number, by part; `values` are all that is entered already."""
    if found := {part: [words] for part, text in parts.items() if (words := _guardrail_problem(part, text))}:
        return found
    twin = twin_refusal(number, {**values, **{guardrail_name(number, part): text for part, text in parts.items()}})
    return {Part.NAME: [twin]} if twin else {}


def twin_refusal(number: int, values: Mapping[str, str]) -> str:
    """Why a guardrail may not stand beside the others: its name has a limit in this direction already; "" if it may.

    A floor and a ceiling of one name are two guardrails.
    """
    own = _gist(number, values)
    if not all(own) or all(_gist(other, values) != own for other in guardrail_numbers(values) if other != number):
        return ""
    return f"“{values[guardrail_name(number, Part.NAME)]}” has such a limit already. Change that one."


def _gist(number: int, values: Mapping[str, str]) -> tuple[str, str]:
    name, direction = (values.get(guardrail_name(number, part), "") for part in (Part.NAME, Part.DIRECTION))
    return " ".join(name.split()).casefold(), direction


def _guardrails(filled: Mapping[str, str]) -> tuple[Guardrail, ...]:
    """Collects the guardrails in the order of their numbers."""
    parts: dict[int, dict[str, str]] = {}
    for name, text in filled.items():
        if found := GUARDRAIL_NAME.fullmatch(name):
            parts.setdefault(int(found["number"]), {})[found["part"]] = text
    return tuple(_guardrail(number, parts[number]) for number in sorted(parts))


def _guardrail(number: int, parts: Mapping[str, str]) -> Guardrail:
    """Builds one guardrail; without a name it is called by its number."""
    value, limit = (Decimal(parts[name]) if name in parts else None for name in ("value", "limit"))
    direction = Direction(parts.get("direction", Direction.AT_MOST))
    return Guardrail(parts.get("name", f"Guardrail {number}"), value, limit, direction)


def _guardrail_problem(part: str, text: str) -> str:
    """Says what is wrong with one part of a guardrail."""
    if part == "name":
        return _words_problem(text)
    if part == "direction":
        return "" if text in set(Direction) else f"Choose {Direction.AT_MOST} or {Direction.AT_LEAST}."
    return "" if PLAIN_NUMBER.fullmatch(text) else _not_a_number(text)


def _words_problem(text: str) -> str:
    """Says what is wrong with a name."""
    return texts.refusal(text, MOST_WORDS) if len(text) <= MOST_WORDS else f"Use at most {MOST_WORDS} characters."


def _number_problem(text: str, entry: Field) -> str:
    """Says what is wrong with one number."""
    if not PLAIN_NUMBER.fullmatch(text):
        return _not_a_number(text)
    number = Decimal(text)
    if entry.unit is Unit.COUNT and number != number.to_integral_value():
        return "Enter a whole number."
    if entry.above_zero and number <= 0:
        return "Enter a number above 0."
    if entry.unit is not Unit.SCORE and number < 0:
        return "Enter 0 or more."
    if entry.at_most is not None and number > entry.at_most:
        return f"Enter at most {entry.at_most}." if entry.at_most != HUNDRED else "A percentage is at most 100."
    return ""


def _not_a_number(text: str) -> str:
    """Explains a refused number, with the way out where a comma was meant."""
    pointed = text.replace(",", ".")
    if PLAIN_NUMBER.fullmatch(pointed):
        return f"Write the decimal point as a full stop: {pointed}."
    return f"“{text[:20]}” is not a number. Write digits and at most one point, such as 1.84."
