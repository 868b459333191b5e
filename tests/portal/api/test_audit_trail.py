"""The audit trail by machine: read in words, followed along the chain, and closed to who may not see."""

import pytest

from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring", name="Fraud scoring")


@pytest.fixture
def office() -> callers.Caller:
    return callers.caller(portal.member(None, Role.COMPLIANCE))


def numbers(tool: callers.Caller, query: str) -> list[int]:
    answer = tool.get(f"audit-trail/?{query}")
    assert answer.status_code == 200, answer.content
    return [event["number"] for event in callers.as_json(answer)["results"]]


def test_an_event_is_told_in_words_with_its_place_in_the_chain(service: Service, office: callers.Caller) -> None:
    event = AuditEvent.objects.get(verb="service.registered")
    told = callers.as_json(office.get(f"audit-trail/{event.number}/"))
    assert (told["who"], told["verb"], told["target_id"]) == (
        service.owner.name,
        "service.registered",
        str(service.public_id),
    )
    assert told["sentence"] == "Registered fraud-scoring"
    assert (told["digest"], told["previous"]) == (event.digest, event.previous)


def test_a_tool_follows_the_chain_page_by_page(service: Service, office: callers.Caller) -> None:
    readiness.release(service, "2.4.0")
    every = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
    assert numbers(office, "") == every[::-1]
    first = callers.as_json(office.get("audit-trail/?ordering=number&page_size=1"))
    assert [event["number"] for event in first["results"]] == every[:1]
    second = callers.as_json(office.get("audit-trail/" + first["next"].split("audit-trail/")[1]))
    assert [event["number"] for event in second["results"]] == every[1:2]
    assert numbers(office, f"after={every[0]}&ordering=number") == every[1:]


def test_it_is_narrowed_as_the_page_is_and_by_verb_and_target(service: Service, office: callers.Caller) -> None:
    readiness.service(name="Chat")
    own = AuditEvent.objects.get(verb="service.registered", target_id=str(service.public_id)).number
    assert numbers(office, f"target_id={service.public_id}") == [own]
    assert numbers(office, "service=Fraud&verb=service.registered") == [own]
    assert len(numbers(office, "verb=service.registered")) == 2
    assert numbers(office, "who=nobody+in+particular") == []
    assert numbers(office, "since=2099-01-01") == []
    assert numbers(office, "verb=nothing.happened") == []


@pytest.mark.parametrize("query", ["since=then", "number=one", "after=last", "what=mood", "colour=red", "ordering=who"])
def test_a_filter_that_is_none_is_refused(office: callers.Caller, query: str) -> None:
    answer = office.get(f"audit-trail/?{query}")
    assert answer.status_code == 422
    assert callers.as_json(answer)["errors"][0]["field"] == query.split("=")[0]


def test_what_one_may_not_see_is_not_there(office: callers.Caller) -> None:
    hidden = readiness.service(slug="hidden", restricted=True)
    event = AuditEvent.objects.get(verb="service.registered", target_id=str(hidden.public_id))
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD))
    assert stranger.get(f"audit-trail/{event.number}/").status_code == 404
    assert event.number not in numbers(stranger, "")
    assert event.number in numbers(office, "")
