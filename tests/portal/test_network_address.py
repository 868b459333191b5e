"""From where a request came: what the proxy saw, and only where there is one."""

from typing import Any

import pytest
from django.test import Client

from portal.models import AuditEvent
from tests.factories import portal as make

pytestmark = pytest.mark.django_db

SEEN = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
"""The first is what the caller claims, the last what the proxy saw."""


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def signed_in_from(headers: dict[str, str]) -> str:
    who = make.person()
    Client().post("/sign-in/", {"login": who.email, "password": make.PASSWORD}, headers=headers)
    return str(AuditEvent.objects.latest("number").texts.get(name="address").value)


def wrong_token(address: str) -> int:
    headers = {"authorization": "Bearer gh_wrong", "x-forwarded-for": address}
    return Client().get("/api/v1/services/", headers=headers).status_code


def test_the_record_names_what_the_proxy_saw(behind_a_proxy: None) -> None:
    assert signed_in_from(SEEN) == "198.51.100.7"


def test_without_a_proxy_nobody_is_believed() -> None:
    assert signed_in_from(SEEN) == "127.0.0.1"


@pytest.mark.parametrize("claimed", ["no address", "", "1.2.3"])
def test_what_is_no_address_is_recorded_as_none(behind_a_proxy: None, claimed: str) -> None:
    assert Client().get("/sign-in/", headers={"x-forwarded-for": claimed}).status_code == 200


def test_who_guesses_tokens_locks_out_nobody_else_behind_the_same_proxy(behind_a_proxy: None) -> None:
    guessed = {wrong_token("198.51.100.7") for _ in range(21)}
    assert guessed == {401, 429}
    assert wrong_token("198.51.100.8") == 401


def test_one_network_of_ipv6_is_counted_as_one(behind_a_proxy: None) -> None:
    guessed = [wrong_token(f"2001:db8::{number:x}") for number in range(21)]
    assert guessed[-1] == 429
