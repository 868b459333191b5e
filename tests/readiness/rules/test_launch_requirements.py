"""Which reviews a go reads, and what is said of one that is missing."""

import datetime

import pytest

from readiness.rules import launch_requirements
from readiness.rules.launch_requirements import ReleaseFacts, ReviewFacts

TODAY = datetime.date(2026, 11, 21)


def _days_ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


DEPLOYMENT = {"deployment": ReviewFacts(7, "open")}
PRELAUNCH = {"prelaunch": ReviewFacts(2, "closed", _days_ago(300), sourcing="self-hosted")}
ASSESSMENT = {"pillars": ReviewFacts(5, "closed", _days_ago(180))}
ALL = DEPLOYMENT | PRELAUNCH | ASSESSMENT


def _missing(
    reviews: dict[str, ReviewFacts],
    *,
    environment: str = "production",
    sourcing: str = "self-hosted",
    feature: bool = False,
) -> dict[str, str]:
    release = ReleaseFacts(environment, sourcing, feature)
    return {one.kind: one.why for one in launch_requirements.missing(release, reviews, TODAY, {})}


@pytest.mark.parametrize(
    ("reviews", "environment", "kinds"),
    [
        (ALL, "production", []),
        (DEPLOYMENT, "production", ["prelaunch", "pillars"]),
        ({}, "production", ["deployment", "prelaunch", "pillars"]),
        (DEPLOYMENT, "staging", []),
        (DEPLOYMENT, "development", []),
        ({}, "staging", ["deployment"]),
    ],
)
def test_production_reads_three_reviews_and_other_environments_one(
    reviews: dict[str, ReviewFacts], environment: str, kinds: list[str]
) -> None:
    assert list(_missing(reviews, environment=environment)) == kinds


def test_an_assessment_counts_for_180_days() -> None:
    old = {"pillars": ReviewFacts(5, "closed", _days_ago(181))}
    assert "older than 180 days. It was closed on 24 May 2026." in _missing(ALL | old)["pillars"]


def test_a_pre_launch_review_counts_however_old_it_is() -> None:
    old = {"prelaunch": ReviewFacts(2, "closed", _days_ago(3000), sourcing="self-hosted")}
    assert _missing(ALL | old) == {}


def test_another_model_source_asks_for_the_pre_launch_review_again() -> None:
    why = _missing(ALL, sourcing="third-party-api")["prelaunch"]
    assert why == (
        "The model source changed from self-hosted to a third-party API since the pre-launch review: it is due again."
    )


def test_a_new_feature_asks_for_it_again_until_one_was_closed_after_the_plan() -> None:
    assert "new feature" in _missing(ALL, feature=True)["prelaunch"]
    after = {"prelaunch": ReviewFacts(3, "closed", _days_ago(1), sourcing="self-hosted", after_the_plan=True)}
    assert _missing(ALL | after, feature=True) == {}


def test_a_review_that_runs_is_to_be_closed_not_started() -> None:
    found = launch_requirements.missing(ReleaseFacts("production", "hybrid"), DEPLOYMENT, TODAY, {"prelaunch": 9})
    assert found[0].open_number == 9
    assert found[0].why.startswith("The pre-launch review is not closed yet.")


def test_items_are_read_one_by_one_from_all_but_the_assessment() -> None:
    assert launch_requirements.reads("production") == ("deployment", "prelaunch")
    assert launch_requirements.reads("staging") == ("deployment",)
