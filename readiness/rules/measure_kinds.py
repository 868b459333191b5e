"""The kinds of measured rows: which numbers a team enters and which limits the catalogue sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class Kind(StrEnum):
    """What a measured item or check measures (catalogue.md, Measured items)."""

    HEADROOM = "headroom"
    LATENCY = "latency"
    TAIL_LATENCY = "tail-latency"
    GUARDRAILS = "guardrails"
    CANARY = "canary"
    ROLLBACK_TRIGGERS = "rollback-triggers"
    DRILL_MINUTES = "drill-minutes"
    COST_PER_PREDICTION = "cost-per-prediction"
    AVAILABILITY = "availability"
    COMPARISON = "comparison"
    COST_TREND = "cost-trend"
    ACCURACY = "accuracy"


class Unit(StrEnum):
    """The unit of a number; money is in the service's currency."""

    MILLISECONDS = "ms"
    PERCENT = "%"
    PER_SECOND = "per second"
    MINUTES = "min"
    MONEY = "money"
    COUNT = "count"
    SCORE = "score"


@dataclass(frozen=True)
class Field:
    """One number to enter: its name in stored answers, its label and unit, and what it may be."""

    name: str
    label: str
    unit: Unit
    at_most: Decimal | None = None
    above_zero: bool = False


@dataclass(frozen=True)
class Measure:
    """A measured row as the rules take it: its kind and the catalogue's limits."""

    kind: Kind
    limits: Mapping[str, Decimal] = field(default_factory=dict)


HUNDRED = Decimal(100)

P95 = Field("p95_ms", "p95 latency", Unit.MILLISECONDS, above_zero=True)
P99 = Field("p99_ms", "p99 latency", Unit.MILLISECONDS, above_zero=True)
ERROR_RATE = Field("error_rate", "Error rate", Unit.PERCENT, at_most=HUNDRED)
COST_PER_PREDICTION = Field("cost_per_prediction", "Cost per prediction", Unit.MONEY)
PEAK = Field("tested_peak", "Highest rate proven", Unit.PER_SECOND, above_zero=True)
CANARY = Field("canary_percent", "First share of traffic", Unit.PERCENT, HUNDRED, True)
P99_RISE = Field("p99_increase", "Rise of p99 that rolls back", Unit.PERCENT, above_zero=True)
ERROR_TRIGGER = Field("error_rate", "Error rate that rolls back", Unit.PERCENT, HUNDRED, True)
DRILL_MINUTES = Field("minutes", "Minutes until the previous version served", Unit.MINUTES, above_zero=True)
AVAILABILITY = Field("availability", "Availability", Unit.PERCENT, at_most=HUNDRED)
COST = Field("cost", "Inference cost of the period", Unit.MONEY)
PREDICTIONS = Field("predictions", "Predictions in the period", Unit.COUNT)
ACCURACY = Field("value", "Accuracy", Unit.SCORE)
SAMPLE_SIZE = Field("sample_size", "Labelled samples", Unit.COUNT)

FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.HEADROOM: (PEAK,),
    Kind.LATENCY: (P95, P99),
    Kind.TAIL_LATENCY: (P99,),
    Kind.GUARDRAILS: (),
    Kind.CANARY: (CANARY,),
    Kind.ROLLBACK_TRIGGERS: (P99_RISE, ERROR_TRIGGER),
    Kind.DRILL_MINUTES: (DRILL_MINUTES,),
    Kind.COST_PER_PREDICTION: (COST_PER_PREDICTION,),
    Kind.AVAILABILITY: (AVAILABILITY,),
    Kind.COMPARISON: (P95, ERROR_RATE, COST_PER_PREDICTION),
    Kind.COST_TREND: (COST, PREDICTIONS),
    Kind.ACCURACY: (ACCURACY, SAMPLE_SIZE),
}
"""The numbers that a team enters; guardrails are a list of their own, accuracy has a metric's name."""

LIMITS: Mapping[Kind, tuple[str, ...]] = {
    Kind.HEADROOM: ("ratio_at_least",),
    Kind.CANARY: ("percent_at_least", "percent_at_most"),
    Kind.ROLLBACK_TRIGGERS: ("p99_increase_at_most", "error_rate_at_most"),
    Kind.DRILL_MINUTES: ("default_target",),
    Kind.COMPARISON: ("tolerance_percent",),
    Kind.COST_TREND: ("rise_at_most",),
    Kind.ACCURACY: ("sample_size_at_least",),
}
"""The limits that the catalogue must state for a kind; kinds not named have none."""

HELD_TO_BASELINE = frozenset({Kind.COMPARISON, Kind.COST_TREND, Kind.ACCURACY})
"""The kinds that are compared with the targets that a go fixed."""


def measure(kind: str, limits: Mapping[str, str]) -> Measure:
    """Builds a measure from stored text; raises `ValueError` where kind or limits do not fit."""
    known = Kind(kind)
    check_limits(known, limits)
    return Measure(known, {name: Decimal(limit) for name, limit in limits.items()})


def check_limits(kind: Kind, limits: Mapping[str, str]) -> None:
    """Raises `ValueError` unless `limits` holds exactly what the kind asks, as decimal text."""
    expected = LIMITS.get(kind, ())
    if set(limits) != set(expected):
        raise ValueError(f"{kind} takes the limits {', '.join(expected) or 'none'}")
    for name, limit in limits.items():
        try:
            finite = Decimal(limit).is_finite()
        except InvalidOperation:
            finite = False
        if not finite:
            raise ValueError(f"{name} is not a number: {limit}")
