"""One's notices: unread first, each with its way, all read in one act."""

import re

import pytest

from portal import notifications
from portal.models import Notification, User
from tests.factories import portal as make
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> User:
    return make.person()


def tell(who: User, key: str, url: str = "/teams/") -> Notification:
    notifications.notify([who], kind="test", key=key, subject=f"Notice {key}", url=url, scope=None)
    return Notification.objects.get(recipient=who, key=key)


def test_unread_ones_come_first(who: User) -> None:
    old, _new = tell(who, "old"), tell(who, "new")
    browser = signed_in(who)
    browser.get(f"/notifications/{old.public_id}/")
    page = words(browser.get("/notifications/"))
    assert page.index("Notice new") < page.index("Notice old")
    assert re.search(r"Notice new Unread .*Notice old Read", page)


def test_a_notice_leads_to_its_thing_and_is_read_then(who: User) -> None:
    notice = tell(who, "a", "/people/")
    browser = signed_in(who)
    assert "1 unread" in words(browser.get("/notifications/"))
    assert browser.get(f"/notifications/{notice.public_id}/")["Location"] == "/people/"
    assert "all read" in words(browser.get("/notifications/"))


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_notice_leads_nowhere_outside(who: User, url: str) -> None:
    notice = tell(who, "a", url)
    assert signed_in(who).get(f"/notifications/{notice.public_id}/")["Location"] == "/notifications/"


def test_all_are_read_in_one_act_and_only_ones_own(who: User) -> None:
    other = make.person()
    for number in range(3):
        tell(who, f"n{number}")
    theirs = tell(other, "theirs")
    assert "3 notices marked as read." in words(signed_in(who).post("/notifications/read/", follow=True))
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_notices_of_others_do_not_exist(who: User) -> None:
    theirs = tell(make.person(), "theirs")
    assert signed_in(who).get(f"/notifications/{theirs.public_id}/").status_code == 404
    assert "Notice theirs" not in words(signed_in(who).get("/notifications/"))


def test_an_empty_page_says_what_goes_there(who: User) -> None:
    assert "What is asked of you stands here at once" in words(signed_in(who).get("/notifications/"))


def test_the_csv_says_like_the_page_which_are_unread(who: User) -> None:
    tell(who, "old")
    browser = signed_in(who)
    browser.post("/notifications/read/")
    tell(who, "new")
    lines = browser.get("/notifications/", {"_export": "csv"}).content.decode().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["Notice new", "Unread"], ["Notice old", "Read"]]


def test_the_list_asks_as_often_for_many(who: User) -> None:
    browser = signed_in(who)
    tell(who, "first")
    few = statements(browser, "/notifications/")
    for number in range(80):
        tell(who, f"n{number}")
    assert statements(browser, "/notifications/") == few <= 10
