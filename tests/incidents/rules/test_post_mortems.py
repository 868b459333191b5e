"""When a post-mortem is due, what a published one says, and what it begins from."""

import datetime

import pytest

from incidents.rules import post_mortems
from incidents.rules.post_mortems import Happened, Known


@pytest.mark.parametrize(
    ("resolved", "days", "due"),
    [
        ((2026, 8, 12), 5, (2026, 8, 19)),
        ((2026, 8, 14), 1, (2026, 8, 17)),
        ((2026, 8, 15), 5, (2026, 8, 21)),
        ((2026, 8, 12), 10, (2026, 8, 26)),
    ],
)
def test_it_is_due_so_many_working_days_after_the_end(
    resolved: tuple[int, int, int], days: int, due: tuple[int, int, int]
) -> None:
    assert post_mortems.due_on(datetime.date(*resolved), days) == datetime.date(*due)


def test_what_lacks_is_named_before_it_is_published() -> None:
    assert post_mortems.publish_refusals({"summary": "x", "impact": "y"}) == ["Root cause is not written yet."]
    assert post_mortems.publish_refusals({"summary": "x", "impact": "y", "root_cause": "z"}) == []


def test_it_begins_from_what_the_incident_knows() -> None:
    known = Known(
        harm="310 held payments.",
        affected=["Claims: reads the score"],
        affected_groups="Travellers",
        model="fraud-gbm 41",
        timeline=[Happened("12 Nov, 13:47", "Declared: it is late.")],
        steps=["1. Pause retraining, done"],
    )
    begun = post_mortems.begun_from(known)
    assert begun["impact"] == "310 held payments.\n\nAffected people: Travellers\n\n- Claims: reads the score"
    assert begun["timeline"] == [{"at": "12 Nov, 13:47", "what": "Declared: it is late."}]
    assert begun["steps"] == "- 1. Pause retraining, done"
    assert begun["model_part"] == "It answered with fraud-gbm 41."
