"""Evidence by machine: attached as link, drill, document or file, read, handed out and withdrawn."""

import hashlib
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock
from portal.models import Attachment, AuditEvent
from portal.permissions import Role
from readiness.models import Evidence
from tests.factories import callers, launches, portal
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

KEY = "deploy.rollout"
LOG = b"back on 3.1.0 after 4 minutes\n"


@pytest.fixture
def of() -> Scene:
    return launches.scene(answered=False)


def path(of: Scene) -> str:
    return f"items/{review_factory.answer(of.review, KEY).public_id}/evidence"


def tool(of: Scene) -> callers.Caller:
    return callers.caller(of.engineer, may="write")


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def log(content: bytes = LOG, name: str = "rollout.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def test_a_link_is_attached_with_what_it_names(of: Scene) -> None:
    body = {"url": "https://ci.example.com/1184", "title": "Run 1184", "environment": "staging"}
    made = tool(of).post(path(of), body)

    assert made.status_code == 201, made.content
    piece = callers.as_json(made)
    assert (piece["kind"], piece["title"], piece["release"]) == ("link", "Run 1184", "3.2.0")
    assert (piece["environment"], piece["added_by"]) == ("staging", "Enno Engineer")
    assert piece["observed_on"] == str(clock.today_in("UTC"))


def test_a_file_is_attached_as_a_form_and_handed_out_with_an_event(of: Scene) -> None:
    made = callers.as_json(tool(of).send(path(of), {"file": log(), "title": "Rollout log"}))
    assert made["file"] == {"name": "rollout.txt", "media_type": "text/plain", "size": len(LOG), "redacted": False}
    assert made["digest"] == hashlib.sha256(LOG).hexdigest()

    file = tool(of).get(f"evidence/{made['id']}/file")
    assert (b"".join(file.streaming_content), file["Content-Type"]) == (LOG, "text/plain")
    assert "attachment" in file["Content-Disposition"]
    assert AuditEvent.objects.filter(verb="evidence.downloaded", target_id=made["id"]).count() == 1


def test_a_file_sent_twice_with_one_key_is_kept_once_and_another_with_it_is_refused(of: Scene) -> None:
    caller = tool(of)
    first, again = (caller.send(path(of), {"file": log()}, idempotency_key="file-1") for _ in range(2))
    other = caller.send(path(of), {"file": log(b"another\n")}, idempotency_key="file-1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert callers.as_json(again) == callers.as_json(first)
    assert fields(other) == {"Idempotency-Key"}
    assert Evidence.objects.filter(answer__item_key=KEY).count() == Attachment.objects.count() == 1


def test_a_large_file_is_kept_whole(of: Scene) -> None:
    content = b"x" * (6 * 1024**2)
    made = tool(of).send(path(of), {"file": log(content)}, idempotency_key="large")
    assert made.status_code == 201, made.content
    assert callers.as_json(made)["digest"] == hashlib.sha256(content).hexdigest()


def test_a_drill_is_attached(of: Scene) -> None:
    made = tool(of).post(path(of), {"drill": str(of.service.drills.get().public_id)})
    assert (made.status_code, callers.as_json(made)["kind"]) == (201, "drill")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://a.example.com/", "drill": str(uuid.uuid4())}, "drill"),
        ({"url": "https://a.example.com/", "title": "x" * 256}, "title"),
        ({"url": "https://a.example.com/", "release": "9.9.9"}, "release"),
        ({"url": "https://a.example.com/", "environment": "moon"}, "environment"),
        ({"url": "https://a.example.com/", "model_version": str(uuid.uuid4())}, "model_version"),
        ({"url": "https://a.example.com/", "model_version": "3.2"}, "model_version"),
        ({"url": "https://a.example.com/", "observed_on": "2099-01-01"}, "observed_on"),
        ({"url": "https://a.example.com/", "observed_on": "0001-01-01"}, "observed_on"),
        ({"url": "https://a.example.com/", "added_by": "me"}, "added_by"),
        ({"drill": str(uuid.uuid4())}, "drill"),
        ({"document": "Model card"}, "document"),
        ({"document": f"Poem:{uuid.uuid4()}"}, "document"),
        ({"file": "rollout.txt"}, "file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(of: Scene, body: dict[str, Any], field: str) -> None:
    answer = tool(of).post(path(of), body)
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)
    assert not Evidence.objects.filter(answer__item_key=KEY).exists()


@pytest.mark.parametrize(
    "form",
    [
        {"file": SimpleUploadedFile("empty.txt", b"")},
        {"file": SimpleUploadedFile("run.exe", b"MZ-program")},
        {"title": "A log"},
        {"file": "not a file"},
        {"file": SimpleUploadedFile("x" * 201 + ".txt", b"x")},
    ],
)
def test_a_file_that_is_not_taken_is_named(of: Scene, form: dict[str, Any]) -> None:
    answer = tool(of).send(path(of), form)
    assert (answer.status_code, fields(answer)) == (422, {"file"}), answer.content
    assert not Attachment.objects.exists()


def test_a_piece_is_withdrawn_with_a_reason_once_and_stays_on_record(of: Scene) -> None:
    caller = tool(of)
    made = callers.as_json(caller.post(path(of), {"url": "https://ci.example.com/1184"}))
    place = f"evidence/{made['id']}/withdraw"
    bare = caller.post(place, {})
    assert (bare.status_code, fields(bare)) == (422, {"reason"})
    taken_out = callers.as_json(caller.post(place, {"reason": "The wrong run."}))
    assert (taken_out["withdrawn"]["by"], taken_out["withdrawn"]["reason"]) == ("Enno Engineer", "The wrong run.")
    assert caller.post(place, {"reason": "Again."}).status_code == 422
    assert callers.as_json(caller.get("evidence/?withdrawn=true"))["results"][0]["id"] == made["id"]
    assert callers.as_json(caller.get("evidence/?withdrawn=false"))["results"] == []


def test_the_list_is_filtered(of: Scene) -> None:
    caller = tool(of)
    caller.post(path(of), {"url": "https://ci.example.com/1184"})
    caller.post(path(of), {"drill": str(of.service.drills.get().public_id)})

    def kinds(query: str) -> list[str]:
        return [one["kind"] for one in callers.as_json(caller.get(f"evidence/?{query}"))["results"]]

    assert kinds(f"service={of.service.slug}") == ["drill", "link"]
    assert kinds("kind=link") == ["link"]
    assert kinds(f"item_key={KEY}&ordering=added_at") == ["link", "drill"]
    assert kinds(f"review={of.review.public_id}&release=3.2.0")
    assert kinds("item_key=api.auth") == []


def test_what_is_no_file_has_none_to_hand_out(of: Scene) -> None:
    made = callers.as_json(tool(of).post(path(of), {"url": "https://ci.example.com/1184"}))
    assert tool(of).get(f"evidence/{made['id']}/file").status_code == 422


def test_a_redacted_file_is_gone_and_says_so(of: Scene) -> None:
    made = callers.as_json(tool(of).send(path(of), {"file": log()}))
    Attachment.objects.update(redacted_at=clock.now())
    gone = tool(of).get(f"evidence/{made['id']}/file")
    assert (gone.status_code, gone["Content-Type"]) == (410, "application/problem+json")
    assert callers.as_json(tool(of).get(f"evidence/{made['id']}/"))["file"]["redacted"] is True


def test_others_do_not_see_it_and_a_reading_token_attaches_nothing(of: Scene) -> None:
    made = callers.as_json(tool(of).post(path(of), {"url": "https://ci.example.com/1184"}))
    assert callers.caller(of.engineer).post(path(of), {"url": "https://x.example.com/"}).status_code == 403
    of.service.scope.restricted = True
    of.service.scope.save()
    outsider = callers.caller(portal.member(portal.team(), Role.CONTRIBUTOR), may="write")
    assert outsider.get(f"evidence/{made['id']}/").status_code == 404
    assert outsider.get(f"evidence/{made['id']}/file").status_code == 404
    assert outsider.post(f"evidence/{made['id']}/withdraw", {"reason": "x"}).status_code == 404
    assert callers.as_json(outsider.get("evidence/"))["results"] == []
