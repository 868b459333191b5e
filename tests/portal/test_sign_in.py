"""Signing in and out, forgotten passwords, and what each leaves in record and outbox."""

import re
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client

from portal import clock, password_links
from portal.actions import outbox, people
from portal.models import AuditEvent, OutboxMessage, User
from portal.models.audit import AuditEventQuerySet
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.conftest import SignIn

pytestmark = pytest.mark.django_db
NEW = "another long password"


@pytest.fixture
def who() -> User:
    return make.person("Li Na", "li@example.com")


def latest_event() -> AuditEvent:
    return AuditEvent.objects.latest("number")


def is_signed_in(visitor: Client) -> bool:
    return visitor.get("/profile/").status_code == 200


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_address_and_password_open_a_session_and_leave_an_event(who: User, sign_in: SignIn) -> None:
    assert is_signed_in(sign_in(who))
    event = latest_event()
    assert (event.verb, event.actor) == ("session.opened", who)
    assert '"method":"password"' in event.body


def test_the_letters_of_the_address_may_be_large(who: User, visitor: Client) -> None:
    visitor.post("/sign-in/", {"login": "LI@Example.com", "password": make.PASSWORD})
    assert is_signed_in(visitor)


@pytest.mark.parametrize("login", ["li@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(who: User, visitor: Client, login: str) -> None:
    answer = visitor.post("/sign-in/", {"login": login, "password": "wrong"})
    assert "do not belong together" in words(answer)
    assert not is_signed_in(visitor)


def test_the_session_has_a_new_key(who: User, visitor: Client) -> None:
    visitor.get("/sign-in/")
    session = visitor.session
    session["before"] = True
    session.save()
    before = session.session_key
    visitor.cookies["sessionid"] = before or ""
    visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    assert visitor.session.session_key != before


def test_five_wrong_passwords_close_the_account_to_guessing_for_five_minutes(who: User, visitor: Client) -> None:
    for _ in range(5):
        visitor.post("/sign-in/", {"login": who.email, "password": "wrong"})
    answer = visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    assert "Too many wrong tries" in words(answer)
    from datetime import timedelta

    with clock.at(clock.now() + timedelta(minutes=6)):
        visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    assert is_signed_in(visitor)


def test_one_address_does_not_try_many_accounts(visitor: Client, db: None) -> None:
    answers = [
        words(visitor.post("/sign-in/", {"login": f"p{number}@example.com", "password": "wrong"}))
        for number in range(12)
    ]
    assert sum("do not belong together" in answer for answer in answers) == 10


def test_right_ones_do_not_count(who: User, sign_in: SignIn) -> None:
    for _ in range(12):
        sign_in(who)


def test_a_closed_account_does_not_come_in_and_is_told_why(who: User, visitor: Client) -> None:
    User.objects.filter(pk=who.pk).update(is_active=False)
    answer = visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD}, follow=True)
    assert "closed" in words(answer)
    assert not is_signed_in(visitor)


def test_signing_out_ends_the_session(who: User, sign_in: SignIn) -> None:
    browser = sign_in(who)
    assert browser.get("/sign-out/").status_code == 200
    assert is_signed_in(browser)
    browser.post("/sign-out/")
    assert not is_signed_in(browser)


def test_one_comes_back_to_the_page_one_wanted(who: User, visitor: Client) -> None:
    answer = visitor.get("/profile/")
    assert answer["Location"] == "/sign-in/?next=/profile/"
    answer = visitor.post("/sign-in/?next=/profile/", {"login": who.email, "password": make.PASSWORD})
    assert answer["Location"] == "/profile/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\\\\evil",
    ],
)
def test_and_to_no_other_site(who: User, visitor: Client, elsewhere: str) -> None:
    answer = visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_a_fragment_asked_for_without_a_session_is_refused_without_a_sign_in_page(visitor: Client, db: None) -> None:
    assert visitor.get("/profile/", HTTP_HX_REQUEST="true").status_code == 401


def test_no_session_without_its_event(who: User, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    def broken(*_arguments: object, **_options: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEventQuerySet, "bulk_create", broken, raising=False)
    answer = visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    assert answer.status_code == 503
    assert not is_signed_in(visitor)


def test_nobody_signs_up(visitor: Client, db: None) -> None:
    assert visitor.get("/signup/").status_code == 404
    assert "sign up" not in words(visitor.get("/sign-in/")).lower()


def test_a_forgotten_password_is_set_anew_by_a_mailed_link(who: User, visitor: Client, sign_in: SignIn) -> None:
    elsewhere = sign_in(who)
    visitor.post("/password/reset/", {"email": who.email})
    message = OutboxMessage.objects.get(kind="password_reset")
    outbox.deliver(message.pk)
    path = re.search(r"http://\S+(/password/reset/\S+)", str(sent.outbox[0].body))
    assert path
    page = visitor.get(path[1], follow=True)
    answer = visitor.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert is_signed_in(visitor)
    assert not is_signed_in(elsewhere)
    verbs = list(AuditEvent.objects.order_by("-number").values_list("verb", flat=True)[:2])
    assert verbs == ["session.opened", "person.password-set"]
    assert OutboxMessage.objects.filter(kind="account_notice").count() == 1
    assert Client().get(path[1]).status_code == 200, "a used link leads nowhere"


def test_an_unknown_address_is_not_told_apart_and_gets_no_mail(who: User, visitor: Client) -> None:
    known, unknown = (
        visitor.post("/password/reset/", {"email": email}, follow=True) for email in (who.email, "nobody@example.com")
    )
    assert known.redirect_chain == unknown.redirect_chain
    assert OutboxMessage.objects.count() == 1


def test_a_link_dies_with_a_sign_in_and_with_the_password(who: User, sign_in: SignIn) -> None:
    link = password_links.link_for(who)
    sign_in(who)
    assert "set-password" not in Client().get(link).get("Location", "")
    who.refresh_from_db()
    fresh = password_links.link_for(who)
    people.set_password(make.access(who), password=NEW, way="changed")
    assert "set-password" not in Client().get(fresh).get("Location", "")


def test_an_invited_person_sets_a_password_and_is_in(visitor: Client) -> None:
    administrator = make.member(None, Role.ADMINISTRATOR)
    made = people.add(make.access(administrator), email="new@example.com", name="New Person")
    page = visitor.get(password_links.link_for(made), follow=True)
    assert page.status_code == 200
    visitor.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert is_signed_in(visitor)
    event = AuditEvent.objects.filter(verb="person.password-set").latest("number")
    assert '"way":"first"' in event.body


@pytest.mark.parametrize("weak", ["short", "password1234", "li@example.com", "1q2w3e4r5t6y"])
def test_weak_passwords_are_refused(who: User, weak: str) -> None:
    browser = Client()
    page = browser.get(password_links.link_for(who), follow=True)
    answer = browser.post(page.request["PATH_INFO"], {"password1": weak, "password2": weak})
    assert answer.status_code == 200
    assert not is_signed_in(browser)


def test_changing_the_password_keeps_this_session_and_ends_the_others(who: User, sign_in: SignIn) -> None:
    here, there = sign_in(who), sign_in(who)
    answer = here.post("/profile/password/", {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW})
    assert answer["Location"] == "/profile/"
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_with_a_wrong_old_password_it_stays(who: User, sign_in: SignIn) -> None:
    here = sign_in(who)
    here.post("/profile/password/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    who.refresh_from_db()
    assert who.check_password(make.PASSWORD)
