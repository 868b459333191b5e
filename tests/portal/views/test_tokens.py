"""The pages of API tokens."""

import re

import pytest

from portal.actions import tokens
from portal.models import ApiToken, Team, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make.team("Customer Platform", "customer-platform")


@pytest.fixture
def engineer(team: Team) -> User:
    return make.member(team, Role.CONTRIBUTOR, name="Daniel Kim")


def test_a_token_is_shown_once_and_never_again(engineer: User) -> None:
    browser = signed_in(engineer)
    data = {"name": "release-gate", "may": "read", "team": "customer-platform", "days": "30"}
    answer = browser.post("/tokens/make/", data)
    secret = re.search(r"gh_[0-9a-f]{64}", answer.content.decode())
    assert secret
    assert answer["Cache-Control"] == "no-store"
    assert "Authorization: Bearer $GATEHOUSE" in words(answer).replace("&quot;", '"')
    assert "${{ secrets.GATEHOUSE }}" in words(answer)
    for path in ("/tokens/", "/tokens/?_export=csv", "/profile/"):
        assert secret[0] not in browser.get(path).content.decode()
    assert re.search(
        r"release-gate gh_\w+… DK Daniel Kim Read Customer Platform .*in 29 days never used",
        words(browser.get("/tokens/")),
    )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "Say what uses the token."),
        ("days", "0", "at least a day"),
        ("days", "366", "at most 365 days"),
        ("days", "ten", "a whole number of days"),
        ("may", "sign", "Select a valid choice"),
        ("team", "other", "Choose a team in which you hold a role."),
    ],
)
def test_each_mistake_is_named_and_nothing_is_lost(engineer: User, field: str, value: str, reason: str) -> None:
    make.team("Other", "other")
    data = {"name": "ci-kept", "may": "write", "team": "", "days": "30", field: value}
    answer = signed_in(engineer).post("/tokens/make/", data)
    assert answer.status_code == 422
    assert reason in words(answer)
    if field != "name":
        assert 'value="ci-kept"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_page_of_a_new_token_says_what_the_call_leaves_to_fill_in(engineer: User) -> None:
    filled = {"name": "gate", "may": "read", "days": "30"}
    page = words(signed_in(engineer).post("/tokens/make/", filled))
    assert "$GATEHOUSE holds this token" in page
    assert "short name, as in its address, for SERVICE" in page


def test_revoking_asks_first_and_says_what_it_does(engineer: User) -> None:
    token = tokens.issue(make.access(engineer), name="ci").token
    browser, path = signed_in(engineer), f"/tokens/{token.public_id}/revoke/"
    assert "stops working at once" in words(browser.get(path))
    assert "ci is revoked" in words(browser.post(path, follow=True))
    assert "revoked" in words(browser.get("/tokens/?state=ended"))
    assert "is revoked already" in words(browser.post(path, follow=True))


def test_the_tokens_of_others_do_not_exist(engineer: User, team: Team) -> None:
    token = tokens.issue(make.access(engineer), name="secret-purpose").token
    browser = signed_in(make.member(team, Role.LEAD))
    assert "secret-purpose" not in browser.get("/tokens/").content.decode()
    assert browser.post(f"/tokens/{token.public_id}/revoke/").status_code == 404
    administrator = signed_in(make.member(None, Role.ADMINISTRATOR))
    assert "secret-purpose" in administrator.get("/tokens/").content.decode()


def test_without_a_role_there_is_no_token_to_make() -> None:
    browser = signed_in(make.person())
    assert "Tokens are for people with a role" in words(browser.get("/tokens/"))
    assert browser.get("/tokens/make/").status_code == 403


def test_the_list_asks_as_often_for_many(engineer: User) -> None:
    browser = signed_in(engineer)
    tokens.issue(make.access(engineer), name="first")
    few = statements(browser, "/tokens/")
    for number in range(60):
        tokens.issue(make.access(engineer), name=f"ci-{number}")
    assert statements(browser, "/tokens/") == few <= 10
