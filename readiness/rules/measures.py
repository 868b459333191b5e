"""Decides measured rows: the team enters numbers, the portal holds them against the service's targets.

Kinds and limits come from the catalogue's measured items. All numbers are decimals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from readiness.rules import comparisons, figures, measure_kinds
from readiness.rules.comparisons import Bounds, Comparison, Outcome
from readiness.rules.measure_kinds import HUNDRED, Field, Kind, Measure, Unit
from readiness.rules.measured_values import Direction, Entered, Guardrail

TARGET = "the target"
BASELINE = "the baseline"


@dataclass(frozen=True)
class Targets:
    """What a service promises; the same shape holds the baseline that a go fixes.

    Latency in milliseconds, rates in per cent, peak in requests a second, money in `currency`.
    """

    p95_ms: Decimal | None = None
    p99_ms: Decimal | None = None
    error_rate: Decimal | None = None
    cost_per_prediction: Decimal | None = None
    accuracy: Decimal | None = None
    accuracy_metric: str = ""
    availability: Decimal | None = None
    expected_peak: Decimal | None = None
    rollback_minutes: Decimal | None = None
    currency: str = "EUR"

    @classmethod
    def from_words(cls, content: Mapping[str, str | None]) -> "Targets":
        """Targets out of a kept revision, where numbers stand as text and None is no target."""
        words = {name: content[name] or "" for name in ("accuracy_metric", "currency")}
        numbers = {name: Decimal(value) for name, value in content.items() if name not in words and value is not None}
        return cls(**numbers, **words)  # type: ignore[arg-type]  # the numbers' names are the fields'


@dataclass(frozen=True)
class Result:
    """The outcome of a measured row: green needs `met`."""

    outcome: Outcome
    sentence: str
    comparisons: tuple[Comparison, ...]

    @property
    def is_contradicted(self) -> bool:
        """Whether the numbers speak against a pass: one is out of bounds or missing. Missing bounds contradict none."""
        return any(one.outcome is Outcome.NOT_MET or one.value is None for one in self.comparisons)


@dataclass(frozen=True)
class Facts:
    """All that a decision reads: the entered numbers and what they are held against."""

    limits: Mapping[str, Decimal]
    entered: Entered
    targets: Targets
    baseline: Targets | None = None
    previous: Entered | None = None

    def compare(self, entry: Field, bounds: Bounds) -> Comparison:
        """Compares the number entered for a field."""
        return self.compare_value(entry, self.entered.numbers.get(entry.name), bounds)

    def compare_value(self, entry: Field, value: Decimal | None, bounds: Bounds) -> Comparison:
        """Compares a number that was worked out."""
        return comparisons.compare(entry, value, bounds, self.targets.currency)


def decide(
    measure: Measure,
    entered: Entered,
    targets: Targets,
    *,
    baseline: Targets | None = None,
    previous: Entered | None = None,
) -> Result:
    """Decides a measured row.

    `targets` are the service's own; `baseline` is what the last go fixed (None before the first);
    `previous` are the numbers of the period before. Not met wins over undecided, undecided over met.
    """
    facts = Facts(measure.limits, entered, targets, baseline, previous)
    found = DECIDERS[measure.kind](facts)
    return Result(comparisons.worst(found), " ".join(one.sentence for one in found), found)


def _headroom(facts: Facts) -> tuple[Comparison, ...]:
    ratio, peak = facts.limits["ratio_at_least"], facts.targets.expected_peak
    basis = f"{figures.plain(ratio)} × the expected peak"
    bounds = Bounds(at_least=ratio * peak if peak else None, basis=basis, lacking="an expected peak")
    return (facts.compare(measure_kinds.PEAK, bounds),)


def _latency(facts: Facts) -> tuple[Comparison, ...]:
    p95 = facts.compare(measure_kinds.P95, Bounds(at_most=facts.targets.p95_ms, basis=TARGET))
    return (p95, _turned_round(facts) or _tail_latency(facts)[0])


def _turned_round(facts: Facts) -> Comparison | None:
    """A p99 below the p95 cannot be: one of the two is something else, so neither proves anything."""
    p95, p99 = (facts.entered.numbers.get(entry.name) for entry in (measure_kinds.P95, measure_kinds.P99))
    if p95 is None or p99 is None or p99 >= p95:
        return None
    both = f"{figures.figure(p99, Unit.MILLISECONDS)}, below p95 with {figures.figure(p95, Unit.MILLISECONDS)}"
    return comparisons.undecided(measure_kinds.P99, f"p99 latency: {both}; check which is which.")


def _tail_latency(facts: Facts) -> tuple[Comparison, ...]:
    return (facts.compare(measure_kinds.P99, Bounds(at_most=facts.targets.p99_ms, basis=TARGET)),)


def _guardrails(facts: Facts) -> tuple[Comparison, ...]:
    if not facts.entered.guardrails:
        sentence = "No guardrail is entered; turns green when each guardrail named keeps to its limit."
        return (comparisons.undecided(Field("guardrail", "Guardrails", Unit.SCORE), sentence),)
    return tuple(_guardrail(facts, guardrail) for guardrail in facts.entered.guardrails)


def _guardrail(facts: Facts, guardrail: Guardrail) -> Comparison:
    is_ceiling = guardrail.direction is Direction.AT_MOST
    bounds = Bounds(
        at_least=None if is_ceiling else guardrail.limit,
        at_most=guardrail.limit if is_ceiling else None,
        basis="its limit",
        lacking="a limit",
    )
    return facts.compare_value(Field("guardrail", guardrail.name, Unit.SCORE), guardrail.value, bounds)


def _canary(facts: Facts) -> tuple[Comparison, ...]:
    bounds = Bounds(facts.limits["percent_at_least"], facts.limits["percent_at_most"])
    return (facts.compare(measure_kinds.CANARY, bounds),)


def _rollback_triggers(facts: Facts) -> tuple[Comparison, ...]:
    # Where the service promises less, a trigger below its promise would roll back healthy releases.
    error_limit = max(facts.limits["error_rate_at_most"], facts.targets.error_rate or Decimal(0))
    return (
        facts.compare(measure_kinds.P99_RISE, Bounds(at_most=facts.limits["p99_increase_at_most"])),
        facts.compare(measure_kinds.ERROR_TRIGGER, Bounds(at_most=error_limit)),
    )


def _drill_minutes(facts: Facts) -> tuple[Comparison, ...]:
    target = facts.targets.rollback_minutes
    limit = facts.limits["default_target"] if target is None else target
    return (facts.compare(measure_kinds.DRILL_MINUTES, Bounds(at_most=limit, basis=TARGET)),)


def _cost_per_prediction(facts: Facts) -> tuple[Comparison, ...]:
    bounds = Bounds(at_most=facts.targets.cost_per_prediction, basis=TARGET)
    return (facts.compare(measure_kinds.COST_PER_PREDICTION, bounds),)


def _availability(facts: Facts) -> tuple[Comparison, ...]:
    bounds = Bounds(at_least=facts.targets.availability, basis=TARGET)
    return (facts.compare(measure_kinds.AVAILABILITY, bounds),)


def _comparison(facts: Facts) -> tuple[Comparison, ...]:
    baseline = facts.baseline or Targets()
    room = (HUNDRED + facts.limits["tolerance_percent"]) / HUNDRED
    held = (
        (measure_kinds.P95, baseline.p95_ms),
        (measure_kinds.ERROR_RATE, baseline.error_rate),
        (measure_kinds.COST_PER_PREDICTION, baseline.cost_per_prediction),
    )
    return tuple(
        facts.compare(entry, Bounds(None, None if limit is None else limit * room, BASELINE, "a baseline from a go"))
        for entry, limit in held
    )


def _cost_trend(facts: Facts) -> tuple[Comparison, ...]:
    """Compares cost per prediction, which takes traffic out: what still rises, traffic does not explain."""
    entry, rise = measure_kinds.COST_PER_PREDICTION, facts.limits["rise_at_most"]
    cost = _cost_of_one(facts.entered)
    if cost is None:
        sentence = "Cost per prediction: not known; turns green on the cost and the number of predictions, above 0."
        return (comparisons.undecided(entry, sentence),)
    before = _cost_of_one(facts.previous, times=(HUNDRED + rise) / HUNDRED)
    fixed = facts.baseline.cost_per_prediction if facts.baseline else None
    bounds = (Bounds(None, before, f"{figures.plain(rise)} % above the week before"), Bounds(None, fixed, BASELINE))
    known = [bound for bound in bounds if not bound.are_open] or [Bounds(lacking="a week before or a baseline")]
    return tuple(facts.compare_value(entry, cost, bound) for bound in known)


def _cost_of_one(entered: Entered | None, times: Decimal = Decimal(1)) -> Decimal | None:
    """Returns cost ÷ predictions, times a factor; multiplied first, so that equal ratios stay equal."""
    numbers = entered.numbers if entered else {}
    cost, predictions = numbers.get("cost"), numbers.get("predictions")
    return None if cost is None or not predictions else cost * times / predictions


def _accuracy(facts: Facts) -> tuple[Comparison, ...]:
    fixed = facts.baseline
    held, basis = (fixed, BASELINE) if fixed and fixed.accuracy is not None else (facts.targets, TARGET)
    least, sample = facts.limits["sample_size_at_least"], facts.entered.numbers.get("sample_size")
    metric, promised = facts.entered.metric, held.accuracy_metric
    if sample is None or sample < least:
        found = "not entered" if sample is None else figures.plain(sample)
        sentence = f"Labelled samples: {found}; accuracy is decided from {figures.plain(least)} samples."
        return (comparisons.undecided(measure_kinds.SAMPLE_SIZE, sentence),)
    if metric and promised and metric.casefold() != promised.casefold():
        sentence = f"Measured as {metric}, promised as {promised}; decided when both are the same metric."
        return (comparisons.undecided(measure_kinds.ACCURACY, sentence),)
    label = f"Accuracy ({metric or promised})" if metric or promised else "Accuracy"
    return (facts.compare(Field("value", label, Unit.SCORE), Bounds(at_least=held.accuracy, basis=basis)),)


DECIDERS: Mapping[Kind, Callable[[Facts], tuple[Comparison, ...]]] = {
    Kind.HEADROOM: _headroom,
    Kind.LATENCY: _latency,
    Kind.TAIL_LATENCY: _tail_latency,
    Kind.GUARDRAILS: _guardrails,
    Kind.CANARY: _canary,
    Kind.ROLLBACK_TRIGGERS: _rollback_triggers,
    Kind.DRILL_MINUTES: _drill_minutes,
    Kind.COST_PER_PREDICTION: _cost_per_prediction,
    Kind.AVAILABILITY: _availability,
    Kind.COMPARISON: _comparison,
    Kind.COST_TREND: _cost_trend,
    Kind.ACCURACY: _accuracy,
}
