"""Post-mortems by machine: begun from what the incident knows, revised by field, published with what they need."""

import datetime

import pytest

from incidents.actions import proposals
from incidents.actions.proposals import NewProposal
from incidents.models import Incident
from portal import clock
from portal.models import User
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
def over(service: Service, ana: User) -> Incident:
    return factory.resolved(factory.declared(service, ana, severity=1), ana)


def test_one_is_begun_revised_and_published(over: Incident, ana: User) -> None:
    tool = callers.caller(ana, "write")
    made = tool.post("post-mortems/", {"incident": str(over.public_id), "content": {"summary": "Late answers."}})
    assert made.status_code == 201, made.content
    one = callers.as_json(made)
    assert (one["state"], one["content"]["summary"]) == ("draft", "Late answers.")
    assert any("Since" in row["what"] or "since" in row["what"] for row in one["content"]["timeline"])
    path = f"post-mortems/{one['id']}/"
    early = tool.post(f"{path}publish", {"revision": 1})
    assert (early.status_code, "Impact is not written yet." in early.content.decode()) == (422, True)
    said = {"impact": "310 people waited.", "root_cause": "A cache without a limit."}
    revised = tool.patch(path, {"content": said, "note": "After the talk"}, if_match=tool.get(path)["ETag"])
    assert revised.status_code == 200, revised.content
    assert callers.as_json(revised)["content"]["summary"] == "Late answers."
    late = tool.patch(path, {"content": {"impact": "Other"}, "revision": 1})
    assert late.status_code == 412
    for unseen in (tool.patch(path, {"content": {"impact": "Other"}}), tool.post(f"{path}publish", {})):
        assert (unseen.status_code, callers.as_json(unseen)["errors"][0]["field"]) == (428, "revision")
    published = tool.post(f"{path}publish", {}, if_match=revised["ETag"])
    assert callers.as_json(published)["state"] == "published"
    listed = callers.as_json(tool.get(f"post-mortems/?state=published&service={over.service.slug}"))["results"]
    assert [row["id"] for row in listed] == [one["id"]]


def test_overdue_ones_are_found(over: Incident, ana: User) -> None:
    tool = callers.caller(ana, "write")
    tool.post("post-mortems/", {"incident": str(over.public_id)})
    assert callers.as_json(tool.get("post-mortems/?overdue=true"))["results"] == []
    with clock.at(clock.now() + datetime.timedelta(days=30)):
        assert len(callers.as_json(tool.get("post-mortems/?overdue=true"))["results"]) == 1


def test_what_it_proposes_stands_on_it(over: Incident, ana: User) -> None:
    written = factory.explained(over, ana)
    new = NewProposal("deployment", "Every cache has a limit", "Nobody asked.", "perf.caching")
    proposals.propose(portal.access(ana), post_mortem=written, new=new)
    one = callers.as_json(callers.caller(ana).get(f"post-mortems/{written.public_id}/"))
    assert [(row["item"], row["state"], row["asked_by"]) for row in one["proposals"]] == [
        ("perf.caching", "proposed", None)
    ]


def test_it_is_begun_once_and_not_while_harm_is_done(service: Service, ana: User, over: Incident) -> None:
    tool = callers.caller(ana, "write")
    open_one = factory.declared(service, ana)
    assert tool.post("post-mortems/", {"incident": str(open_one.public_id)}).status_code == 422
    assert tool.post("post-mortems/", {"incident": str(over.public_id)}).status_code == 201
    assert tool.post("post-mortems/", {"incident": str(over.public_id)}).status_code == 422
    assert tool.patch("post-mortems/00000000-0000-0000-0000-000000000000/", {}).status_code == 404


def test_what_one_may_not_see_or_write_is_kept(over: Incident, ana: User, service: Service) -> None:
    written = factory.explained(over, ana)
    viewer = callers.caller(portal.member(service.scope.team, Role.VIEWER), "write")
    path = f"post-mortems/{written.public_id}/"
    assert viewer.get(path).status_code == 200
    assert viewer.patch(path, {"content": {"lucky": "It was morning."}, "revision": 2}).status_code == 403
    hidden = readiness.service(restricted=True)
    kept = factory.explained(factory.resolved(factory.declared(hidden)))
    assert viewer.get(f"post-mortems/{kept.public_id}/").status_code == 404
    assert [row["service"] for row in callers.as_json(viewer.get("post-mortems/"))["results"]] == [service.slug]
