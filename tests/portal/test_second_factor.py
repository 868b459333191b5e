"""Second factors: who needs one, setting one up, signing in with it, and what a stolen database gives."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from portal.models import AuditEvent, OutboxMessage, User
from portal.models.audit import AuditEventQuerySet
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.conftest import SECRET, SignIn, code, give_app

pytestmark = pytest.mark.django_db
SET_UP = "/profile/second-factor/"
NEED_ONE = [Role.APPROVER, Role.DECIDER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR]


@pytest.fixture
def asked_for(settings: pytest.FixtureRequest) -> None:
    settings.SECOND_FACTOR_REQUIRED = True  # type: ignore[attr-defined]  # pytest-django's settings


@pytest.fixture
def who() -> User:
    return make.person()


def holder(role: Role) -> User:
    across = role in (Role.COMPLIANCE, Role.AUDITOR, Role.ADMINISTRATOR)
    return make.member(None if across else make.team(), role)


@pytest.mark.parametrize("role", NEED_ONE)
@pytest.mark.usefixtures("asked_for")
def test_these_roles_see_nothing_before_they_have_one(role: Role, sign_in: SignIn) -> None:
    browser = sign_in(holder(role))
    for path in ("/teams/", "/people/", "/tokens/", "/profile/", "/notifications/"):
        assert browser.get(path)["Location"] == SET_UP
    assert browser.get(SET_UP).content.decode().count("Your roles need a second") == 1
    assert browser.get("/sign-out/").status_code == 200


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.LEAD])
@pytest.mark.usefixtures("asked_for")
def test_other_roles_go_on_without(role: Role, sign_in: SignIn) -> None:
    assert sign_in(holder(role)).get("/teams/").status_code == 200


@pytest.mark.usefixtures("asked_for")
def test_a_fragment_is_led_there_by_the_whole_page(sign_in: SignIn) -> None:
    answer = sign_in(holder(Role.APPROVER)).get("/teams/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, SET_UP)


def test_demo_mode_asks_for_none(sign_in: SignIn) -> None:
    assert sign_in(holder(Role.ADMINISTRATOR)).get("/teams/").status_code == 200


def prove(visitor: Client) -> None:
    visitor.post("/profile/proof/", {"password": make.PASSWORD})


@pytest.mark.usefixtures("asked_for")
def test_setting_up_an_app_opens_everything_and_ends_the_other_sessions(sign_in: SignIn) -> None:
    who = holder(Role.APPROVER)
    here, there = sign_in(who), sign_in(who)
    prove(here)
    page = here.get("/profile/second-factor/app/").content.decode()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page)
    assert secret
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    shown = format_hotp_value(hotp_value(secret[0], next(yield_hotp_counters_from_time())))
    answer = here.post("/profile/second-factor/app/", {"code": shown})
    assert answer.status_code == 302, answer.content.decode()
    assert here.get("/teams/").status_code == 200
    assert there.get("/teams/")["Location"].startswith("/sign-in/")
    kinds = [event.body for event in AuditEvent.objects.filter(verb="person.second-factor-added")]
    assert len(kinds) == 2
    assert secret[0] not in "".join(kinds)


def test_an_app_is_set_up_only_after_a_proof(who: User, sign_in: SignIn) -> None:
    assert sign_in(who).get("/profile/second-factor/app/")["Location"].startswith("/profile/proof/")


def test_with_an_app_a_password_alone_opens_nothing(who: User, visitor: Client) -> None:
    give_app(who)
    answer = visitor.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    assert answer["Location"] == "/sign-in/second-factor/"
    assert visitor.get("/profile/")["Location"].startswith("/sign-in/")
    visitor.post("/sign-in/second-factor/", {"code": code()})
    assert visitor.get("/profile/").status_code == 200
    assert '"method":"password+totp"' in AuditEvent.objects.latest("number").body


def half_way(who: User) -> Client:
    browser = Client()
    browser.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    return browser


def test_a_code_works_once(who: User) -> None:
    give_app(who)
    first, second = half_way(who), half_way(who)
    now = code()
    first.post("/sign-in/second-factor/", {"code": now})
    second.post("/sign-in/second-factor/", {"code": now})
    assert first.get("/profile/").status_code == 200
    assert second.get("/profile/").status_code == 302


def test_five_wrong_codes_are_enough(who: User) -> None:
    give_app(who)
    browser = half_way(who)
    for _ in range(5):
        browser.post("/sign-in/second-factor/", {"code": "000000"})
    browser.post("/sign-in/second-factor/", {"code": code()})
    assert browser.get("/profile/").status_code == 302


def test_a_recovery_code_works_instead_once(who: User) -> None:
    give_app(who)
    RecoveryCodes.activate(who)
    spare = Authenticator.objects.get(user=who, type="recovery_codes").wrap().generate_codes()[0]
    for expected in (200, 302):
        browser = half_way(who)
        browser.post("/sign-in/second-factor/", {"code": spare})
        assert browser.get("/profile/").status_code == expected


def test_a_stolen_database_holds_no_secret(who: User) -> None:
    give_app(who)
    RecoveryCodes.activate(who)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    codes = Authenticator.objects.get(user=who, type="recovery_codes").wrap().generate_codes()
    assert not any(spare in kept for spare in codes)


def test_old_secrets_open_after_the_key_was_changed(who: User, settings: pytest.FixtureRequest) -> None:
    give_app(who)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]  # pytest-django's settings
    settings.SECRET_KEY = "another-key" * 6  # type: ignore[attr-defined]  # pytest-django's settings
    browser = half_way(who)
    browser.post("/sign-in/second-factor/", {"code": code()})
    assert browser.get("/profile/").status_code == 200


def test_taking_it_off_is_recorded_mailed_and_ends_the_other_sessions(who: User, sign_in: SignIn) -> None:
    here, there = sign_in(who), sign_in(who)
    prove(here)
    give_app(who)
    here_again = half_way(who)
    here_again.post("/sign-in/second-factor/", {"code": code()})
    here_again.post("/profile/proof/", {"password": make.PASSWORD})
    here_again.post("/profile/second-factor/app/remove/")
    assert not Authenticator.objects.filter(user=who).exists()
    assert AuditEvent.objects.filter(verb="person.second-factor-removed").count() == 1
    assert OutboxMessage.objects.get(kind="account_notice").content["happened"] == "totp_deactivated"
    assert here_again.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_without_its_event_nothing_is_set_up(who: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    here = sign_in(who)
    prove(here)
    give_app(who)
    browser = half_way(who)
    browser.post("/sign-in/second-factor/", {"code": code()})
    browser.post("/profile/proof/", {"password": make.PASSWORD})

    def broken(*_arguments: object, **_options: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEventQuerySet, "bulk_create", broken, raising=False)
    assert browser.post("/profile/second-factor/app/remove/").status_code == 503
    assert Authenticator.objects.filter(user=who, type="totp").exists()
