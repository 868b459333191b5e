"""Writes numbers as people read them in sentences: 1.84 s, 0.1 %, €0.0121."""

from decimal import Decimal

from readiness.rules.measure_kinds import Unit

CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
DIGITS_SHOWN = 4
ENDLESS = 12
"""A number of more digits is a quotient that nobody entered."""
THOUSAND = Decimal(1000)


def figure(value: Decimal, unit: Unit, currency: str = "EUR") -> str:
    """Returns a number with its unit; a second and more are shown in seconds."""
    match unit:
        case Unit.MILLISECONDS:
            return f"{_two_places(value / THOUSAND)} s" if value >= THOUSAND else f"{plain(value)} ms"
        case Unit.PERCENT:
            return f"{plain(value)} %"
        case Unit.PER_SECOND:
            return f"{plain(value)} a second"
        case Unit.MINUTES:
            return f"{plain(value)} min"
        case Unit.MONEY:
            sign = CURRENCY_SIGNS.get(currency, f"{currency} ")
            return f"{sign}{_two_places(value)}"
        case Unit.COUNT | Unit.SCORE:
            return plain(value)


def span(at_least: Decimal | None, at_most: Decimal | None, unit: Unit, currency: str = "EUR") -> str:
    """Returns the range between two limits in words; at least one of them must be given."""
    low, high = (None if limit is None else figure(limit, unit, currency) for limit in (at_least, at_most))
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less"


def plain(value: Decimal) -> str:
    """Returns a number without trailing zeros, grouped by thousands, never as a power of ten."""
    return f"{_shown(value):,f}"


def _two_places(value: Decimal) -> str:
    """Returns a number with two decimals, or more where it has them."""
    shown = _shown(value)
    exponent = shown.as_tuple().exponent
    return f"{shown:,f}" if isinstance(exponent, int) and exponent < -1 else f"{shown:,.2f}"


def _shown(value: Decimal) -> Decimal:
    """Shortens endless quotients to a readable length; decisions use the full number."""
    digits = value.as_tuple().digits
    if len(digits) > ENDLESS:
        value = value.quantize(Decimal(1).scaleb(value.adjusted() - DIGITS_SHOWN + 1))
    shown = value.normalize()
    return shown if shown != shown.to_integral_value() else shown.quantize(Decimal(1))
