"""The first page of an installation."""

import pytest
from django.test import Client

from portal import first_link
from portal.models import Team, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.pages import words

pytestmark = pytest.mark.django_db
FILLED = {
    "name": "Ada Admin",
    "email": "Ada@Example.com",
    "password": "correct horse battery",
    "team_name": "Customer Platform",
    "time_zone": "Europe/Berlin",
}


def path() -> str:
    address = first_link.address()
    assert address
    return address.removeprefix("http://localhost:8000")


def test_it_makes_administrator_and_team_and_signs_in() -> None:
    browser = Client()
    assert "Begin with Gatehouse" in words(browser.get(path()))
    assert browser.post(path(), FILLED).status_code == 302
    ada = User.objects.get(email="ada@example.com")
    assert make.access(ada).across == {Role.ADMINISTRATOR}
    assert Team.objects.get().slug == "customer-platform"
    assert browser.get("/people/").status_code == 200


def test_it_works_once() -> None:
    link = path()
    Client().post(link, FILLED)
    assert first_link.address() is None
    again = Client().get(link)
    assert again.status_code == 404
    assert Client().post(link, {**FILLED, "email": "eve@example.com"}).status_code == 404
    assert not User.objects.filter(email="eve@example.com").exists()


@pytest.mark.parametrize("token", ["", "0" * 40, "x", "../start"])
def test_another_token_opens_nothing(token: str) -> None:
    assert Client().get(f"/start/{token}/").status_code == 404


def test_the_link_is_of_this_installation_alone(settings: pytest.FixtureRequest) -> None:
    before = path()
    settings.SECRET_KEY = "another" * 10  # type: ignore[attr-defined]  # pytest-django's settings
    assert path() != before
    assert Client().get(before).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "Give your full name."),
        ("email", "ada", "This is not an e-mail address."),
        ("password", "short", "too short"),
        ("password", "ada@example.com", "too similar"),
        ("team_name", "", "Give your first team a name."),
        ("time_zone", "Mars", "Choose a time zone of the list"),
    ],
)
def test_mistakes_are_named_and_nothing_is_made(field: str, value: str, reason: str) -> None:
    answer = Client().post(path(), {**FILLED, field: value})
    assert answer.status_code == 422
    assert reason in words(answer)
    assert not User.objects.exists()
    if field != "team_name":
        assert 'value="Customer Platform"' in answer.content.decode()
    assert "correct horse" not in answer.content.decode()
