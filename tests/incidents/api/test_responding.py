"""Working on an incident by machine: its steps ticked, its timeline read and written, the teams told."""

import pytest

from incidents.actions import playbooks
from incidents.models import Incident
from portal.models import Notification, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal, readiness
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def incident(service: Service, ana: User) -> Incident:
    playbooks.load()
    return factory.declared(service, ana, playbook="alert.cost-spike")


def test_steps_are_listed_and_ticked_once(incident: Incident, ana: User) -> None:
    tool, path = callers.caller(ana, "write"), f"incidents/{incident.public_id}/steps/"
    listed = callers.as_json(tool.get(path))
    assert [(row["number"], row["did"], row["is_next"]) for row in listed][:2] == [
        (1, "open", True),
        (2, "open", False),
    ]
    ticked = callers.as_json(tool.post(f"{path}1", {"did": "done", "text": "It is the nightly job."}))
    assert (ticked[0]["did"], ticked[0]["by"], ticked[0]["note"]) == ("done", "Ana", "It is the nightly job.")
    again = tool.post(f"{path}1", {"did": "done"})
    assert (again.status_code, callers.as_json(again)["errors"][0]["field"]) == (422, "step")
    left = tool.post(f"{path}2", {"did": "left-out"})
    assert (left.status_code, callers.as_json(left)["errors"][0]["field"]) == (422, "note")


def test_the_timeline_is_read_in_pages_by_kind_and_grows(incident: Incident, ana: User) -> None:
    tool, path = callers.caller(ana, "write"), f"incidents/{incident.public_id}/timeline/"
    made = tool.post(path, {"text": "The nightly job runs twice."}, idempotency_key="note-1")
    assert made.status_code == 201, made.content
    same = tool.post(path, {"text": "The nightly job runs twice."}, idempotency_key="note-1")
    assert callers.as_json(same)["id"] == callers.as_json(made)["id"]
    notes = callers.as_json(tool.get(f"{path}?kind=note"))["results"]
    assert [(row["text"], row["by"]) for row in notes] == [("The nightly job runs twice.", "Ana")]
    first = callers.as_json(tool.get(f"{path}?page_size=1"))
    assert (first["results"][0]["kind"], bool(first["next"])) == ("declared", True)
    assert tool.get(f"{path}?kind=weather").status_code == 422
    assert tool.post(path, {"text": " "}).status_code == 422


def test_an_update_tells_the_teams_and_promises_the_next_word(incident: Incident, ana: User) -> None:
    tool, path = callers.caller(ana, "write"), f"incidents/{incident.public_id}/updates"
    assert tool.post(path, {"text": "We stop the job.", "next_word": 30}).status_code == 201
    assert Notification.objects.filter(subject__contains="We stop the job.").exists()
    assert factory.again(incident).remind_at == factory.again(incident).next_word_at is not None
    odd = tool.post(path, {"text": "We stop the job.", "next_word": 7})
    assert (odd.status_code, callers.as_json(odd)["errors"][0]["field"]) == (422, "next_word")


def test_who_does_not_answer_for_it_reads_and_writes_nothing(incident: Incident, service: Service, ana: User) -> None:
    stranger = callers.caller(portal.member(portal.team(), Role.CONTRIBUTOR), "write")
    base = f"incidents/{incident.public_id}"
    assert stranger.get(f"{base}/timeline/").status_code == 200
    assert stranger.post(f"{base}/timeline/", {"text": "Hello"}).status_code == 403
    assert stranger.post(f"{base}/steps/1", {"did": "done"}).status_code == 403
    assert callers.caller(ana).post(f"{base}/updates", {"text": "Hello"}).status_code == 403
    hidden = factory.declared(readiness.service(restricted=True))
    for what in ("steps/", "timeline/"):
        assert stranger.get(f"incidents/{hidden.public_id}/{what}").status_code == 404
