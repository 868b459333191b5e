"""Measured rows are decided by their numbers, and every answer says at what value it turns green."""

from decimal import Decimal

import pytest

from readiness.catalogue import loader
from readiness.catalogue.schema import Item, RecurringCheck
from readiness.rules import measured_values, measures
from readiness.rules.comparisons import Outcome
from readiness.rules.measures import Result, Targets

TARGETS = Targets(
    p95_ms=Decimal(1800),
    p99_ms=Decimal(3000),
    error_rate=Decimal("0.2"),
    cost_per_prediction=Decimal("0.012"),
    accuracy=Decimal("0.90"),
    accuracy_metric="F1",
    availability=Decimal("99.5"),
    expected_peak=Decimal(50),
)
NOTHING_PROMISED = Targets()


def decided(
    key: str,
    values: dict[str, str],
    targets: Targets = TARGETS,
    baseline: Targets | None = None,
    previous: dict[str, str] | None = None,
) -> Result:
    rows: dict[str, Item | RecurringCheck] = {
        **loader.items(),
        **{check.key: check for check in loader.recurring_checks()},
    }
    measure = rows[key].measure
    assert measure is not None
    spec = measure.spec()
    before = None if previous is None else measured_values.read(spec.kind, previous)
    entered = measured_values.read(spec.kind, values)
    return measures.decide(spec, entered, targets, baseline=baseline, previous=before)


def test_the_outcome_says_the_number_its_bound_and_where_the_bound_comes_from() -> None:
    found = decided("perf.latency", {"p95_ms": "1840", "p99_ms": "2900"})
    assert found.outcome is Outcome.NOT_MET
    assert found.sentence == (
        "p95 latency: 1.84 s; turns green at 1.80 s or less, the target. "
        "p99 latency: 2.90 s; green at 3.00 s or less, the target."
    )


def test_a_p99_below_the_p95_proves_nothing() -> None:
    found = decided("perf.latency", {"p95_ms": "1700", "p99_ms": "900"})
    assert found.outcome is Outcome.UNDECIDED
    assert "p99 latency: 900 ms, below p95 with 1.70 s; check which is which." in found.sentence


@pytest.mark.parametrize("key", ["prelaunch.load-test", "capacity.headroom"])
@pytest.mark.parametrize(("peak", "outcome"), [("100", "met"), ("99.9", "not-met"), ("140", "met")])
def test_headroom_is_twice_the_expected_peak(key: str, peak: str, outcome: str) -> None:
    assert decided(key, {"tested_peak": peak}).outcome == outcome


def test_headroom_says_which_rate_is_needed() -> None:
    found = decided("capacity.headroom", {"tested_peak": "90"})
    expected = "Highest rate proven: 90 a second; turns green at 100 a second or more, 2 × the expected peak."
    assert found.sentence == expected


@pytest.mark.parametrize(
    ("key", "values", "outcome"),
    [
        ("perf.latency", {"p95_ms": "1800", "p99_ms": "3000"}, "met"),
        ("perf.latency", {"p95_ms": "1800", "p99_ms": "3000.1"}, "not-met"),
        ("perf.latency", {"p95_ms": "1800"}, "undecided"),
        ("perf.latency", {"p95_ms": "1801"}, "not-met"),
        ("bench.tail-latency", {"p99_ms": "3000"}, "met"),
        ("bench.tail-latency", {"p99_ms": "3001"}, "not-met"),
        ("release.canary", {"canary_percent": "1"}, "met"),
        ("release.canary", {"canary_percent": "5"}, "met"),
        ("release.canary", {"canary_percent": "0.5"}, "not-met"),
        ("release.canary", {"canary_percent": "5.1"}, "not-met"),
        ("release.rollback-triggers", {"p99_increase": "20", "error_rate": "0.5"}, "met"),
        ("release.rollback-triggers", {"p99_increase": "21", "error_rate": "0.5"}, "not-met"),
        ("release.rollback-triggers", {"p99_increase": "20", "error_rate": "0.6"}, "not-met"),
        ("release.rollback-triggers", {"p99_increase": "20"}, "undecided"),
        ("prelaunch.rollback", {"minutes": "15"}, "met"),
        ("prelaunch.rollback", {"minutes": "15.1"}, "not-met"),
        ("prelaunch.cost-tracking", {"cost_per_prediction": "0.012"}, "met"),
        ("prelaunch.cost-tracking", {"cost_per_prediction": "0.0121"}, "not-met"),
        ("spend.baseline", {"cost_per_prediction": "0.0119"}, "met"),
        ("obs.slo-sli", {"availability": "99.5"}, "met"),
        ("obs.slo-sli", {"availability": "99.49"}, "not-met"),
    ],
)
def test_a_number_on_its_bound_is_met_and_one_beyond_is_not(key: str, values: dict[str, str], outcome: str) -> None:
    assert decided(key, values).outcome == outcome


