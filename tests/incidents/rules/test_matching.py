"""An alert belongs to the rule that asks for most of its labels; matchers are written a line each."""

import pytest

from incidents.rules import matching
from incidents.rules.matching import Rule

WIDE = Rule(1, 10, {"alertname": "CostSpike"})
NARROW = Rule(2, 11, {"alertname": "CostSpike", "tenant": "north"})
TWIN = Rule(3, 10, {"alertname": "CostSpike"})
EMPTY = Rule(4, 10, {})
LABELS = {"alertname": "CostSpike", "tenant": "north", "region": "eu"}


def test_the_rule_that_asks_for_most_wins_in_any_order() -> None:
    assert matching.best([WIDE, NARROW, TWIN], LABELS) == NARROW
    assert matching.best([TWIN, NARROW, WIDE], LABELS) == NARROW


def test_of_two_alike_the_older_wins() -> None:
    assert matching.best([TWIN, WIDE], LABELS) == WIDE


def test_where_the_service_is_named_only_its_rules_are_asked() -> None:
    assert matching.best([WIDE, NARROW], LABELS, service=10) == WIDE
    assert matching.best([WIDE, NARROW], LABELS, service=12) is None


def test_a_rule_needs_every_label_and_one_that_asks_for_nothing_fits_nothing() -> None:
    assert matching.best([NARROW, EMPTY], {"alertname": "CostSpike"}) is None


def test_matchers_are_read_as_they_are_written() -> None:
    found, refusal = matching.read('alertname = "CostSpike"\r\n\r\nquery=a=b\n')
    assert not refusal
    assert found == {"alertname": "CostSpike", "query": "a=b"}
    assert matching.read(matching.written(found)) == (found, "")


@pytest.mark.parametrize("text", ["", "\n", "alertname", "=x", "x=", "a=1\na=2", "x=" + "y" * 301])
def test_what_is_no_label_is_refused(text: str) -> None:
    assert matching.read(text)[1]
