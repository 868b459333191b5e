"""Which evidence counts, and which drill."""

import datetime

import pytest

from readiness.choices import Depends
from readiness.rules import drills, evidence
from readiness.rules.drills import DrillFacts
from readiness.rules.evidence import EvidenceFacts, Standing

TODAY = datetime.date(2026, 11, 21)
STANDING = Standing(releases={42}, model_versions={7}, today=TODAY)


def days_ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


CASES = [
    # what it names, what the item depends on, the item's maximum age → does it count?
    (EvidenceFacts(TODAY, release=42), Depends.RELEASE, None, True),
    (EvidenceFacts(TODAY, release=41), Depends.RELEASE, None, False),
    (EvidenceFacts(TODAY), Depends.RELEASE, None, False),
    (EvidenceFacts(days_ago(400), release=42), Depends.RELEASE, None, True),
    (EvidenceFacts(days_ago(400), model_version=7), Depends.MODEL, None, True),
    (EvidenceFacts(TODAY, release=42, model_version=6), Depends.MODEL, None, False),
    (EvidenceFacts(days_ago(90), release=1), Depends.SERVICE, 90, True),
    (EvidenceFacts(days_ago(91), release=42), Depends.SERVICE, 90, False),
    (EvidenceFacts(days_ago(180)), Depends.SERVICE, 180, True),
    (EvidenceFacts(TODAY, drill_valid=True), Depends.DRILL, None, True),
    (EvidenceFacts(TODAY, drill_valid=False), Depends.DRILL, None, False),
    (EvidenceFacts(TODAY), Depends.DRILL, None, False),
]


@pytest.mark.parametrize(("piece", "depends", "age", "counts"), CASES)
def test_evidence_counts_by_what_it_names(
    piece: EvidenceFacts, depends: Depends, age: int | None, counts: bool
) -> None:
    reason = evidence.outdated(piece, depends, age, STANDING)

    assert (reason == "") is counts


def test_what_no_longer_counts_says_why() -> None:
    reason = evidence.outdated(EvidenceFacts(days_ago(200)), Depends.SERVICE, 180, STANDING)

    assert reason == "Kept, but it cannot turn the item green: it is older than 180 days."


def drill(**changed: object) -> DrillFacts:
    given: dict[str, object] = {
        "kind": "rollback",
        "result": "passed",
        "performed_on": days_ago(10),
        "in_production": False,
        "way_back_digest": "as-it-is",
    }
    return DrillFacts(**{**given, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, ""),
        ({"performed_on": days_ago(90)}, ""),
        ({"performed_on": days_ago(91)}, "It is older than 90 days."),
        ({"kind": "restore"}, "It is not a rollback drill."),
        ({"result": "failed"}, "It did not pass."),
        ({"in_production": True}, "It was run in production; a drill is run outside it."),
        (
            {"way_back_digest": "as-it-was"},
            "The way back has changed since: the serving stack, the model source or the rollback runbook is another.",
        ),
    ],
)
def test_a_rollback_drill_is_valid_for_90_days_while_the_way_back_is_unchanged(
    changed: dict[str, object], refusal: str
) -> None:
    assert drills.refusal(drill(**changed), "as-it-is", TODAY) == refusal
