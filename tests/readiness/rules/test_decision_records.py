"""Decision records: from which state one may go where, and what is refused in which."""

import pytest

from readiness.choices import DecisionRecordState as State
from readiness.rules import decision_records as rules

ALLOWED = {
    (State.PROPOSED, State.ACCEPTED),
    (State.PROPOSED, State.REJECTED),
    (State.ACCEPTED, State.DEPRECATED),
    (State.ACCEPTED, State.SUPERSEDED),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_a_record_goes_only_from_proposed_to_decided_to_ended(state: State, to: State) -> None:
    assert (rules.move_refusal(state, to) == "") == ((state, to) in ALLOWED)


@pytest.mark.parametrize("state", State)
def test_only_a_proposal_is_revised_and_only_what_is_accepted_is_reviewed(state: State) -> None:
    assert (rules.revise_refusal(state) == "") == (state == State.PROPOSED)
    assert (rules.review_refusal(state) == "") == (state == State.ACCEPTED)


@pytest.mark.parametrize(
    ("given", "own", "says"),
    [
        ("", None, ""),
        ("4", 7, ""),
        ("4, 5; 4", 7, ""),
        ("four", 7, "Write the numbers"),
        ("7", 7, "cannot supersede itself"),
        ("9", 7, "There is no record 9"),
        ("6", 7, "Record 6 is deprecated; only accepted"),
        ("4, 3", 7, "Record 3 is proposed"),
    ],
)
def test_a_record_supersedes_accepted_others_of_its_service(given: str, own: int | None, says: str) -> None:
    states = {3: State.PROPOSED, 4: State.ACCEPTED, 5: State.ACCEPTED, 6: State.DEPRECATED, 7: State.PROPOSED}
    words = rules.supersedes_refusal(given, own, states)
    assert words.find(says) >= 0 if says else words == ""


def test_numbers_are_read_in_any_writing_and_kept_in_one() -> None:
    assert rules.numbers(" 7,4  4;12") == (7, 4, 12)
    assert rules.line((7, 4, 4)) == "4, 7"
