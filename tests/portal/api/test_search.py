"""The search by machine: the same rules, by cursor."""

from typing import Any

import pytest

from portal.permissions import Role
from readiness.actions import findings
from readiness.models import Service
from tests.factories import callers, portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    service = things.service(name="Parcel routing")
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    for number in range(5):
        findings.open_finding(office, service=service, severity=2, title=f"Zebra {number}", text="Show one month.")
    return service


def test_what_is_found_says_what_it_is_and_where(service: Service) -> None:
    tool = callers.caller(service.owner)
    (found,) = tool.get("search/?q=zebra+3&kind=finding").json()["results"]
    assert found["kind"] == "finding"
    assert (found["title"], found["words"], found["service"]) == ("Zebra 3", "Show one month.", "Parcel routing")
    assert found["url"].endswith(f"/services/{service.slug}/findings/4/")
    assert tool.get(f"findings/{found['id']}/").json()["title"] == "Zebra 3"


def test_a_cursor_leads_through_all_of_it_and_back(service: Service) -> None:
    tool = callers.caller(service.owner)
    seen: list[str] = []
    page: Any = tool.get("search/?q=zebra&page_size=4").json()
    while True:
        seen += [found["id"] for found in page["results"]]
        if page["next"] is None:
            break
        page = tool.get(page["next"].partition("/api/v1/")[2]).json()
    assert len(seen) == len(set(seen)) == 10
    first = tool.get(page["previous"].partition("/api/v1/")[2]).json()
    assert len(first["results"]) == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("?q=", "q"),
        ("?q=!!", "q"),
        ("?q=zebra&kind=nothing", "kind"),
        ("?q=zebra&page_size=0", "page_size"),
        ("?q=zebra&sort=name", "sort"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_name(service: Service, query: str, field: str) -> None:
    answer = callers.caller(service.owner).get(f"search/{query}")
    assert answer.status_code in {400, 422}
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_nobody_finds_without_a_token_and_a_token_of_a_team_finds_that_teams(service: Service) -> None:
    other = things.service(name="Zebra crossing")
    assert callers.Caller("nothing").get("search/?q=zebra").status_code == 401
    both = portal.member(service.team, Role.VIEWER, who=other.owner)
    narrow = callers.caller(both, team=service.team)
    assert {found["service"] for found in narrow.get("search/?q=zebra").json()["results"]} == {"Parcel routing"}


@pytest.mark.parametrize("typed", ["%22", "NEAR(a", "%F0%9F%98%80a", "zebra%00x", "x" * 9000, "'%3B--a"])
def test_odd_words_break_nothing(service: Service, typed: str) -> None:
    assert callers.caller(service.owner).get(f"search/?q={typed}").status_code in {200, 400, 422}
