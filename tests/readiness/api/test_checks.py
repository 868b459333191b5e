"""Recurring checks by machine."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock
from readiness.actions import recurring_checks
from tests.factories import callers, checks
from tests.factories.checks import day

pytestmark = pytest.mark.django_db
DRIFT = "weekly.drift-alerts"


def opened() -> checks.Watched:
    return checks.opened(day(9))


def test_a_tool_reads_what_is_owed_and_says_what_came_of_it() -> None:
    of = opened()
    with clock.at(day(9)):
        tool = callers.caller(of.ana, may="write")
        listed = callers.as_json(tool.get(f"checks/?service={of.service.slug}&open=true&check={DRIFT}"))
        (line,) = listed["results"]
        assert (line["state"], line["period"], line["due_at"]) == ("open", "2035-W02", "2035-01-12T16:00:00.000000Z")
        answer = tool.post(f"checks/{line['id']}/answer", {"result": "pass", "note": "None.", "revision": 0})
        assert (answer.status_code, callers.as_json(answer)["state"]) == (200, "done")
        again = tool.post(f"checks/{line['id']}/answer", {"result": "fail", "note": "One.", "revision": 0})
    assert again.status_code == 412
    assert of.check(DRIFT, "2035-W02").result == "pass"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"result": "maybe", "revision": 0}, "result"),
        ({"result": "fail", "revision": 0}, "note"),
        ({"result": "pass", "revision": 0, "color": "red"}, "color"),
        ({"result": "pass", "revision": 0, "link": "javascript:alert(1)"}, "link"),
    ],
)
def test_what_is_wrong_is_named(body: dict[str, object], field: str) -> None:
    of = opened()
    with clock.at(day(9)):
        tool = callers.caller(of.ana, may="write")
        answer = tool.post(f"checks/{of.check(DRIFT, '2035-W02').public_id}/answer", body)
    assert answer.status_code == 422
    assert field in {error["field"] for error in callers.as_json(answer)["errors"]}


def test_who_does_not_say_what_they_saw_answers_nothing() -> None:
    of = opened()
    with clock.at(day(9)):
        tool = callers.caller(of.ana, may="write")
        path = f"checks/{of.check(DRIFT, '2035-W02').public_id}/"
        for act, body in (
            ("answer", {"result": "pass"}),
            ("snooze", {"until": day(10).isoformat(), "reason": "Away."}),
        ):
            unseen = tool.post(f"{path}{act}", body)
            assert (unseen.status_code, callers.as_json(unseen)["errors"][0]["field"]) == (428, "revision")
        assert tool.post(f"{path}answer", {"result": "pass"}, if_match=tool.get(path)["ETag"]).status_code == 200


def test_a_token_that_may_only_read_answers_nothing() -> None:
    of = opened()
    with clock.at(day(9)):
        tool = callers.caller(of.ana)
        answer = tool.post(f"checks/{of.check(DRIFT, '2035-W02').public_id}/answer", {"result": "pass", "revision": 0})
    assert answer.status_code == 403


def test_checks_that_end_are_open_no_more() -> None:
    of = opened()
    with clock.at(day(16)):
        recurring_checks.open_due(day(16))
        tool = callers.caller(of.ana)
        missed = callers.as_json(tool.get("checks/?open=false&period=2035-W02"))["results"]
    assert {line["state"] for line in missed} == {"missed"}


def test_one_check_is_read_and_answered_with_a_file() -> None:
    of = opened()
    with clock.at(day(9)):
        tool, path = callers.caller(of.ana, may="write"), f"checks/{of.check(DRIFT, '2035-W02').public_id}/"
        read = tool.get(path)
        assert tool.get(path, if_none_match=read["ETag"]).status_code == 304
        file = SimpleUploadedFile("alerts.txt", b"None fired.\n")
        answer = tool.send(f"{path}answer", {"result": "pass", "revision": "0", "values": "{}", "file": file})
    assert (answer.status_code, callers.as_json(answer)["state"]) == (200, "done"), answer.content
    kept = of.check(DRIFT, "2035-W02").attachment
    assert kept is not None
    assert kept.name == "alerts.txt"


def test_a_form_with_numbers_that_are_none_is_refused_at_their_field() -> None:
    of = opened()
    with clock.at(day(9)):
        tool, path = callers.caller(of.ana, may="write"), f"checks/{of.check(DRIFT, '2035-W02').public_id}/answer"
        for values in ("many", "[1]", '{"p95": {}}'):
            answer = tool.send(path, {"result": "pass", "revision": "0", "values": values})
            assert answer.status_code == 422
            assert callers.as_json(answer)["errors"][0]["field"].startswith("values")


def test_the_reminders_of_a_check_are_held_back_with_a_reason() -> None:
    of = opened()
    with clock.at(day(9)):
        tool, path = callers.caller(of.ana, may="write"), f"checks/{of.check(DRIFT, '2035-W02').public_id}/snooze"
        until = f"{day(10):%Y-%m-%dT%H:%M:%SZ}"
        bare = tool.post(path, {"until": until, "reason": " ", "revision": 0})
        assert (bare.status_code, callers.as_json(bare)["errors"][0]["field"]) == (422, "reason")
        late = tool.post(path, {"until": "2036-01-01T00:00:00Z", "reason": "Holiday.", "revision": 0})
        assert (late.status_code, callers.as_json(late)["errors"][0]["field"]) == (422, "until")
        held = tool.post(path, {"until": until, "reason": "The vendor answers tomorrow.", "revision": 0})
        assert (held.status_code, callers.as_json(held)["revision"]) == (200, 1), held.content
        assert tool.post(path, {"until": until, "reason": "Again.", "revision": 0}).status_code == 412
