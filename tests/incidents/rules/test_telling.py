"""An alert fires once and ends once, however often, late or out of order it is told."""

import datetime
import itertools

import pytest

from incidents.choices import AlertState
from incidents.intake.signal import Signal
from incidents.rules import telling
from incidents.rules.telling import Standing

NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def at(minute: int) -> datetime.datetime:
    return NOON + datetime.timedelta(minutes=minute)


def fires(minute: int = 0, *, known: bool = True, **more: object) -> Signal:
    return Signal("f", "Cost", True, at(minute), starts_at=at(minute) if known else None, **more)  # type: ignore[arg-type]


def ends(minute: int = 0, until: int = 30, *, known: bool = True, kept: bool = True) -> Signal:
    if known:
        return Signal("f", "Cost", False, at(minute), starts_at=at(minute), ends_at=at(until), kept_if_unknown=kept)
    return Signal("f", "Cost", False, at(until), ends_at=at(until), kept_if_unknown=kept)


def after(*signals: Signal, standing: tuple[Standing, ...] = ()) -> list[tuple[str, int, int | None, int]]:
    """State, beginning, end (minutes after noon) and times of each alert, each signal in a post of its own."""
    alerts = list(standing)
    for place, signal in enumerate(signals):
        touched = telling.tell(alerts, [signal], at(100 + place))
        alerts += [alert for alert in touched if all(alert is not other for other in alerts)]
    minutes = [(alert.starts_at - NOON).seconds // 60 for alert in alerts]
    over = [(alert.ends_at - NOON).seconds // 60 if alert.ends_at else None for alert in alerts]
    return [(alert.state, begun, end, alert.times) for alert, begun, end in zip(alerts, minutes, over, strict=True)]


def test_told_again_it_stands_as_it_stood() -> None:
    assert after(fires(), fires(), fires()) == [("firing", 0, None, 3)]


def test_it_ends_once_and_a_replay_does_not_wake_it() -> None:
    assert after(fires(), ends(), ends(), fires()) == [("resolved", 0, 30, 4)]


def test_an_end_that_overtakes_its_beginning_holds() -> None:
    assert after(ends(), fires()) == [("resolved", 0, 30, 2)]


def test_it_fires_anew_with_another_beginning_and_the_one_before_has_ended() -> None:
    assert after(fires(0), fires(40)) == [("resolved", 0, 40, 1), ("firing", 40, None, 1)]


def test_a_beginning_that_comes_late_ended_where_the_next_began() -> None:
    assert after(fires(40), fires(0)) == [("firing", 40, None, 1), ("resolved", 0, 40, 1)]


def test_one_that_was_left_out_stays_left_out_when_it_ends() -> None:
    left_out = Standing(None, "f", at(0), None, AlertState.LEFT_OUT, at(1), 1, row=7)
    assert after(fires(), ends(), standing=(left_out,)) == [("left-out", 0, 30, 3)]


def test_a_state_without_a_beginning_belongs_to_the_alert_that_stands() -> None:
    told = (fires(0, known=False), fires(5, known=False), ends(until=30, known=False))
    assert after(*told) == [("resolved", 0, 30, 3)]


def test_a_state_told_late_wakes_nothing() -> None:
    assert after(fires(0, known=False), ends(until=30, known=False), fires(20, known=False)) == [("resolved", 0, 30, 3)]


def test_after_its_end_a_later_state_fires_anew() -> None:
    told = (fires(0, known=False), ends(until=30, known=False), fires(40, known=False))
    assert after(*told) == [("resolved", 0, 30, 2), ("firing", 40, None, 1)]


def test_an_old_end_does_not_end_what_began_later() -> None:
    assert after(fires(40, known=False), ends(until=30, known=False)) == [("firing", 40, None, 1)]


def test_a_pass_of_what_never_failed_is_nothing() -> None:
    assert after(ends(known=False, kept=False)) == []


@pytest.mark.parametrize("known", [True, False])
def test_in_whatever_order_a_story_is_told_twice_nothing_stands_that_has_ended(known: bool) -> None:
    story = [fires(0, known=known), ends(0, 30, known=known)]
    for told in itertools.permutations(story * 2):
        assert {state for state, *_ in after(*told)} == {"resolved"}


def test_of_more_than_a_post_begins_the_newest_stands_as_told_last() -> None:
    story = [
        signal
        for minute in range(0, 90, 2)
        for signal in (fires(minute, known=False), ends(0, minute + 1, known=False))
    ]
    touched = telling.tell([], [*story, fires(90, known=False)], at(99))
    assert len(touched) == telling.MOST_BEGUN
    assert sum(alert.times for alert in touched) == len(story) + 1
    assert [alert.state for alert in touched if alert.is_open] == [AlertState.FIRING]
    assert not [alert for alert in telling.tell([], story, at(99)) if alert.is_open]


def test_several_of_one_post_are_told_together() -> None:
    touched = telling.tell([], [fires(), fires(), ends()], at(99))
    assert [(alert.state, alert.times) for alert in touched] == [(AlertState.RESOLVED, 3)]