@pytest.mark.parametrize(
    "key",
    [
        "prelaunch.load-test",
        "perf.latency",
        "bench.tail-latency",
        "bench.guardrails",
        "release.canary",
        "release.rollback-triggers",
        "prelaunch.rollback",
        "prelaunch.cost-tracking",
        "obs.slo-sli",
        "post.comparison",
        "weekly.cost-trend",
        "monthly.accuracy",
    ],
)
def test_nothing_entered_is_undecided_and_never_met(key: str) -> None:
    found = decided(key, {}, baseline=TARGETS)
    assert found.outcome is Outcome.UNDECIDED
    assert "turns green" in found.sentence or "decided from" in found.sentence


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("prelaunch.load-test", {"tested_peak": "1000"}),
        ("perf.latency", {"p95_ms": "1", "p99_ms": "1"}),
        ("prelaunch.cost-tracking", {"cost_per_prediction": "0"}),
        ("obs.slo-sli", {"availability": "100"}),
        ("monthly.accuracy", {"value": "1", "sample_size": "500"}),
        ("post.comparison", {"p95_ms": "1", "error_rate": "0", "cost_per_prediction": "0"}),
    ],
)
def test_without_a_target_even_a_perfect_number_is_undecided_and_says_what_is_lacking(
    key: str, values: dict[str, str]
) -> None:
    found = decided(key, values, targets=NOTHING_PROMISED)
    assert found.outcome is Outcome.UNDECIDED
    assert "undecided until there is" in found.sentence


def test_one_guardrail_crossed_is_enough_whichever_side_it_keeps_to() -> None:
    good = {
        "guardrail.1.name": "False positives",
        "guardrail.1.value": "0.09",
        "guardrail.1.limit": "0.1",
        "guardrail.2.name": "Recall",
        "guardrail.2.value": "0.95",
        "guardrail.2.limit": "0.95",
        "guardrail.2.direction": "at-least",
    }
    assert decided("bench.guardrails", good).outcome is Outcome.MET
    crossed = decided("bench.guardrails", {**good, "guardrail.2.value": "0.94"})
    assert crossed.outcome is Outcome.NOT_MET
    assert "Recall: 0.94; turns green at 0.95 or more, its limit." in crossed.sentence


def test_a_guardrail_without_a_limit_is_undecided() -> None:
    found = decided("bench.guardrails", {"guardrail.1.name": "Bias", "guardrail.1.value": "0.1"})
    assert (found.outcome, found.sentence) == ("undecided", "Bias: 0.1; undecided until there is a limit.")


def test_an_error_trigger_need_not_be_stricter_than_what_the_service_promises() -> None:
    lenient = Targets(error_rate=Decimal(2))
    values = {"p99_increase": "20", "error_rate": "2"}
    assert decided("release.rollback-triggers", values, targets=lenient).outcome is Outcome.MET


