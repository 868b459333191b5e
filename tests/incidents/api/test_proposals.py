"""What post-mortems propose by machine: listed, proposed, taken in or declined, and who has answered it since."""

from typing import Any

import pytest

from incidents.models import PostMortem, Proposal
from portal.models import Scope, User
from portal.permissions import Role
from readiness.actions import answers, reviews
from readiness.choices import ServiceState
from readiness.models import Service
from readiness.queries import template_versions
from tests.factories import callers, portal, readiness
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db
TEXT = "What is cached for one tenant is never served to another"
SAID = {"template": "deployment", "item": "perf.caching", "text": TEXT, "why": "Nobody asked."}


@pytest.fixture
def service() -> Service:
    made = readiness.service(name="Support copilot", caching=True)
    made.state = ServiceState.LIVE
    made.save()
    return made


@pytest.fixture
def account(service: Service) -> PostMortem:
    return factory.explained(factory.resolved(factory.declared(service)))


@pytest.fixture
def administrator() -> User:
    return portal.member(None, Role.ADMINISTRATOR)


def proposed(account: PostMortem, **said: Any) -> str:
    """The address of a proposal of this post-mortem, made by API."""
    tool = callers.caller(account.service.owner, "write")
    made = tool.post("proposals/", {**SAID, "post_mortem": str(account.public_id), **said})
    assert made.status_code == 201, made.content
    return f"proposals/{callers.as_json(made)['id']}/"


def test_one_is_proposed_and_found_by_what_one_looks_for(account: PostMortem, service: Service) -> None:
    path, tool = proposed(account), callers.caller(service.owner)
    proposed(account, template="prelaunch", item="")
    one = callers.as_json(tool.get(path))
    assert (one["state"], one["item"], one["service"]) == ("proposed", "perf.caching", service.slug)
    assert (one["proposed_by"], one["settled_by"], one["asked_by"]) == (service.owner.email, None, None)
    for found_by, number in (("", 2), ("template=prelaunch", 1), ("state=accepted", 0), (f"service={service.slug}", 2)):
        assert len(callers.as_json(tool.get(f"proposals/?{found_by}"))["results"]) == number, found_by
    assert tool.get("proposals/?state=perhaps").status_code == 422
    assert tool.get(path, if_none_match=tool.get(path)["ETag"]).status_code == 304


def test_a_point_is_taken_in_with_the_words_that_were_proposed(account: PostMortem, administrator: User) -> None:
    path, tool = proposed(account), callers.caller(administrator, "write")
    taken = tool.post(f"{path}accept", {"point": {"asked_of": "caching"}, "reason": "Learnt."}, idempotency_key="once")
    one = callers.as_json(taken)
    assert (taken.status_code, one["state"], one["asked_by"]) == (200, "accepted", "deployment 1.0+1")
    assert (one["asked_item"], one["asked_point"], one["settled_by"]) == ("perf.caching", 5, administrator.email)
    again = tool.post(f"{path}accept", {"point": {"asked_of": "caching"}, "reason": "Learnt."}, idempotency_key="once")
    assert callers.as_json(again) == one
    assert tool.post(f"{path}decline", {"reason": "No."}).status_code == 412
    assert template_versions.newest()["deployment"].number == "1.0+1"


def test_an_item_is_taken_in_and_says_at_which_field_it_is_not(account: PostMortem, administrator: User) -> None:
    path, tool = proposed(account, item=""), callers.caller(administrator, "write")
    item = {"section": "performance", "name": "tenant-cache", "how": "Two tenants.", "evidence": "The test."}
    for wrong, field in (({"section": "nowhere"}, "section"), ({"name": "caching"}, "name")):
        refused = tool.post(f"{path}accept", {"item": {**item, **wrong}, "reason": "Learnt."})
        assert (refused.status_code, callers.as_json(refused)["errors"][0]["field"]) == (422, field)
    for neither in ({}, {"item": item, "point": {}}):
        assert tool.post(f"{path}accept", {**neither, "reason": "Learnt."}).status_code == 422
    one = callers.as_json(tool.post(f"{path}accept", {"item": item, "reason": "Learnt."}))
    assert (one["asked_item"], one["asked_point"]) == ("perf.tenant-cache", None)
    asked = {item.key: item for item in template_versions.newest()["deployment"].checklist.items}["perf.tenant-cache"]
    assert (asked.title, [point.text for point in asked.points]) == (TEXT, [TEXT])


