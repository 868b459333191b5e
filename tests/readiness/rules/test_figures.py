"""Numbers are written as people read them."""

from decimal import Decimal

import pytest

from readiness.rules import figures
from readiness.rules.measure_kinds import Unit


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("840", Unit.MILLISECONDS, "840 ms"),
        ("1840", Unit.MILLISECONDS, "1.84 s"),
        ("1800.0", Unit.MILLISECONDS, "1.80 s"),
        ("1841.5", Unit.MILLISECONDS, "1.8415 s"),
        ("0.10", Unit.PERCENT, "0.1 %"),
        ("20", Unit.PERCENT, "20 %"),
        ("100", Unit.PER_SECOND, "100 a second"),
        ("1E+3", Unit.PER_SECOND, "1,000 a second"),
        ("0.01210", Unit.MONEY, "€0.0121"),
        ("12", Unit.MONEY, "€12.00"),
        ("1234567", Unit.COUNT, "1,234,567"),
        ("9.5", Unit.MINUTES, "9.5 min"),
    ],
)
def test_a_figure_has_its_unit_and_no_needless_zeros(value: str, unit: Unit, text: str) -> None:
    assert figures.figure(Decimal(value), unit) == text


def test_endless_quotients_are_shortened() -> None:
    assert figures.figure(Decimal(1) / Decimal(3), Unit.MONEY) == "€0.3333"


def test_a_currency_without_a_sign_goes_by_its_code() -> None:
    assert figures.figure(Decimal(2), Unit.MONEY, "CHF") == "CHF 2.00"


@pytest.mark.parametrize(
    ("low", "high", "text"), [("1", "5", "1 % to 5 %"), ("1", None, "1 % or more"), (None, "5", "5 % or less")]
)
def test_a_span_is_said_in_words(low: str | None, high: str | None, text: str) -> None:
    at_least, at_most = (None if limit is None else Decimal(limit) for limit in (low, high))
    assert figures.span(at_least, at_most, Unit.PERCENT) == text