def test_a_service_may_set_its_own_limit_for_the_drill() -> None:
    strict = Targets(rollback_minutes=Decimal(5))
    found = decided("prelaunch.rollback", {"minutes": "9"}, targets=strict)
    assert found.outcome is Outcome.NOT_MET
    assert found.comparisons[0].bounds.at_most == 5


def test_a_release_is_compared_with_the_baseline_and_not_with_todays_targets() -> None:
    values = {"p95_ms": "1500", "error_rate": "0.1", "cost_per_prediction": "0.01"}
    tighter = Targets(p95_ms=Decimal(1400), error_rate=Decimal("0.2"), cost_per_prediction=Decimal("0.012"))
    assert decided("post.comparison", values, baseline=TARGETS).outcome is Outcome.MET
    worse = decided("post.comparison", values, baseline=tighter)
    assert worse.outcome is Outcome.NOT_MET
    assert "p95 latency: 1.50 s; turns green at 1.40 s or less, the baseline." in worse.sentence


def test_cost_that_grows_with_traffic_is_no_rise() -> None:
    last_week = {"cost": "100", "predictions": "10000"}
    found = decided("weekly.cost-trend", {"cost": "300", "predictions": "30000"}, previous=last_week)
    assert found.outcome is Outcome.MET


@pytest.mark.parametrize(("cost", "outcome"), [("120", "met"), ("120.01", "not-met")])
def test_cost_per_prediction_may_rise_by_a_fifth_a_week(cost: str, outcome: str) -> None:
    last_week = {"cost": "100", "predictions": "30000"}
    found = decided("weekly.cost-trend", {"cost": cost, "predictions": "30000"}, previous=last_week)
    assert found.outcome == outcome


def test_a_slow_rise_is_caught_by_the_baseline() -> None:
    last_week = {"cost": "129", "predictions": "10000"}
    found = decided("weekly.cost-trend", {"cost": "130", "predictions": "10000"}, baseline=TARGETS, previous=last_week)
    assert found.outcome is Outcome.NOT_MET
    assert "€0.013; turns green at €0.012 or less, the baseline." in found.sentence


def test_a_first_week_without_a_baseline_has_nothing_to_be_compared_with() -> None:
    found = decided("weekly.cost-trend", {"cost": "130", "predictions": "10000"})
    assert found.outcome is Outcome.UNDECIDED
    assert "undecided until there is a week before or a baseline" in found.sentence


def test_a_week_without_predictions_has_no_cost_per_prediction() -> None:
    found = decided("weekly.cost-trend", {"cost": "130", "predictions": "0"}, baseline=TARGETS)
    assert found.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("value", "sample", "outcome"),
    [("0.90", "30", "met"), ("0.89", "400", "not-met"), ("0.99", "29", "undecided"), ("0.10", "29", "undecided")],
)
def test_accuracy_counts_from_thirty_samples(value: str, sample: str, outcome: str) -> None:
    values = {"metric": "f1", "value": value, "sample_size": sample}
    assert decided("monthly.accuracy", values, baseline=TARGETS).outcome == outcome


def test_another_metric_than_the_one_promised_decides_nothing() -> None:
    values = {"metric": "recall", "value": "0.99", "sample_size": "400"}
    found = decided("monthly.accuracy", values)
    assert (found.outcome, found.sentence) == (
        "undecided",
        "Measured as recall, promised as F1; decided when both are the same metric.",
    )


def test_numbers_are_compared_as_decimals_without_rounding() -> None:
    third = Targets(expected_peak=Decimal("0.1"))
    assert decided("capacity.headroom", {"tested_peak": "0.2"}, targets=third).outcome is Outcome.MET
    assert decided("obs.slo-sli", {"availability": "99.4999999999"}).outcome is Outcome.NOT_MET


def test_money_is_written_in_the_currency_of_the_service() -> None:
    dollars = Targets(cost_per_prediction=Decimal("0.5"), currency="USD")
    found = decided("spend.baseline", {"cost_per_prediction": "0.4"}, targets=dollars)
    assert found.sentence == "Cost per prediction: $0.40; green at $0.50 or less, the target."
