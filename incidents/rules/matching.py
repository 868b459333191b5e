"""Which rule an alert belongs to: all labels that the rule asks for, and the rule that asks for most wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_MATCHERS = 10
LONGEST = 300


@dataclass(frozen=True)
class Rule:
    """A rule of a service as matching sees it; `key` is its row, and the older of two alike wins."""

    key: int
    service: int
    matchers: Mapping[str, str]


def best(rules: Iterable[Rule], labels: Mapping[str, str], service: int | None = None) -> Rule | None:
    """The rule whose labels the alert carries; of several the one with most, then the oldest.

    Where the alert names its `service`, only that service's rules are asked. A rule that asks for nothing fits nothing.
    """
    fitting = [
        rule
        for rule in rules
        if rule.matchers
        and service in (None, rule.service)
        and all(labels.get(name) == value for name, value in rule.matchers.items())
    ]
    return min(fitting, key=lambda rule: (-len(rule.matchers), rule.key), default=None)


def read(text: str) -> tuple[dict[str, str], str]:
    """Matchers as one writes them, `name=value` on a line each; and why they are refused, empty when they are not."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, sign, value = (part.strip().strip('"') for part in line.partition("="))
        if not (sign and name and value):
            return {}, f"“{line[:60]}” is no label: write name=value, one on a line."
        if name in found:
            return {}, f"The label {name[:60]} stands twice."
        if len(name) > LONGEST or len(value) > LONGEST:
            return {}, f"A label has at most {LONGEST} characters."
        found[name] = value
    if not found:
        return {}, "Give at least one label that an alert must carry, such as alertname=CostSpike."
    if len(found) > MOST_MATCHERS:
        return {}, f"At most {MOST_MATCHERS} labels."
    return found, ""


def written(matchers: Mapping[str, str]) -> str:
    """Matchers as `read` takes them."""
    return "\n".join(f"{name}={value}" for name, value in sorted(matchers.items()))
