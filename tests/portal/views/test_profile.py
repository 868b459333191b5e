"""One's own settings."""

import pytest

from portal.models import User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.conftest import SignIn
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> User:
    return make.member(make.team("Risk Models"), Role.LEAD, name="Old Name")


def test_name_zone_and_theme_are_saved_and_seen(who: User) -> None:
    browser = signed_in(who)
    data = {"name": "New Name", "time_zone": "europe/oslo", "theme": "dark"}
    page = browser.post("/profile/", data, follow=True)
    assert "Saved." in words(page)
    assert 'data-bs-theme="dark"' in page.content.decode()
    who.refresh_from_db()
    assert (who.name, who.time_zone, who.theme) == ("New Name", "Europe/Oslo", "dark")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("name", "", "Your name stands beside what you sign."), ("time_zone", "Oslo!", "Choose a time zone of the list")],
)
def test_mistakes_are_named_and_nothing_is_saved(who: User, field: str, value: str, reason: str) -> None:
    data = {"name": "New Name", "time_zone": "UTC", "theme": "", field: value}
    answer = signed_in(who).post("/profile/", data)
    assert answer.status_code == 422
    assert reason in words(answer)
    who.refresh_from_db()
    assert who.name == "Old Name"


def test_it_shows_roles_the_second_factor_and_from_where_one_signed_in(who: User, sign_in: SignIn) -> None:
    page = words(sign_in(who).get("/profile/"))
    assert "Risk Models Lead" in page
    assert "Second factor Off" in page
    assert "from 127.0.0.1" in page


def test_a_person_without_password_can_set_one(who: User) -> None:
    who.set_unusable_password()
    who.save()
    browser = signed_in(who)
    assert "Set a password" in words(browser.get("/profile/"))
    assert browser.get("/profile/password/")["Location"] == "/profile/password/set/"
    data = {"password1": "another long password", "password2": "another long password"}
    assert browser.post("/profile/password/set/", data).status_code == 302
    assert browser.get("/profile/").status_code == 200


def test_the_page_asks_the_database_ten_times_at_most(who: User, sign_in: SignIn) -> None:
    assert statements(sign_in(who), "/profile/") <= 10
