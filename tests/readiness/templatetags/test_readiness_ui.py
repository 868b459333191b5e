"""Readiness is drawn with two numbers, and what is on credit is never part of green."""

from typing import Any

import pytest
from django.template import Context, Template

from readiness.choices import DecisionState, ItemState, TriggerState, Verdict
from readiness.templatetags import readiness_ui

COUNTS = {"green": 25, "waived": 1, "yellow": 4, "red": 2, "unanswered": 3, "na": 1}


def rendered(source: str, **context: Any) -> str:
    return Template("{% load readiness_ui %}" + source).render(Context(context))


def test_answered_and_green_stand_side_by_side() -> None:
    pair = rendered("{% progress_pair counts %}", counts=COUNTS)
    assert "32 <small>of 35, 91 %</small>" in pair
    assert "25 <small>of 35, 71 %</small>" in pair


def test_nothing_counted_is_a_dash_not_a_hundred() -> None:
    assert "0 <small>of 0, –</small>" in rendered("{% progress_pair counts %}", counts={})


@pytest.mark.parametrize(("part", "whole", "words"), [(199, 200, "99 %"), (200, 200, "100 %"), (0, 3, "0 %")])
def test_a_hundred_percent_means_all(part: int, whole: int, words: str) -> None:
    assert rendered("{{ part|percent:whole }}", part=part, whole=whole) == words


def test_the_bar_says_in_words_what_it_shows() -> None:
    bar = rendered("{% stacked_bar counts later=4 %}", counts=COUNTS)
    assert 'aria-label="25 green, 1 on credit, 4 yellow, 2 red, 3 unanswered"' in bar
    assert "Not counted: 1 not applicable, 4 after go." in bar


def test_the_pieces_of_the_bar_fill_it_and_credit_is_not_green() -> None:
    pieces = readiness_ui.stacked_bar(COUNTS)["pieces"]
    assert [piece.state for piece in pieces] == ["green", "waived", "yellow", "red", "unanswered"]
    assert sum(float(piece.width.rstrip("%")) for piece in pieces) == pytest.approx(100, abs=0.05)
    assert float(pieces[0].width.rstrip("%")) == pytest.approx(2500 / 35, abs=0.01)


def test_counts_may_be_an_object_too() -> None:
    class Status:
        green, red = 3, 1

    assert "3 <small>of 4, 75 %</small>" in rendered("{% progress_pair counts %}", counts=Status())


def test_an_empty_bar_draws_nothing_and_says_so() -> None:
    bar = rendered("{% stacked_bar counts %}", counts={})
    assert "<rect" not in bar
    assert "Nothing counted." in bar


@pytest.mark.parametrize("state", ItemState.values)
def test_a_heat_cell_reads_without_its_colour(state: str) -> None:
    cell = rendered("{% heat state 'Cost' 2 '/services/x/' %}", state=state)
    assert f"Cost: {ItemState(state).label}, 2 open" in cell
    assert f"#i-s-{state}" in cell
    assert 'href="/services/x/"' in cell


def test_a_heat_cell_without_open_items_shows_no_number() -> None:
    assert "gh-n" not in rendered("{% heat 'green' 'Cost' %}")


@pytest.mark.parametrize("value", [*Verdict.values, *DecisionState.values])
def test_every_verdict_and_state_of_a_decision_has_its_word(value: str) -> None:
    labels = {**dict(Verdict.choices), **dict(DecisionState.choices)}
    pill = rendered("{% verdict value %}", value=value)
    assert labels[value] in pill
    assert value in readiness_ui.VERDICTS


def test_a_release_nobody_decided_on_is_not_asked() -> None:
    pill = rendered("{% verdict '' %}")
    assert "Not asked" in pill
    assert "gh-state--unanswered" in pill


@pytest.mark.parametrize("value", TriggerState.values)
def test_every_state_of_a_trigger_has_its_word(value: str) -> None:
    assert TriggerState(value).label in rendered("{% trigger_state value %}", value=value)


def test_a_trigger_that_says_something_else_is_unknown_never_clear() -> None:
    pill = rendered("{% trigger_state 'fine' %}")
    assert "Unknown" in pill
    assert "green" not in pill
    assert rendered("{{ 'fine'|trigger_class }}") == "is-unknown"


def test_a_trend_says_its_ends_and_its_direction() -> None:
    line = rendered("{% spark shares %}", shares=[0.48, 0.5, 0.71])
    assert 'aria-label="Green items: from 48 % to 71 %"' in line
    assert "is-up" in line


def test_a_trend_of_equal_values_has_no_direction() -> None:
    line = rendered("{% spark shares %}", shares=[0.5, 0.5])
    assert "is-up" not in line
    assert "is-down" not in line


@pytest.mark.parametrize("shares", [[], [0.5]])
def test_one_value_is_no_trend(shares: list[float]) -> None:
    assert "no trend yet" in rendered("{% spark shares %}", shares=shares)


@pytest.mark.parametrize(("value", "threshold"), [(0.9, 1.0), (1.84, 1.80), (0, 0), (-3, 1)])
def test_a_measured_range_stays_within_its_picture(value: float, threshold: float) -> None:
    picture = readiness_ui.measured_range(value, threshold, "yellow")
    assert 0 <= float(picture["width"]) <= 100
    assert 0 <= float(picture["mark"]) <= 100
