"""Decisions by machine: what was decided, what it is worth now and what it saw; recorded by no token."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import canonical, clock
from portal.models import Notification
from portal.permissions import Role
from readiness.actions import conditions, emergencies, live_decisions, releases, withdrawals
from readiness.models import LaunchDecision
from readiness.queries import emergencies as emergency_queries
from readiness.queries import launch_subjects
from tests.factories import callers, launches, portal
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def lines(of: Scene, query: str = "") -> list[dict[str, Any]]:
    answer = callers.caller(of.engineer).get(f"decisions/{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = callers.as_json(answer)["results"]
    return found


def one(of: Scene, decision: LaunchDecision) -> dict[str, Any]:
    found: dict[str, Any] = callers.as_json(callers.caller(of.engineer).get(f"decisions/{decision.public_id}/"))
    return found


def conditional(of: Scene, days: int = 2) -> LaunchDecision:
    """A conditional go with one condition, due in so many days."""
    launches.rated(of, "api.endpoints", "yellow")
    return launches.decide(of, "conditional-go", conditions=[launches.condition(of, "api.endpoints", days=days)])


def hurried(of: Scene) -> LaunchDecision:
    """An emergency go for production."""
    place = of.environment("production")
    request = emergencies.ask(
        of.access("approver"), release=of.release, environment=place, reason="Empty since noon.", proof=launches.proof()
    )
    picture = emergency_queries.look(launch_subjects.again(of.release, place), of.access("decider"), clock.now())
    return emergencies.go(
        of.access("decider"),
        request=request,
        rationale="One line.",
        acknowledged={trigger.key: "Watched by hand." for trigger in picture.to_accept},
        seen=0,
        proof=launches.proof(),
    )


def test_a_go_says_who_decided_what_and_until_when_it_holds() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)

    (line,) = lines(scene)

    assert (line["number"], line["service"], line["release"]) == (1, scene.service.slug, "3.2.0")
    assert (line["environment"], line["verdict"], line["state"]) == ("staging", "go", "current")
    assert line["decided_by"] == "Dora Decider"
    assert line["expires_at"].startswith(str((decision.decided_at + datetime.timedelta(days=14)).date()))
    assert line["page"].endswith(decision.get_absolute_url())


def test_one_decision_holds_everything_it_saw_under_its_digest() -> None:
    scene = launches.scene()
    found = one(scene, launches.decide(scene))

    assert canonical.digest(found["frozen"]) == found["digest"]
    assert {item["key"] for item in found["frozen"]["items"]} >= set(launches.CRITICAL)


def test_one_that_did_not_change_is_not_sent_again() -> None:
    scene = launches.scene()
    path = f"decisions/{launches.decide(scene).public_id}/"
    tool = callers.caller(scene.engineer)
    assert tool.get(path, if_none_match=tool.get(path)["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("days_later", "met_after", "state", "late"),
    [
        (1, None, "current", False),
        (1, 1, "current", False),
        (3, None, "lapsed", False),
        (9, 1, "current", False),
        (9, 4, "lapsed", True),
    ],
)
def test_a_condition_met_in_time_keeps_the_go_and_one_met_late_does_not_bring_it_back(
    days_later: int, met_after: int | None, state: str, late: bool
) -> None:
    scene = launches.scene()
    decision = conditional(scene, days=2)
    if met_after is not None:
        with time_machine.travel(decision.decided_at + datetime.timedelta(days=met_after), tick=False):
            conditions.meet(scene.access("engineer"), condition=decision.conditions.get(), note="Run 1190 is green.")

    with time_machine.travel(decision.decided_at + datetime.timedelta(days=days_later), tick=False):
        (line,) = lines(scene)

    (owed,) = line["conditions"]
    assert (line["state"], owed["late"]) == (state, late)
    assert owed["met_by"] == ("Enno Engineer" if met_after is not None else "")
    assert (owed["item"], owed["owner"]) == ("api.endpoints", "Enno Engineer")


def test_a_withdrawn_one_says_who_took_it_back_and_why() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    reason = "Recorded for the wrong release."
    withdrawals.withdraw(scene.access("decider"), decision=decision, reason=reason, proof=launches.proof())

    found = one(scene, decision)

    assert found["state"] == "withdrawn"
    assert (found["withdrawn"]["by"], found["withdrawn"]["reason"]) == ("Dora Decider", reason)


def test_a_go_that_was_rolled_back_says_by_whom_why_and_what_had_failed() -> None:
    before = launches.scene()
    launches.live(before)
    scene = launches.next_release(before, "3.3.0")
    decision = launches.decide(scene, environment="production")
    launches.deployed(scene)
    assert one(scene, decision)["rolled_back"] is None
    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")
    live_decisions.record(
        scene.access("decider"),
        service=scene.service,
        release=scene.release,
        verdict="roll-back",
        reason="Errors doubled.",
        seen=0,
        proof=launches.proof(),
        back_to=before.release,
    )

    found = one(scene, decision)
    listed = next(line for line in lines(scene) if line["id"] == found["id"])

    said = found["rolled_back"]
    assert (found["state"], said["by"], said["reason"]) == ("rolled-back", "Dora Decider", "Errors doubled.")
    assert [line["item"] for line in said["failed"]] == ["post.smoke"]
    assert "Every fifth answer is empty." in said["failed"][0]["text"]
    assert listed["rolled_back"] == said


def test_an_emergency_go_says_who_asked_and_what_it_skipped() -> None:
    scene = launches.scene(answered=False)
    found = one(scene, hurried(scene))

    assert (found["verdict"], found["emergency"]["by"]) == ("emergency-go", "Alma Approver")
    assert {owed["item"] for owed in found["conditions"]} == {*launches.CRITICAL, ""}


def test_what_followed_decides_what_each_is_worth() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    launches.decide(scene)
    assert [(line["number"], line["state"]) for line in lines(scene)] == [(2, "current"), (1, "superseded")]

    with time_machine.travel(clock.now() + datetime.timedelta(days=15), tick=False):
        assert lines(scene)[0]["state"] == "expired"
    releases.deployed(scene.access("lead"), release=scene.release, environment=scene.environment())
    with time_machine.travel(clock.now() + datetime.timedelta(days=15), tick=False):
        assert lines(scene)[0]["state"] == "current"


def test_the_list_is_filtered_by_service_release_place_verdict_and_day() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    launches.going_live(scene)

    assert [line["verdict"] for line in lines(scene, "?environment=production")] == ["go"]
    assert [line["environment"] for line in lines(scene, "?verdict=no-go")] == ["staging"]
    assert len(lines(scene, f"?service={scene.service.slug}&release=3.2.0")) == 2
    assert lines(scene, "?release=9.9") == []
    assert lines(scene, "?since=2199-01-01T00:00:00Z") == []
    assert callers.caller(scene.engineer).get("decisions/?verdict=perhaps").status_code == 422


def test_what_one_may_not_see_does_not_exist() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    scene.service.scope.restricted = True
    scene.service.scope.save(update_fields=["restricted"])
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD))

    assert callers.as_json(stranger.get("decisions/"))["results"] == []
    assert stranger.get(f"decisions/{decision.public_id}/").status_code == 404


def test_the_list_costs_the_same_with_more_in_it() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.engineer)

    def cost() -> int:
        tool.get("decisions/")
        with CaptureQueriesContext(connection) as asked:
            tool.get("decisions/")
        return len(asked)

    launches.rated(scene, "api.endpoints", "yellow")
    owed = [launches.condition(scene, "api.endpoints")]
    launches.decide(scene, "conditional-go", conditions=owed)
    before = cost()
    for _ in range(3):
        launches.decide(scene, "conditional-go", conditions=owed)
    assert cost() == before


def test_no_token_decides_and_the_page_is_named() -> None:
    scene = launches.scene()
    body = {"release": str(scene.release.public_id), "environment": "staging", "verdict": "go"}
    answer = callers.caller(scene.decider, may="write").post("decisions/", body)
    problem = callers.as_json(answer)
    assert (answer.status_code, problem["type"]) == (403, "urn:gatehouse:problem:proof-needed")
    assert f"/services/{scene.service.slug}/releases/3.2.0/decide/?environment=staging" in problem["detail"]
    refused = callers.caller(scene.lead, may="write").post("decisions/", body)
    assert callers.as_json(refused)["type"] == "urn:gatehouse:problem:not-permitted"
    assert not LaunchDecision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"environment": "moon"}, "environment"), ({"verdict": "perhaps"}, "verdict"), ({"rationale": "x"}, "rationale")],
)
def test_what_would_be_decided_is_checked_first(changed: dict[str, str], field: str) -> None:
    scene = launches.scene(answered=False)
    body = {"release": str(scene.release.public_id), "environment": "staging", "verdict": "go", **changed}
    answer = callers.caller(scene.decider, may="write").post("decisions/", body)
    assert (answer.status_code, callers.as_json(answer)["errors"][0]["field"]) == (422, field)


def test_a_decision_is_asked_of_all_who_may_take_it() -> None:
    scene = launches.scene()
    path = f"releases/{scene.release.public_id}/ask-decision"
    asked = callers.caller(scene.lead, may="write").post(path, {})
    assert (asked.status_code, callers.as_json(asked)) == (200, {"asked_of": ["Dora Decider"]})
    assert Notification.objects.filter(recipient=scene.decider, kind="decision-asked").exists()
    assert callers.caller(scene.approver, may="write").post(path, {}).status_code == 403


def test_a_condition_is_met_once_with_what_met_it() -> None:
    scene = launches.scene()
    decision = conditional(scene)
    path = f"decisions/{decision.public_id}/conditions/{decision.conditions.get().public_id}/meet"
    tool = callers.caller(scene.engineer, may="write")
    bare = tool.post(path, {"note": " "})
    assert (bare.status_code, callers.as_json(bare)["errors"][0]["field"]) == (422, "note")
    (met,) = callers.as_json(tool.post(path, {"note": "Run 1190 is green."}))["conditions"]
    assert (met["met_by"], met["late"]) == ("Enno Engineer", False)
    assert tool.post(path, {"note": "Again."}).status_code == 422
    assert callers.caller(scene.approver, may="write").post(path, {"note": "x"}).status_code == 403
