"""How a measured metric stands: by its threshold and direction, near it, on too few samples, or not at all."""

import pytest

from readiness.rules import model_cards
from readiness.rules.model_cards import MetricState

ROWS = [
    ({"value": "92.1", "better": "higher", "threshold": "90"}, MetricState.MET, "Met"),
    ({"value": "90", "better": "higher", "threshold": "90"}, MetricState.MET, "Met"),
    ({"value": "89.9", "better": "higher", "threshold": "90"}, MetricState.MISSED, "Under"),
    ({"value": "0.11", "better": "lower", "threshold": "0.1"}, MetricState.MISSED, "Over"),
    ({"value": "0.09", "better": "lower", "threshold": "0.1", "margin": "0.02"}, MetricState.NEAR, "Near"),
    ({"value": "0.08", "better": "lower", "threshold": "0.1", "margin": "0.02"}, MetricState.MET, "Met"),
    ({"value": "5"}, MetricState.NO_THRESHOLD, "No threshold"),
    ({"threshold": "5"}, MetricState.TOO_FEW, "Not measured"),
    ({"segment": "Sole traders", "value": "1", "threshold": "9", "samples": "999"}, MetricState.TOO_FEW, "Too few"),
    ({"segment": "Sole traders", "value": "9", "threshold": "9", "samples": "1000"}, MetricState.MET, "Met"),
    ({"value": "9", "threshold": "9", "samples": "12"}, MetricState.MET, "Met"),
]


@pytest.mark.parametrize(("row", "state", "word"), ROWS)
def test_a_metric_stands_by_its_threshold(row: dict[str, str], state: MetricState, word: str) -> None:
    (measured,) = model_cards.all_measured({"metrics": [{"metric": "Recall", **row}], "fewest_samples": "1000"})
    assert (measured.state, measured.word) == (state, word)


def test_segments_stand_apart_with_the_worst_first() -> None:
    rows = [
        {"metric": "Recall", "value": "91", "threshold": "90"},
        {"metric": "Recall", "segment": "Good", "value": "91", "threshold": "90"},
        {"metric": "Recall", "segment": "Bad", "value": "80", "threshold": "90"},
    ]
    measured = model_cards.all_measured({"metrics": rows})
    assert [row.segment for row in model_cards.by_segment(measured)] == ["Bad", "Good"]
    assert len(model_cards.overall(measured)) == 1


def test_numbers_are_shown_as_people_read_them() -> None:
    row = {
        "metric": "p99",
        "value": "1200.50",
        "unit": "ms",
        "better": "lower",
        "threshold": "1500",
        "samples": "48000",
    }
    (measured,) = model_cards.all_measured({"metrics": [row]})
    assert (measured.value, measured.threshold, measured.samples) == ("1,200.5 ms", "≤ 1,500 ms", "48,000")


def change(before: dict[str, str] | None, after: dict[str, str] | None) -> str:
    sides = [{"metrics": [{"metric": "Recall", **row}] if row is not None else []} for row in (before, after)]
    return "; ".join(found.words for found in model_cards.metric_changes(*sides))


CHANGES = [
    ({"value": "80", "better": "higher"}, {"value": "81.5", "better": "higher"}, "+1.5, better"),
    ({"value": "80", "better": "higher"}, {"value": "79", "better": "higher"}, "−1, worse"),
    ({"value": "0.2", "better": "lower"}, {"value": "0.1", "better": "lower"}, "−0.1, better"),
    ({"value": "0.1", "better": "lower"}, {"value": "0.2", "better": "lower"}, "+0.1, worse"),
    ({"value": "1"}, {"value": "2"}, "+1"),
    ({"value": "1", "threshold": "1"}, {"value": "2", "threshold": "1"}, "+1, better"),
    ({"value": "1", "unit": "s"}, {"value": "900", "unit": "ms"}, "in another unit, unit changed"),
    ({"value": "80", "threshold": "75"}, {"value": "80", "threshold": "85"}, "threshold was ≥ 75"),
    ({"value": "80"}, {"value": "80", "threshold": "85"}, "threshold was none"),
    ({"value": "80", "note": "a"}, {"value": "80", "note": "b"}, "note changed"),
    ({"value": "80", "unit": "%"}, {"value": "80.0", "unit": "%"}, ""),
    ({}, {"value": "80"}, "measured now"),
    ({"value": "80"}, {}, "no value any more"),
    (None, {"value": "80"}, "new metric"),
    (None, {"value": "80", "segment": "Abroad"}, "new segment"),
    ({"value": "80"}, None, "no longer measured"),
]


@pytest.mark.parametrize(("before", "after", "words"), CHANGES)
def test_what_became_of_a_metric_follows_its_direction(
    before: dict[str, str] | None, after: dict[str, str] | None, words: str
) -> None:
    assert change(before, after) == words


def test_a_metric_that_says_the_same_is_no_change_wherever_it_stands() -> None:
    rows = [{"metric": "Recall", "value": "1"}, {"metric": "Recall", "value": "2"}, {"metric": "F1", "value": "3"}]
    assert model_cards.metric_changes({"metrics": rows}, {"metrics": [rows[2], *rows[:2]]}) == []
