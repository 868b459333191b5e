"""Twelve hours, and the end of sessions whose person lost the right to them."""

import datetime

import pytest

from portal import clock
from portal.actions import people
from portal.models import User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.conftest import SignIn

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def who() -> User:
    return make.person()


def test_a_session_ends_after_twelve_hours_however_busy_it_is(who: User, sign_in: SignIn) -> None:
    here, start = sign_in(who), clock.now()
    for hours in range(12):
        with clock.at(start + hours * HOUR):
            assert here.get("/profile/").status_code == 200
    with clock.at(start + 12 * HOUR):
        assert here.get("/profile/")["Location"].startswith("/sign-in/")


def test_closing_the_account_ends_its_sessions_at_once_and_for_good(who: User, sign_in: SignIn) -> None:
    here = sign_in(who)
    administrator = make.access(make.member(None, Role.ADMINISTRATOR))
    people.close(administrator, person=who)
    assert here.get("/profile/").status_code == 302
    people.reopen(administrator, person=who)
    assert here.get("/profile/").status_code == 302


def test_signing_out_elsewhere_keeps_this_session(who: User, sign_in: SignIn) -> None:
    here, there = sign_in(who), sign_in(who)
    assert here.post("/profile/sessions/end/").status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_a_role_that_ends_is_gone_from_an_open_session(who: User, sign_in: SignIn) -> None:
    from portal.actions import roles_across

    make.member(None, Role.ADMINISTRATOR, who=who)
    other = make.member(None, Role.ADMINISTRATOR)
    here = sign_in(who)
    assert here.get("/administration/outbox/").status_code == 200
    roles_across.give(make.access(other), person=who, roles=set())
    assert here.get("/administration/outbox/").status_code == 403
