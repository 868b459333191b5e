"""Whatever goes wrong, a tool gets a problem document it can read."""

from typing import Any, ClassVar

import pytest
from django.test import Client
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def _problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM), answer.content[:300]
    body: dict[str, Any] = callers.as_json(answer)
    assert body.keys() >= {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert body["type"].startswith("urn:gatehouse:problem:")
    return body


@pytest.fixture
def tool() -> callers.Caller:
    return callers.caller(portal.member(portal.team(), portal.Role.VIEWER))


def test_without_a_token_it_is_401_and_says_what_to_send() -> None:
    answer = Client().get("/api/v1/services/")
    body = _problem(answer, 401)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer" in body["detail"]


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer gh_nothing", "Bearer a b", "Bearer \xff\xfe", "Bearer " + "x" * 900]
)
def test_a_token_that_is_none_is_401(header: str) -> None:
    body = _problem(Client().get("/api/v1/services/", headers={"authorization": header}), 401)
    assert "not valid" in body["detail"]


def test_wrong_tokens_are_counted_by_address() -> None:
    for _ in range(20):
        Client().get("/api/v1/services/", headers={"authorization": "Bearer gh_wrong"})
    answer = Client().get("/api/v1/services/", headers={"authorization": "Bearer gh_wrong"})
    _problem(answer, 429)
    assert answer["Retry-After"] == "60"


def test_a_right_token_works_while_wrong_ones_are_refused(tool: callers.Caller) -> None:
    for _ in range(25):
        Client().get("/api/v1/services/", headers={"authorization": "Bearer gh_wrong"})
    assert tool.get("services/").status_code == 200


def test_what_does_not_exist_is_404(tool: callers.Caller) -> None:
    _problem(tool.get("services/nothing/"), 404)
    _problem(tool.get("no/such/address"), 404)
    _problem(tool.post("no/such/address", {}), 404)


def test_an_address_that_does_not_exist_says_nothing_to_strangers() -> None:
    _problem(Client().get("/api/v1/no/such/address"), 401)


def test_a_method_that_is_not_answered_is_405(tool: callers.Caller) -> None:
    answer = tool.post("ownership/", {})
    _problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD"


def test_options_is_no_way_in(tool: callers.Caller) -> None:
    header = {"authorization": f"Bearer {tool.secret}"}
    _problem(Client().options("/api/v1/services/", headers=header), 405)


def test_a_form_that_cannot_be_given_is_406(tool: callers.Caller) -> None:
    _problem(tool.get("services/", accept="application/xml"), 406)


def test_the_token_of_a_closed_account_is_401() -> None:
    who = portal.member(portal.team(), portal.Role.VIEWER)
    tool = callers.caller(who)
    type(who).objects.filter(pk=who.pk).update(is_active=False)
    _problem(tool.get("services/"), 401)


class _Broken(Endpoint):
    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    def get(self, _request: Request) -> Response:
        raise RuntimeError("the secret of the house")


def test_what_breaks_is_500_and_tells_nothing_of_itself() -> None:
    request = APIRequestFactory().get("/")
    force_authenticate(request, user=portal.person())
    answer = _Broken.as_view()(request).render()
    _problem(answer, 500)
    assert b"secret" not in answer.content


@pytest.mark.parametrize("wrong", [{"priority": "\ud800"}, {"\ud800": 1}], ids=["as a choice", "as a name"])
def test_half_a_character_is_refused_and_told_as_it_is_written(wrong: dict[str, Any]) -> None:
    service = readiness.service()
    body = {"service": service.slug, "title": "Rotate the key", **wrong}
    answer = callers.caller(service.owner, may="write").post("action-items/", body)
    assert "\\ud800" in str(_problem(answer, 422)["errors"])


def test_a_head_request_is_answered_like_get(tool: callers.Caller) -> None:
    header = {"authorization": f"Bearer {tool.secret}"}
    answer = Client().head("/api/v1/services/", headers=header)
    assert (answer.status_code, answer.content) == (200, b"")
