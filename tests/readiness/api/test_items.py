"""Items by machine: answered whole or by part, with conflicts by field, and every act of the page but the signature."""

import json
from typing import Any

import pytest

from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.actions import answers, reviews
from readiness.models import AnswerRevision, ItemAnswer
from readiness.queries.packs import moments, review_rows
from tests.factories import callers, launches, next_release, portal
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

KEY = "deploy.rollout"


@pytest.fixture
def of() -> Scene:
    return launches.scene(answered=False, drilled=False)


def address(of: Scene, key: str = KEY) -> str:
    return f"items/{review_factory.answer(of.review, key).public_id}/"


def row(of: Scene, key: str = KEY) -> ItemAnswer:
    return review_factory.answer(of.review, key)


def tool(of: Scene, who: str = "engineer") -> callers.Caller:
    return callers.caller(getattr(of, who), may="write")


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def test_an_item_says_all_that_its_card_shows(of: Scene) -> None:
    review_factory.comment(of.access("engineer"), row(of))
    body = callers.as_json(tool(of).get(address(of)))

    assert (body["key"], body["state"], body["rating_version"], body["revision"]) == (KEY, "unanswered", 0, 0)
    assert [(point["number"], point["state"], point["version"]) for point in body["points"]] == [(1, "open", 0)]
    assert body["comments"][0]["by"] == "Enno Engineer"
    assert body["owner"] == "Priya Lead"
    assert body["obstacles"]
    assert body["page"].endswith(f"/services/{of.service.slug}/reviews/1/#{KEY}")


def test_a_tool_answers_an_item_in_one_call_with_the_tag_of_what_it_read(of: Scene) -> None:
    review_factory.link(of.access("engineer"), row(of))
    caller, path = tool(of), address(of)
    read = caller.get(path)
    change = {"points": [{"number": 1, "state": "ticked"}], "rating": "green", "text": "Proven in run 1184."}
    done = caller.patch(path, change, if_match=read["ETag"])

    assert done.status_code == 200, done.content
    assert callers.as_json(done)["state"] == "green"
    assert done["ETag"] == caller.get(path)["ETag"] != read["ETag"]
    assert row(of).text == "Proven in run 1184."


def test_one_call_is_one_event_and_one_revision_from_which_a_pack_tells_who_said_what(of: Scene) -> None:
    review_factory.link(of.access("engineer"), row(of))
    caller, path = tool(of), address(of)
    before = AnswerRevision.objects.filter(subject=row(of)).count()
    change = {"points": [{"number": 1, "state": "ticked"}], "rating": "green", "text": "Proven in run 1184."}
    assert caller.patch(path, change, if_match=caller.get(path)["ETag"]).status_code == 200

    event = AuditEvent.objects.get(target_id=str(row(of).public_id), verb="item.answered")
    newest = AuditEvent.objects.order_by("-number")[0]
    facts, today = json.loads(event.body)["facts"], clock.today_in("UTC")
    rows = review_rows.of_review(of.review, moments.moment(newest, today, today, clock.now()))
    assert AnswerRevision.objects.filter(subject=row(of)).count() == before + 1 == row(of).revision
    assert AnswerRevision.objects.get(event=event).digest == facts["digest"] == row(of).content_digest
    assert not AuditEvent.objects.filter(verb__in=["point.marked", "item.described", "item.rated"]).exists()
    assert facts["parts"] == ["point 1", "text", "rating"]
    assert {rows.said[str(row(of).public_id), part] for part in facts["parts"]} == {event}


def test_a_call_with_one_part_is_told_as_on_the_page(of: Scene) -> None:
    caller, path = tool(of), address(of)
    caller.patch(path, {"text": "Proven in run 1184."}, if_match=caller.get(path)["ETag"])
    assert [event.verb for event in AuditEvent.objects.filter(target_id=str(row(of).public_id))] == ["item.described"]


def test_with_the_versions_of_its_own_parts_a_change_meets_nobody_who_changed_another(of: Scene) -> None:
    caller, path = tool(of), address(of)
    tag = caller.get(path)["ETag"]
    answers.describe(of.access("lead"), answer=row(of), text="From the lead.", version=0)

    late = caller.patch(path, {"points": [{"number": 1, "state": "ticked"}]}, if_match=tag)
    assert (late.status_code, callers.as_json(late)["saved"]["text"]) == (412, "From the lead.")
    own = caller.patch(path, {"points": [{"number": 1, "state": "ticked", "version": 0}]})
    assert own.status_code == 200
    assert (callers.as_json(own)["text"], callers.as_json(own)["points"][0]["state"]) == ("From the lead.", "ticked")


