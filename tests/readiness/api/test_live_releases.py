"""What runs in production, by machine: how its items after the go stand, and where a decider speaks of it."""

import pytest

from portal import clock
from portal.identity import Proof
from readiness.actions import live_decisions
from tests.factories import callers, launches, portal
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db


def test_where_nothing_runs_there_is_nothing() -> None:
    of = launches.scene(answered=False, drilled=False)
    assert callers.caller(of.engineer).get(f"services/{of.service.slug}/live").status_code == 404


def test_it_says_what_a_decider_is_asked_and_what_they_said() -> None:
    of = launches.two_live()
    tool, path = callers.caller(of.engineer), f"services/{of.service.slug}/live"
    told = tool.get(path).json()
    assert (told["label"], told["environment"], told["asked"], told["ways_back"]) == (
        "3.3.0",
        "production",
        [],
        ["3.2.0"],
    )
    assert told["page"].endswith(f"/services/{of.service.slug}/live/")
    assert {item["key"] for item in told["items"]} == set(launches.AFTER)
    launches.rated(of, "post.smoke", "red", "Two calls fail.")
    read = tool.get(path)
    assert "Two calls fail." in read.json()["asked"][0]
    live_decisions.record(
        of.access("decider"),
        service=of.service,
        release=of.release,
        verdict="keep",
        reason="The calls are of a test account.",
        seen=0,
        proof=Proof("password", clock.now()),
    )
    kept = tool.get(path, if_none_match=read["ETag"])
    assert (kept.status_code, kept.json()["asked"], kept.json()["verdicts"][0]["verdict"]) == (200, [], "keep")
    assert review_factory.answer(of.review, "post.smoke").state == "red"


def test_of_a_restricted_service_strangers_learn_nothing() -> None:
    of = launches.two_live()
    of.service.scope.restricted = True
    of.service.scope.save()
    stranger = callers.caller(portal.member(portal.team(), portal.Role.LEAD))
    assert stranger.get(f"services/{of.service.slug}/live").status_code == 404