def test_one_is_declined_with_a_reason(account: PostMortem, administrator: User) -> None:
    path, tool = proposed(account), callers.caller(administrator, "write")
    assert tool.post(f"{path}decline", {"reason": " "}).status_code == 422
    one = callers.as_json(tool.post(f"{path}decline", {"reason": "It is asked in sec.access."}))
    assert (one["state"], one["reason"]) == ("declined", "It is asked in sec.access.")
    assert tool.get(f"{path}services/").status_code == 404, "no checklist asks it"


def test_of_a_restricted_service_it_is_settled_by_its_words_alone(
    account: PostMortem, administrator: User, service: Service
) -> None:
    path = proposed(account)
    Scope.objects.filter(pk=service.scope.pk).update(restricted=True)
    tool = callers.caller(administrator, "write")
    (listed,) = callers.as_json(tool.get("proposals/"))["results"]
    assert (listed["text"], listed["why"]) == (TEXT, "Nobody asked.")
    assert {listed[name] for name in ("post_mortem", "service", "incident_label", "proposed_by")} == {None}
    for where in (f"service={service.slug}", f"post_mortem={account.public_id}"):
        assert callers.as_json(tool.get(f"proposals/?{where}"))["results"] == []
    declined = tool.post(f"{path}decline", {"reason": "It is asked in sec.access."})
    assert (declined.status_code, callers.as_json(declined)["service"]) == (200, None)
    assert callers.caller(portal.member(portal.team("Others"), Role.LEAD)).get(path).status_code == 404


def test_which_services_have_not_answered_it_is_told(
    account: PostMortem, administrator: User, service: Service
) -> None:
    path, tool = proposed(account), callers.caller(service.owner)
    other = readiness.service(name="Early bird", caching=True)
    hidden = readiness.service(name="Hidden", caching=True, restricted=True)
    Service.objects.filter(pk__in=[other.pk, hidden.pk]).update(state=ServiceState.LIVE)
    callers.caller(administrator, "write").post(f"{path}accept", {"point": {}, "reason": "Learnt."})
    started = reviews.start(
        portal.access(service.owner), service=service, kind="deployment", release=readiness.release(service)
    )
    answer = started.answers.get(item_key="perf.caching")
    answers.mark_point(portal.access(service.owner), answer=answer, number=5, state="ticked", version=0)
    told = callers.as_json(tool.get(f"{path}services/"))
    assert (told["answered"], told["missing"]) == (1, 1)
    assert [(row["service"], row["state"]) for row in told["results"]] == [
        (other.slug, "not-asked"),
        (service.slug, "answered"),
    ]
    assert told["results"][1]["review"] == str(started.public_id)
    missing = callers.as_json(tool.get(f"{path}services/?missing=true"))
    assert [row["service"] for row in missing["results"]] == [other.slug]


def test_who_publishes_no_checklists_reads_and_what_one_may_not_see_is_not_there(
    account: PostMortem, service: Service
) -> None:
    path = proposed(account)
    lead = callers.caller(service.owner, "write")
    assert lead.post(f"{path}accept", {"point": {}, "reason": "Learnt."}).status_code == 403
    assert lead.post(f"{path}decline", {"reason": "No."}).status_code == 403
    viewer = callers.caller(portal.member(portal.team(), Role.VIEWER), "write")
    assert viewer.get(path).status_code == 200
    assert viewer.post("proposals/", {**SAID, "post_mortem": str(account.public_id)}).status_code == 403
    kept = factory.explained(factory.resolved(factory.declared(readiness.service(restricted=True))))
    of_hidden = proposed(kept)
    assert viewer.get(of_hidden).status_code == 404
    assert viewer.get(f"{of_hidden}services/").status_code == 404
    assert viewer.post("proposals/", {**SAID, "post_mortem": str(kept.public_id)}).status_code in (403, 404)
    assert [row["service"] for row in callers.as_json(viewer.get("proposals/"))["results"]] == [service.slug]
    assert Proposal.objects.count() == 2
