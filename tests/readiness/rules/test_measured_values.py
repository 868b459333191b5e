"""Numbers are taken as people enter them, and refused with a way out."""

from decimal import Decimal

import pytest

from readiness.rules import measured_values
from readiness.rules.measure_kinds import Kind


def test_text_becomes_decimals_and_an_empty_field_is_not_entered() -> None:
    entered = measured_values.read(Kind.LATENCY, {"p95_ms": " 1840.5 ", "p99_ms": ""})
    assert entered.numbers == {"p95_ms": Decimal("1840.5")}


@pytest.mark.parametrize(
    ("kind", "name", "text", "problem"),
    [
        (Kind.LATENCY, "p95_ms", "1,84", "Write the decimal point as a full stop: 1.84."),
        (Kind.LATENCY, "p95_ms", "fast", "“fast” is not a number. Write digits and at most one point, such as 1.84."),
        (Kind.LATENCY, "p95_ms", "0", "Enter a number above 0."),
        (Kind.LATENCY, "p50_ms", "3", "This measure has no such value."),
        (Kind.COST_TREND, "cost", "-1", "Enter 0 or more."),
        (Kind.COST_TREND, "predictions", "1.5", "Enter a whole number."),
        (Kind.AVAILABILITY, "availability", "101", "A percentage is at most 100."),
        (Kind.GUARDRAILS, "guardrail.1.direction", "sideways", "Choose at-most or at-least."),
        (Kind.GUARDRAILS, "guardrail.1.colour", "red", "This measure has no such value."),
        (Kind.LATENCY, "guardrail.1.value", "1", "This measure has no such value."),
        (Kind.ACCURACY, "metric", "x" * 121, "Use at most 120 characters."),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(kind: Kind, name: str, text: str, problem: str) -> None:
    assert measured_values.problem(kind, name, text) == problem


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e9", "0x10", "1_000", "１２", "9" * 15, "--1", "1."])
def test_what_only_a_machine_would_call_a_number_is_refused(text: str) -> None:
    with pytest.raises(measured_values.InvalidValues) as caught:
        measured_values.read(Kind.TAIL_LATENCY, {"p99_ms": text})
    assert list(caught.value.problems) == ["p99_ms"]


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(measured_values.InvalidValues) as caught:
        measured_values.read(Kind.LATENCY, {"p95_ms": "slow", "p99_ms": "-1"})
    assert set(caught.value.problems) == {"p95_ms", "p99_ms"}


def test_guardrails_come_in_the_order_of_their_numbers() -> None:
    values = {"guardrail.10.name": "Last", "guardrail.2.name": "First", "guardrail.2.value": "1"}
    entered = measured_values.read(Kind.GUARDRAILS, values)
    assert [guardrail.name for guardrail in entered.guardrails] == ["First", "Last"]


def test_a_guardrail_without_a_name_goes_by_its_number_and_keeps_below_its_limit() -> None:
    entered = measured_values.read(Kind.GUARDRAILS, {"guardrail.3.value": "1", "guardrail.3.limit": "2"})
    (guardrail,) = entered.guardrails
    assert (guardrail.name, guardrail.direction, guardrail.limit) == ("Guardrail 3", "at-most", Decimal(2))


def test_accuracy_may_be_below_zero_because_some_metrics_are() -> None:
    assert measured_values.read(Kind.ACCURACY, {"value": "-0.2"}).numbers["value"] == Decimal("-0.2")
