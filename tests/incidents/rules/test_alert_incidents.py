"""What an incident takes over from an alert: title, severity, words."""

import datetime

import pytest

from incidents.rules import alert_incidents as rules
from incidents.rules.alert_incidents import AlertTold

NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def told(**said: object) -> AlertTold:
    given: dict[str, object] = {"name": "CostSpike", "summary": "", "source": "Alertmanager", "starts_at": NOON, **said}
    return AlertTold(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("summary", "title"),
    [("", "CostSpike"), ("  \n Cost rises\tfast \nand more", "Cost rises fast"), ("x" * 300, "x" * 200)],
)
def test_it_is_called_after_the_first_line_of_the_summary(summary: str, title: str) -> None:
    assert rules.title(told(summary=summary)) == title


@pytest.mark.parametrize(
    ("word", "of_rule", "severity"),
    [("critical", None, 2), ("Warning", None, 3), ("info", None, 4), ("", None, 3), ("high", None, 3), ("info", 1, 1)],
)
def test_the_rule_says_how_bad_it_is_else_the_senders_word(word: str, of_rule: int | None, severity: int) -> None:
    assert rules.severity(told(severity=word), of_rule) == severity


def test_the_moment_of_the_alert_stands_in_every_line() -> None:
    over = told(ends_at=NOON + datetime.timedelta(minutes=30))
    assert rules.known(told(summary="Too dear.")).endswith("21 Nov 2026, 12:00 UTC, told by Alertmanager.\n\nToo dear.")
    assert "fired from 21 Nov 2026, 12:00 UTC until 21 Nov 2026, 12:30 UTC, told by" in rules.known(over)
    assert rules.turns([over, told()]) == [
        "The alert CostSpike ended 21 Nov 2026, 12:30 UTC, told by Alertmanager.",
        "The alert CostSpike fires again since 21 Nov 2026, 12:00 UTC, told by Alertmanager.",
    ]


def test_a_storm_is_told_in_one_line() -> None:
    over = told(ends_at=NOON)
    assert rules.turns([over] * 9 + [told()]) == ["Of the alerts of this incident 9 ended and 1 fire again."]
