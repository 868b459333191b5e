"""Proof of identity: what counts, for how long, and what is said when it does not."""

import datetime
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from portal import clock, identity
from portal.errors import DomainError, ProofNeeded
from portal.forms.proofs import ProofForm
from portal.models import User
from tests.factories import portal as make
from tests.portal.conftest import SignIn

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
Post = Callable[..., HttpRequest]


@pytest.fixture
def who() -> User:
    return make.person()


@pytest.fixture
def post(who: User) -> Post:
    """Gives a posted request in one and the same session."""
    session = SessionStore()
    session.create()

    def posted(**data: str) -> HttpRequest:
        request = RequestFactory().post("/sign/", data, HTTP_REFERER="http://testserver/page/?a=1")
        request.user = who
        request.session = session
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # as the middleware does
        return request

    return posted


def prove(request: HttpRequest, password: str, **options: Any) -> identity.Proof:
    form = ProofForm({"password": password}, request=request, **options)
    assert form.is_valid(), form.errors
    return identity.proof_for(request, form, **options)


def test_the_right_password_is_a_proof_of_now(post: Post) -> None:
    proof = prove(post(), make.PASSWORD)
    assert proof.method == "password"
    assert clock.now() - proof.at < MINUTE


def test_the_session_gets_a_new_key_with_the_proof(post: Post) -> None:
    request = post()
    before = request.session.session_key
    prove(request, make.PASSWORD)
    assert request.session.session_key != before


def test_a_wrong_password_is_refused_at_its_field(post: Post) -> None:
    with pytest.raises(DomainError) as refusal:
        prove(post(), "not it")
    assert set(refusal.value.errors) == {"password"}
    assert identity.latest(post()) is None


def test_five_wrong_ones_are_enough_even_if_the_sixth_is_right(post: Post) -> None:
    for _ in range(5):
        with pytest.raises(DomainError, match="not your password"):
            prove(post(), "not it")
    with pytest.raises(DomainError, match="Too many"):
        prove(post(), make.PASSWORD)
    with clock.at(clock.now() + 6 * MINUTE):
        assert prove(post(), make.PASSWORD)


def test_right_ones_do_not_count_as_guesses(post: Post) -> None:
    for _ in range(8):
        identity.prove(post(), make.PASSWORD)


def test_a_form_asks_for_no_password_while_the_proof_is_fresh(post: Post) -> None:
    prove(post(), make.PASSWORD)
    form = ProofForm({}, request=post())
    assert "password" not in form.fields
    assert form.is_valid()
    assert identity.proof_for(post(), form) == identity.latest(post())


def test_a_proof_is_too_old_after_five_minutes(post: Post) -> None:
    prove(post(), make.PASSWORD)
    with clock.at(clock.now() + 5 * MINUTE + datetime.timedelta(seconds=1)):
        assert identity.standing(post()) is None
        form = ProofForm({}, request=post())
        assert not form.is_valid()
        assert "under 5" in str(form.fields["password"].help_text)


def test_a_form_that_grew_old_while_it_was_open_is_refused(post: Post) -> None:
    prove(post(), make.PASSWORD)
    form = ProofForm({}, request=post())
    assert form.is_valid()
    with clock.at(clock.now() + 6 * MINUTE), pytest.raises(ProofNeeded):
        identity.proof_for(post(), form)


def test_a_longer_freshness_may_be_asked_for(post: Post) -> None:
    prove(post(), make.PASSWORD)
    with clock.at(clock.now() + 20 * MINUTE):
        assert identity.standing(post(), 30 * MINUTE)


def test_a_proof_of_somebody_else_in_this_session_is_none(post: Post) -> None:
    prove(post(), make.PASSWORD)
    request = post()
    request.user = make.person()
    assert identity.latest(request) is None


def test_signing_in_is_no_proof(who: User, sign_in: SignIn) -> None:
    browser = sign_in(who)
    request = RequestFactory().get("/")
    request.user, request.session = who, browser.session
    assert identity.latest(request) is None


def test_a_person_without_password_is_led_to_where_they_prove_it_and_back(who: User, post: Post) -> None:
    from tests.portal.conftest import give_app

    give_app(who)
    who.set_unusable_password()
    who.save()
    form = ProofForm({}, request=post())
    assert "password" not in form.fields
    assert form.elsewhere == "/profile/proof/code/?next=%2Fpage%2F%3Fa%3D1"
    assert form.is_valid()
    with pytest.raises(ProofNeeded):
        identity.proof_for(post(), form)


def test_the_librarys_own_page_is_a_proof_too_and_leads_back(who: User, sign_in: SignIn) -> None:
    browser = sign_in(who)
    before = browser.session.session_key
    answer = browser.post("/profile/proof/?next=/profile/", {"password": make.PASSWORD, "next": "/profile/"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/profile/")
    assert browser.session.session_key != before
    request = RequestFactory().get("/")
    request.user, request.session = who, browser.session
    assert identity.standing(request)


def test_there_too_five_wrong_ones_are_enough(who: User, sign_in: SignIn) -> None:
    browser = sign_in(who)
    for _ in range(5):
        assert "not your password" in browser.post("/profile/proof/", {"password": "wrong"}).content.decode()
    assert "Too many" in browser.post("/profile/proof/", {"password": make.PASSWORD}).content.decode()
