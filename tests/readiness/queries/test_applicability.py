"""What applies to a service, and the rule for what does not (catalogue.md 6)."""

from typing import Any

import pytest

from readiness.queries import applicability
from readiness.rules.applicability import Traits

pytestmark = pytest.mark.django_db

ALL = {"automated_retraining", "streaming", "caching", "personal_data", "user_facing", "file_uploads"}


def traits(sourcing: str = "hybrid", *true: str) -> Traits:
    declared: dict[str, Any] = dict.fromkeys(true, True)
    return Traits(sourcing=sourcing, **declared)


def counts(found: applicability.Picture) -> dict[str, tuple[int, int]]:
    return {count.title: (count.applies, count.total) for count in found.counts}


def test_everything_applies_to_a_hybrid_service_with_every_trait() -> None:
    found = applicability.picture(traits("hybrid", *ALL))

    assert counts(found) == {
        "Deployment review": (40, 40),
        "Pre-launch review": (6, 6),
        "Readiness assessment": (39, 39),
        "Recurring checks": (9, 9),
        "Playbooks": (4, 4),
        "Domains to own": (4, 4),
    }
    assert found.left_out == ()


def test_a_third_party_service_is_spared_drift_and_retraining() -> None:
    found = applicability.picture(traits("third-party-api", *(ALL - {"automated_retraining"})))

    assert {row.key for row in found.left_out if row.kind != "point"} == {
        "prelaunch.drift-monitoring",
        "data.drift",
        "weekly.drift-alerts",
        "weekly.retraining",
        "monthly.thresholds",
        "alert.drift",
        "alert.pipeline-failure",
        "drift",
        "retraining",
    }
    assert all(row.rule.startswith("Left out: only where") for row in found.left_out)
    assert found.reworded > 0


def test_one_tick_says_what_it_changed() -> None:
    found = applicability.picture(traits("hybrid", "streaming"), before=traits("hybrid"))

    assert found.last_change == "You ticked “Streams its answers”: 1 more to answer."
    assert [count.title for count in found.counts if count.is_changed] == ["Deployment review"]


def test_a_tick_that_changes_nothing_says_so_and_no_tick_says_nothing() -> None:
    same = Traits(sourcing="hybrid", regulations=("ccpa",))

    assert applicability.picture(same, before=traits()).last_change == "You ticked “CCPA”: as many apply as before."
    assert applicability.picture(traits(), before=traits()).last_change == ""
    assert applicability.picture(traits()).last_change == ""


def test_another_model_source_is_named() -> None:
    found = applicability.picture(traits("third-party-api"), before=traits("self-hosted", "caching"))

    assert found.last_change.startswith("You chose “Third-party API” and unticked “Caches answers”: ")
