"""Who may waive what, and for how long: cases that a compliance person can read."""

import datetime
import uuid

import pytest

from readiness.choices import ItemState, WaiverState
from readiness.rules import waivers
from readiness.rules.waivers import Asking, Ends, Person, Request, Wanted

TODAY = datetime.date(2026, 11, 12)
ENNO, DORA = uuid.uuid4(), uuid.uuid4()


def wanted(**changed: object) -> Wanted:
    fields: dict[str, object] = {
        "reason": "The vendor delivers in January.",
        "control": "Read by hand each day.",
        "expires_on": TODAY + datetime.timedelta(days=30),
    }
    return Wanted(**{**fields, **changed})  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, "Choose the last day on which it holds."),
        (datetime.date(2026, 11, 11), "This day has passed. Choose today or a later one."),
        (datetime.date(2026, 11, 12), ""),
        (datetime.date(2027, 2, 10), ""),
        (datetime.date(2027, 2, 11), "A waiver lasts at most 90 days: 10 Feb 2027 or earlier."),
    ],
)
def test_a_waiver_lasts_at_most_90_days_and_does_not_end_in_the_past(day: datetime.date | None, words: str) -> None:
    assert waivers.day_refusal(day, TODAY) == words


@pytest.mark.parametrize(
    ("renewed_until", "refused"),
    [(datetime.date(2026, 12, 12), True), (datetime.date(2026, 12, 11), False), (datetime.date(2026, 1, 1), False)],
)
def test_a_renewal_ends_later_than_what_it_renews(renewed_until: datetime.date, refused: bool) -> None:
    found = waivers.wanted_refusals(wanted(), TODAY, renewed_until)
    assert bool(found.get("expires_on")) is refused


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"control": ""}, "control"),
        ({"reason": "x" * 1001}, "reason"),
        ({"control": "half\u202etext"}, "control"),
    ],
)
def test_a_reason_and_a_control_are_needed_at_their_fields(changed: dict[str, object], field: str) -> None:
    assert set(waivers.wanted_refusals(wanted(**changed), TODAY)) == {field}


@pytest.mark.parametrize(
    ("asking", "begins"),
    [
        (Asking(waivable=True, state=ItemState.RED), ""),
        (Asking(waivable=True, state=ItemState.YELLOW), ""),
        (Asking(waivable=True, state=ItemState.UNANSWERED), ""),
        (Asking(waivable=True, state=ItemState.WAIVED), ""),
        (Asking(waivable=True, state=ItemState.GREEN), "This item is green"),
        (Asking(waivable=False, state=ItemState.RED), "This item cannot be waived"),
        (Asking(waivable=True, state=ItemState.RED, closed="It is over."), "It is over."),
        (Asking(waivable=True, state=ItemState.RED, open_request="Enno"), "Enno has asked for one already"),
    ],
)
def test_a_waiver_is_asked_for_where_an_item_is_short_of_green(asking: Asking, begins: str) -> None:
    found = waivers.asking_refusal(asking)
    assert found.startswith(begins) if begins else found == ""


def request(**changed: object) -> Request:
    fields: dict[str, object] = {
        "state": WaiverState.ASKED,
        "critical": False,
        "renewals": 0,
        "expires_on": TODAY,
        "asked_by": ENNO,
    }
    return Request(**{**fields, **changed})  # type: ignore[arg-type]  # fields by name


APPROVER, DECIDER = Person(DORA, True, False), Person(DORA, True, True)
NOBODY = Person(DORA, False, False)


@pytest.mark.parametrize(
    ("asked", "person", "begins"),
    [
        (request(), APPROVER, ""),
        (request(), DECIDER, ""),
        (request(), NOBODY, "An approver or decider"),
        (request(critical=True), APPROVER, "The item is critical: a decider"),
        (request(critical=True), DECIDER, ""),
        (request(renewals=2), APPROVER, ""),
        (request(renewals=3), APPROVER, "This is renewal 3: from the third on a decider"),
        (request(renewals=3), DECIDER, ""),
        (request(renewals=4), APPROVER, "This is renewal 4"),
        (request(asked_by=DORA), DECIDER, "You asked for it."),
        (request(state=WaiverState.REFUSED), DECIDER, "This request is settled: refused."),
        (request(expires_on=TODAY - datetime.timedelta(days=1)), DECIDER, "The last day it asks for has passed."),
        (request(renews_ended=True), DECIDER, "What it would renew was revoked."),
    ],
)
def test_another_person_approves_and_a_decider_where_it_counts_most(
    asked: Request, person: Person, begins: str
) -> None:
    found = waivers.approving_refusal(asked, person, TODAY)
    assert found.startswith(begins) if begins else found == ""


@pytest.mark.parametrize(
    ("asked", "person", "allowed"),
    [
        (request(asked_by=DORA), NOBODY, True),
        (request(), DECIDER, False),
        (request(asked_by=DORA, state=WaiverState.STANDING), NOBODY, False),
    ],
)
def test_only_who_asked_withdraws_and_only_while_it_is_open(asked: Request, person: Person, allowed: bool) -> None:
    assert (waivers.withdrawing_refusal(asked, person) == "") is allowed


@pytest.mark.parametrize(
    ("asked", "person", "allowed"),
    [
        (request(state=WaiverState.STANDING), APPROVER, True),
        (request(state=WaiverState.STANDING, critical=True), APPROVER, False),
        (request(state=WaiverState.STANDING, critical=True), DECIDER, True),
        (request(state=WaiverState.STANDING, critical=True, asked_by=DORA), NOBODY, True),
        (request(state=WaiverState.LAPSED), DECIDER, False),
        (request(state=WaiverState.RENEWED), DECIDER, False),
        (request(state=WaiverState.ASKED), DECIDER, False),
    ],
)
def test_who_may_approve_revokes_what_stands_and_who_asked_for_it(
    asked: Request, person: Person, allowed: bool
) -> None:
    assert (waivers.revoking_refusal(asked, person) == "") is allowed


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (Ends("", False, False, TODAY), WaiverState.ASKED),
        (Ends("refused", False, False, TODAY), WaiverState.REFUSED),
        (Ends("withdrawn", False, False, TODAY), WaiverState.WITHDRAWN),
        (Ends("approved", False, False, TODAY), WaiverState.STANDING),
        (Ends("approved", False, False, TODAY - datetime.timedelta(days=1)), WaiverState.LAPSED),
        (Ends("approved", True, False, TODAY), WaiverState.REVOKED),
        (Ends("approved", False, True, TODAY), WaiverState.RENEWED),
    ],
)
def test_a_waiver_holds_through_its_last_day_and_lapses_by_itself(ends: Ends, state: WaiverState) -> None:
    assert waivers.state(ends, TODAY) == state


@pytest.mark.parametrize(
    ("renewals", "words"), [(0, ""), (1, "renewed once"), (2, "renewed twice"), (3, "renewed 3 times")]
)
def test_renewals_are_counted_in_words(renewals: int, words: str) -> None:
    assert waivers.renewed_words(renewals) == words