def test_a_conflict_names_the_part_and_says_what_stands_there(of: Scene) -> None:
    caller, path = tool(of), address(of)
    answers.describe(of.access("lead"), answer=row(of), text="From the lead.", version=0)
    change = {"text": "Mine.", "text_version": 0, "points": [{"number": 1, "state": "ticked", "version": 0}]}
    answer = caller.patch(path, change)
    problem = callers.as_json(answer)

    assert (answer.status_code, fields(answer), problem["saved"]) == (412, {"text"}, "From the lead.")
    assert row(of).ticks.count() == 0, "all of it is saved, or nothing"

    caller.patch(path, {"points": [{"number": 1, "state": "ticked", "version": 0}]})
    again = caller.patch(path, {"points": [{"number": 1, "state": "na", "reason": "No.", "version": 0}]})
    assert (again.status_code, fields(again), callers.as_json(again)["saved"]) == (412, {"points.0"}, "ticked")


def test_without_what_was_seen_nothing_is_overwritten(of: Scene) -> None:
    change = {"text": "Mine.", "rating": "red", "points": [{"number": 1, "state": "ticked"}]}
    answer = tool(of).patch(address(of), change)

    assert (answer.status_code, answer["Content-Type"]) == (428, "application/problem+json")
    assert fields(answer) == {"text_version", "rating_version", "points.0.version"}
    assert AnswerRevision.objects.filter(subject=row(of)).count() == 0


def test_red_comes_with_its_sentence_and_leaves_with_it(of: Scene) -> None:
    caller, path = tool(of), address(of)
    red = caller.patch(path, {"rating": "red", "text": "Two runs are missing."}, if_match=caller.get(path)["ETag"])
    assert callers.as_json(red)["state"] == "red"
    bare = caller.patch(path, {"text": ""}, if_match=red["ETag"])
    assert (bare.status_code, fields(bare)) == (422, {"text"})
    taken_back = caller.patch(path, {"rating": "", "text": ""}, if_match=red["ETag"])
    assert (taken_back.status_code, row(of).rating, row(of).text) == (200, "", "")


def test_a_point_that_does_not_apply_needs_a_reason(of: Scene) -> None:
    caller, path = tool(of), address(of)
    refused = caller.patch(path, {"points": [{"number": 1, "state": "na", "version": 0}]})
    assert (refused.status_code, fields(refused)) == (422, {"points.0.reason"})
    taken = caller.patch(path, {"points": [{"number": 1, "state": "na", "reason": "One region.", "version": 0}]})
    assert callers.as_json(taken)["points"][0]["reason"] == "One region."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rating": "blue", "rating_version": 0}, "rating"),
        ({"rating": "green", "rating_version": -1}, "rating_version"),
        ({"rating": "green", "rating_version": 2**31}, "rating_version"),
        ({"text": "x" * 10_001, "text_version": 0}, "text"),
        ({"text": "a\x00b", "text_version": 0}, "text"),
        ({"text": 5, "text_version": "new"}, "text_version"),
        ({"points": [{"number": 0, "state": "ticked", "version": 0}]}, "points.0.number"),
        ({"points": [{"number": 1, "state": "perhaps", "version": 0}]}, "points.0.state"),
        ({"points": [{"number": 99, "state": "ticked", "version": 0}]}, "points.0"),
        ({"points": [{"number": 1, "state": "ticked", "version": 0, "by": "me"}]}, "points.0.by"),
        ({"points": [{"number": 1, "state": "ticked", "version": 0}] * 2}, "points"),
        ({"points": "all"}, "points"),
        ({"values": [{"name": "p95", "value": "1", "version": 0}]}, "values.0"),
        ({"signoff": "yes"}, "signoff"),
        ({"state": "green"}, "state"),
        ({"round": 2}, "round"),
        ({"content_digest": "0" * 64}, "content_digest"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(of: Scene, change: dict[str, Any], field: str) -> None:
    answer = tool(of).patch(address(of), change)
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)
    assert AnswerRevision.objects.filter(subject=row(of)).count() == 0


def test_green_is_refused_with_what_is_missing(of: Scene) -> None:
    answer = tool(of).patch(address(of), {"rating": "green", "rating_version": 0})
    assert (answer.status_code, fields(answer)) == (422, {"rating"})
    assert "Not green yet" in callers.as_json(answer)["detail"]


def test_a_repeated_answer_is_saved_once(of: Scene) -> None:
    caller, path = tool(of), address(of)
    change = {"text": "Once.", "text_version": 0}
    first, again = (caller.patch(path, change, idempotency_key="answer-1") for _ in range(2))
    assert (first.status_code, again.status_code, row(of).text_version) == (200, 200, 1)
    assert again["Idempotent-Replay"] == "true"


