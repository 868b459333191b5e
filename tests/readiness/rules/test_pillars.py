"""Colours of a pillar: worst first, as product.md has them."""

import pytest

from readiness.rules import pillars
from readiness.rules.pillars import PillarItem

CRITICAL, OTHER = True, False


def items(*states: tuple[bool, str], pillar: int = 9) -> list[PillarItem]:
    return [PillarItem(pillar, critical, state) for critical, state in states]


@pytest.mark.parametrize(
    ("states", "colour", "still_open"),
    [
        ([(CRITICAL, "green"), (OTHER, "green")], "green", 0),
        ([(CRITICAL, "red"), (CRITICAL, "unanswered")], "red", 2),
        ([(CRITICAL, "unanswered"), (CRITICAL, "yellow")], "unanswered", 2),
        ([(CRITICAL, "unanswered"), (OTHER, "red")], "unanswered", 2),
        ([(CRITICAL, "yellow"), (CRITICAL, "waived")], "yellow", 2),
        ([(CRITICAL, "green"), (OTHER, "red")], "yellow", 1),
        ([(CRITICAL, "waived"), (CRITICAL, "green")], "waived", 1),
        ([(CRITICAL, "waived"), (OTHER, "yellow")], "waived", 2),
        ([(CRITICAL, "green"), (OTHER, "yellow"), (OTHER, "unanswered")], "green", 2),
        ([(OTHER, "waived"), (OTHER, "green")], "green", 1),
        ([(OTHER, "unanswered"), (OTHER, "unanswered")], "unanswered", 2),
        ([(OTHER, "unanswered"), (OTHER, "green")], "green", 1),
        ([(OTHER, "unanswered"), (OTHER, "na")], "unanswered", 1),
        ([(CRITICAL, "na"), (OTHER, "na")], "na", 0),
        ([(CRITICAL, "na"), (OTHER, "red")], "yellow", 1),
    ],
)
def test_a_pillar_takes_the_worst_colour(states: list[tuple[bool, str]], colour: str, still_open: int) -> None:
    ninth = pillars.pillars(items(*states))[8]

    assert (ninth.state, ninth.open) == (colour, still_open)


def test_a_pillar_nothing_was_asked_about_is_unanswered_and_not_left_out() -> None:
    ten = pillars.pillars([])

    assert [pillar.number for pillar in ten] == list(range(1, 11))
    assert {pillar.state for pillar in ten} == {"unanswered"}


def test_items_that_do_not_count_neither_colour_nor_add_up() -> None:
    optional = [PillarItem(1, OTHER, "red", counts=False), PillarItem(1, CRITICAL, "green")]

    first = pillars.pillars(optional)[0]

    assert (first.state, first.open, first.applicable, first.green) == ("green", 0, 1, 1)
    assert pillars.pillars([PillarItem(1, OTHER, "red", counts=False)])[0].state == "na"


@pytest.mark.parametrize(
    ("state", "missed", "colour"),
    [
        ("green", 0, "green"),
        ("green", 1, "green"),
        ("green", 2, "yellow"),
        ("green", 3, "red"),
        ("green", 9, "red"),
        ("waived", 2, "yellow"),
        ("unanswered", 2, "unanswered"),
        ("unanswered", 3, "red"),
        ("red", 2, "red"),
    ],
)
def test_missed_cycles_only_make_a_colour_worse(state: str, missed: int, colour: str) -> None:
    found = pillars.pillars(items((CRITICAL, state)), missed={9: missed})[8]

    assert found.state == colour


def test_standing_counts_pillars_in_colours_and_items_in_numbers() -> None:
    found = pillars.standing(
        [
            *items((CRITICAL, "red"), pillar=1),
            *items((CRITICAL, "yellow"), (OTHER, "green"), pillar=2),
            *items((OTHER, "red"), pillar=3),
            *items((CRITICAL, "waived"), (OTHER, "unanswered"), (OTHER, "na"), pillar=4),
        ]
    )

    assert (found.red, found.yellow) == (1, 2)
    assert (found.applicable, found.answered, found.green, found.waived) == (6, 5, 1, 1)


def test_what_the_status_row_keeps_reads_back_the_same() -> None:
    ten = pillars.pillars(items((CRITICAL, "yellow"), (OTHER, "green")))

    assert pillars.as_words(ten)[8] == "yellow 1 2 1"
    assert pillars.from_words(pillars.as_words(ten)) == ten
    assert pillars.from_words([]) == pillars.pillars([])
