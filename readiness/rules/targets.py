"""What a service may promise (product.md, What is governed): the limits of each number, and which belong together."""

import re
from decimal import Decimal

from readiness.rules.measures import Targets

DECIMALS: dict[str, tuple[int, int]] = {
    "p95_ms": (10, 1),
    "p99_ms": (10, 1),
    "error_rate": (6, 3),
    "cost_per_prediction": (14, 8),
    "accuracy": (8, 4),
    "availability": (7, 4),
    "expected_peak": (12, 2),
    "rollback_minutes": (6, 1),
}
"""Each number's digits in all and behind the point, as they are stored."""

PER_CENT = ("error_rate", "availability")

WORDS = {
    "p95_ms": "p95 latency",
    "p99_ms": "p99 latency",
    "error_rate": "error rate",
    "cost_per_prediction": "cost per prediction",
    "accuracy": "accuracy",
    "availability": "availability",
    "expected_peak": "expected peak",
    "rollback_minutes": "rollback",
    "currency": "currency",
    "accuracy_metric": "accuracy metric",
}


def refusals(targets: Targets) -> dict[str, list[str]]:
    """What is wrong with the targets, by field; empty when they can be stored."""
    found = {name: [words] for name in DECIMALS if (words := _number_refusal(name, getattr(targets, name)))}
    if not re.fullmatch(r"[A-Z]{3}", targets.currency):
        found["currency"] = ["A currency has three letters, such as EUR."]
    if len(targets.accuracy_metric) > 60:
        found["accuracy_metric"] = [f"This has {len(targets.accuracy_metric)} characters; 60 is the most."]
    elif targets.accuracy is not None and not targets.accuracy_metric:
        found["accuracy_metric"] = ["Name the metric, such as F1 or accuracy."]
    if not found and targets.p95_ms is not None and targets.p99_ms is not None and targets.p99_ms < targets.p95_ms:
        both = f"p99 is {targets.p99_ms:f} ms and p95 is {targets.p95_ms:f} ms."
        found["p99_ms"] = [f"{both} p99 is never the lower one: check which is which."]
    return found


def in_words(fields: list[str]) -> str:
    """Fields as a list: “p95 latency and availability”."""
    *head, last = [WORDS.get(name, name) for name in fields] or ["nothing"]
    return f"{', '.join(head)} and {last}" if head else last


def _number_refusal(name: str, value: Decimal | None) -> str:
    if value is None:
        return ""
    if not value.is_finite() or value < 0:
        return "Enter a number of 0 or more."
    if name in PER_CENT and value > 100:
        return "Per cent go up to 100."
    digits, places = DECIMALS[name]
    if value >= Decimal(10) ** (digits - places):
        return f"That is more than can be kept: {digits - places} digits before the point."
    if value != round(value, places):
        return f"At most {places} digits behind the point."
    return ""