def test_an_item_is_asked_for_returned_and_signed_by_nobodys_token(of: Scene) -> None:
    review_factory.green(of.access("engineer"), row(of))
    path, approver = address(of), tool(of, "approver")
    asked = tool(of).post(f"{path}ask", {"of": [of.approver.email]})
    assert (asked.status_code, bool(callers.as_json(asked)["asked_at"])) == (200, True)

    signed = approver.post(f"{path}sign-off", {"digest": row(of).content_digest})
    problem = callers.as_json(signed)
    assert (signed.status_code, problem["type"]) == (403, "urn:gatehouse:problem:proof-needed")
    assert "prove who you are" in problem["detail"]
    assert f"/services/{of.service.slug}/reviews/1/#{KEY}" in problem["detail"]
    assert not row(of).is_signed

    refused = approver.post(f"{path}return", {"reason": ""})
    assert (refused.status_code, fields(refused)) == (422, {"reason"})
    returned = callers.as_json(approver.post(f"{path}return", {"reason": "Which run?"}))["returned"]
    assert (returned["by"], returned["reason"]) == ("Alma Approver", "Which run?")


def test_who_may_not_sign_is_told_that_and_not_to_prove_themselves(of: Scene) -> None:
    answer = tool(of).post(f"{address(of)}sign-off", {"digest": "0" * 64})
    assert (answer.status_code, callers.as_json(answer)["type"]) == (403, "urn:gatehouse:problem:not-permitted")


def test_a_signed_item_is_reopened_with_a_reason_and_only_then_changed(of: Scene) -> None:
    review_factory.green(of.access("engineer"), row(of))
    launches.sign(of, KEY)
    caller, path = tool(of), address(of)
    locked = caller.patch(path, {"text": "More.", "text_version": 0})
    assert (locked.status_code, "signed off" in callers.as_json(locked)["detail"]) == (422, True)

    reopened = callers.as_json(caller.post(f"{path}reopen", {"reason": "The run was deleted."}))
    assert (reopened["signed"], reopened["reopened_because"]) == (None, "The run was deleted.")
    assert caller.patch(path, {"text": "More.", "text_version": 0}).status_code == 200
    listed = callers.as_json(caller.get(f"sign-offs/?item={row(of).public_id}"))["results"]
    assert [(one["by"], one["void"]["reason"]) for one in listed] == [("Alma Approver", "The run was deleted.")]


def test_an_item_is_given_to_somebody_who_sees_the_service_and_back(of: Scene) -> None:
    caller, path = tool(of), f"{address(of)}assign"
    given = caller.post(path, {"person": of.engineer.email})
    assert (callers.as_json(given)["assignee"], callers.as_json(given)["owner"]) == (of.engineer.email, "Enno Engineer")
    assert callers.as_json(caller.post(path, {"person": None}))["assignee"] is None
    strange = caller.post(path, {"person": "nobody@example.com"})
    assert (strange.status_code, fields(strange)) == (422, {"person"})


def test_only_who_may_sign_is_asked_for_it(of: Scene) -> None:
    answer = tool(of).post(f"{address(of)}ask", {"of": [of.engineer.email]})
    assert (answer.status_code, fields(answer)) == (422, {"of"})


def test_a_word_is_said_on_an_item(of: Scene) -> None:
    said = tool(of, "approver").post(f"{address(of)}comments", {"text": "Which region?"})
    assert said.status_code == 201
    assert [one["text"] for one in callers.as_json(said)["comments"]] == ["Which region?"]


def test_covered_items_are_used_and_answered_here_again() -> None:
    scene = next_release.scene()
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    caller = callers.caller(scene.engineer.person, may="write")
    path = f"items/{review_factory.answer(assessment, 'access.rate-limit').public_id}/"
    assert [(one["review"], one["item"]) for one in callers.as_json(caller.get(path))["offers"]] == [(1, "api.auth")]

    used = callers.as_json(caller.post(f"{path}use", {}))
    assert [one["item"] for one in used["references"]] == ["api.auth"]
    again = caller.post(f"{path}use", {})
    assert (again.status_code, "Nothing is on offer" in callers.as_json(again)["detail"]) == (422, True)
    here = caller.post(f"{path}answer-here", {"reason": "Limits differ here."})
    assert callers.as_json(here)["references"] == []


def test_others_do_not_see_it_and_a_reading_token_changes_nothing(of: Scene) -> None:
    path = address(of)
    reader = callers.caller(of.engineer)
    assert reader.patch(path, {"text": "x", "text_version": 0}).status_code == 403
    of.service.scope.restricted = True
    of.service.scope.save()
    outsider = callers.caller(portal.member(portal.team(), Role.CONTRIBUTOR), may="write")
    assert outsider.get(path).status_code == 404
    assert outsider.patch(path, {"text": "x", "text_version": 0}).status_code == 404
    assert outsider.post(f"{path}return", {"reason": "x"}).status_code in (403, 404)
