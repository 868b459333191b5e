"""Importing services and owners by machine: a dry run, all rows at once or none, and the file to begin with."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.permissions import Role
from readiness.models import Assignment, Service
from tests.factories import callers, portal
from tests.factories import readiness as things
from tests.factories.callers import Caller

pytestmark = pytest.mark.django_db

HEAD = "slug,name,team,owner,tier,tier_reason,sourcing\n"


@pytest.fixture
def service() -> Service:
    return things.service(slug="fraud-scoring")


@pytest.fixture
def tool(service: Service) -> Caller:
    return callers.caller(service.owner, may="write")


def row(service: Service, slug: str, tier: str = "2") -> str:
    return f"{slug},Parcel routing,{service.scope.team.slug},{service.owner.email},{tier},Brokers wait.,self-hosted\n"


def imported(tool: Caller, content: str, **said: Any) -> Any:
    return tool.post("imports/", {"kind": "services", "file": content, **said})


def test_a_dry_run_says_what_each_row_does_and_does_nothing(tool: Caller, service: Service) -> None:
    answer = imported(tool, HEAD + row(service, "parcel-routing") + row(service, "bad", tier="9"), dry_run=True)
    report = callers.as_json(answer)
    assert (answer.status_code, report["applied"], report["new"], report["refused"]) == (200, False, 1, 1)
    assert [(one["line"], one["outcome"]) for one in report["rows"]] == [(2, "new"), (3, "refused")]
    assert report["rows"][1]["problems"][0]["column"] == "tier"
    assert Service.objects.count() == 1


def test_what_was_seen_is_done_once(tool: Caller, service: Service) -> None:
    content = HEAD + row(service, "parcel-routing")
    seen = callers.as_json(imported(tool, content, dry_run=True))["digest"]
    done = tool.post("imports/", {"kind": "services", "file": content, "expected": seen}, idempotency_key="once")
    again = tool.post("imports/", {"kind": "services", "file": content, "expected": seen}, idempotency_key="once")
    assert (done.status_code, callers.as_json(done)["applied"]) == (200, True)
    assert callers.as_json(again) == callers.as_json(done)
    late = imported(tool, content, expected=seen)
    assert (late.status_code, callers.as_json(late)["saved"]["same"]) == (412, 1)


def test_one_refused_row_stops_all_and_each_is_named(tool: Caller, service: Service) -> None:
    answer = imported(tool, HEAD + row(service, "parcel-routing") + row(service, "bad", tier="9"))
    problem = callers.as_json(answer)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in problem["errors"]] == ["lines.3.tier"]
    assert Service.objects.count() == 1


def test_a_file_comes_as_a_form_too_and_owners_as_well(tool: Caller, service: Service) -> None:
    ana = portal.member(service.scope.team, Role.CONTRIBUTOR)
    file = SimpleUploadedFile(
        "o.csv", f"service,domain,person,role\nfraud-scoring,drift,{ana.email},accountable\n".encode()
    )
    answer = tool.send("imports/", {"kind": "owners", "file": file})
    assert (answer.status_code, callers.as_json(answer)["new"]) == (200, 1), answer.content
    assert Assignment.objects.current().get(domain__key="drift").person == ana
    told = tool.get("imports/owners/file")
    assert told["Content-Type"].startswith("text/csv")
    assert f"fraud-scoring,drift,{ana.email},accountable" in told.content.decode()
    assert tool.get("imports/people/file").status_code == 404


@pytest.mark.parametrize("content", ["", "one,two\n", "slug\n", "\0", '"open'])
def test_what_is_no_such_file_is_refused_at_it(tool: Caller, content: str) -> None:
    answer = imported(tool, content)
    assert answer.status_code == 422
    assert callers.as_json(answer)["errors"][0]["field"] == "file"


def test_who_may_not_import_gets_no_further(service: Service) -> None:
    contributor = portal.member(service.scope.team, Role.CONTRIBUTOR)
    content = HEAD + row(service, "parcel-routing")
    assert imported(callers.caller(contributor, may="write"), content).status_code == 403
    assert imported(callers.caller(service.owner), content, dry_run=True).status_code == 403
    assert "fraud-scoring" in callers.caller(contributor).get("imports/services/file").content.decode()
