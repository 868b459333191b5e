"""Waivers by machine: read, asked for, refused, withdrawn, revoked; approved by no token."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.permissions import Role
from readiness.models import Waiver
from tests.factories import callers, launches, portal, waiving
from tests.factories.launches import Scene
from tests.factories.waiving import CRITICAL, OTHER

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> Scene:
    scene = launches.scene(answered=False)
    for key in (CRITICAL, OTHER):
        launches.rated(scene, key, "red")
    return scene


def body(of: Scene, **changed: object) -> dict[str, object]:
    until = clock.today_in("UTC") + datetime.timedelta(days=20)
    words = {"reason": waiving.REASON, "control": waiving.CONTROL, "expires_on": str(until)}
    return {"service": of.service.slug, "item": CRITICAL, **words, **changed}


def lines(of: Scene, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = callers.as_json(callers.caller(of.engineer).get(f"waivers/{query}"))["results"]
    return found


def test_a_tool_asks_once_however_often_it_tries_and_reads_what_came_of_it(of: Scene) -> None:
    tool = callers.caller(of.engineer, may="write")
    first = tool.post("waivers/", body(of), idempotency_key="run-17")
    again = tool.post("waivers/", body(of), idempotency_key="run-17")
    assert (first.status_code, again.status_code) == (201, 201)
    assert Waiver.objects.count() == 1
    asked = callers.as_json(first)
    assert (asked["state"], asked["critical"], asked["renewals"]) == ("asked", True, 0)

    waiving.approve(of, Waiver.objects.get())
    read = callers.as_json(tool.get(f"waivers/{asked['id']}/"))
    assert (read["state"], read["settled_by"]) == ("standing", "Dora Decider")


def test_the_list_is_filtered_by_state_item_and_weight(of: Scene) -> None:
    waiving.approved(of, days=10)
    waiving.ask(of, OTHER)
    assert [line["item"] for line in lines(of, "?state=lapsing")] == [CRITICAL]
    assert [line["item"] for line in lines(of, "?state=asked")] == [OTHER]
    assert [line["item"] for line in lines(of, f"?item={OTHER}")] == [OTHER]
    assert [line["item"] for line in lines(of, "?critical=true")] == [CRITICAL]
    assert len(lines(of, f"?service={of.service.slug}")) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"control": "x" * 1001}, "control"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"item": "no.such"}, "item"),
        ({"service": "no-such"}, "service"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(of: Scene, changed: dict[str, object], field: str) -> None:
    answer = callers.caller(of.engineer, may="write").post("waivers/", body(of, **changed))
    assert answer.status_code == 422
    assert field in {error["field"] for error in callers.as_json(answer)["errors"]}


def test_no_token_approves_and_it_is_said_how(of: Scene) -> None:
    asked = waiving.ask(of)
    tool = callers.caller(of.decider, may="write")
    answer = tool.post(f"waivers/{asked.public_id}/settle", {"verdict": "approve", "digest": asked.content_digest})
    assert (answer.status_code, "prove who you are" in callers.as_json(answer)["detail"]) == (403, True)
    assert waiving.again(asked).is_open


def test_a_request_is_refused_with_a_reason_and_not_for_another_that_was_read(of: Scene) -> None:
    asked = waiving.ask(of)
    tool, path = callers.caller(of.decider, may="write"), f"waivers/{asked.public_id}/settle"
    assert tool.post(path, {"verdict": "refuse", "digest": asked.content_digest}).status_code == 422
    assert tool.post(path, {"verdict": "refuse", "digest": "f" * 64, "note": "No."}).status_code == 412
    done = tool.post(path, {"verdict": "refuse", "digest": asked.content_digest, "note": "Mend it."})
    assert (done.status_code, callers.as_json(done)["state"], callers.as_json(done)["note"]) == (
        200,
        "refused",
        "Mend it.",
    )


def test_who_asked_withdraws_and_nobody_else(of: Scene) -> None:
    asked = waiving.ask(of)
    path, words = f"waivers/{asked.public_id}/settle", {"verdict": "withdraw", "digest": asked.content_digest}
    assert callers.caller(of.lead, may="write").post(path, words).status_code == 422
    assert callers.as_json(callers.caller(of.engineer, may="write").post(path, words))["state"] == "withdrawn"


def test_revoking_turns_the_item_back(of: Scene) -> None:
    waiver = waiving.approved(of)
    path = f"waivers/{waiver.public_id}/revoke"
    assert callers.caller(of.approver, may="write").post(path, {"reason": "No."}).status_code == 403
    done = callers.caller(of.decider, may="write").post(path, {"reason": "It failed in the drill."})
    assert (done.status_code, callers.as_json(done)["revoked_reason"]) == (200, "It failed in the drill.")
    assert waiving.state(of) == "red"


def test_a_reading_token_changes_nothing_and_others_see_no_restricted_service(of: Scene) -> None:
    assert callers.caller(of.engineer).post("waivers/", body(of)).status_code == 403
    asked = waiving.ask(of)
    of.service.scope.restricted = True
    of.service.scope.save()
    outsider = portal.member(portal.team(), Role.CONTRIBUTOR)
    tool = callers.caller(outsider, may="write")
    assert tool.get(f"waivers/{asked.public_id}/").status_code == 404
    assert callers.as_json(tool.get("waivers/"))["results"] == []
