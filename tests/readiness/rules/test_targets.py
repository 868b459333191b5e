"""What a service may promise."""

from decimal import Decimal

import pytest

from readiness.rules import targets
from readiness.rules.measures import Targets


def test_nothing_and_everything_may_be_promised() -> None:
    assert targets.refusals(Targets()) == {}
    everything = {name: Decimal(50) for name in targets.DECIMALS}
    assert targets.refusals(Targets(**everything, accuracy_metric="F1")) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("p95_ms", "-1"),
        ("p95_ms", "0.05"),
        ("p95_ms", "1e9"),
        ("p95_ms", "1e999999"),
        ("p95_ms", "NaN"),
        ("p95_ms", "Infinity"),
        ("error_rate", "100.001"),
        ("availability", "101"),
        ("cost_per_prediction", "0.000000001"),
    ],
)
def test_numbers_that_cannot_be_kept_are_refused(field: str, value: str) -> None:
    assert set(targets.refusals(Targets(**{field: Decimal(value)}))) == {field}  # type: ignore[arg-type]


def test_accuracy_names_its_metric() -> None:
    assert set(targets.refusals(Targets(accuracy=Decimal("0.9")))) == {"accuracy_metric"}


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_a_currency_has_three_letters(currency: str) -> None:
    assert set(targets.refusals(Targets(currency=currency))) == {"currency"}


def test_p99_is_never_the_lower_one() -> None:
    assert targets.refusals(Targets(p95_ms=Decimal(10), p99_ms=Decimal(10))) == {}
    assert set(targets.refusals(Targets(p95_ms=Decimal(11), p99_ms=Decimal(10)))) == {"p99_ms"}
