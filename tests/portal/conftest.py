"""What the tests of the portal's pages share: a browser without a screen for somebody, and second factors."""

import base64
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from portal.models import User
from tests.factories import portal as make

SignIn = Callable[..., Client]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """The cache outlives a test's transaction: used codes and counted tries of one test are not those of the next."""
    cache.clear()


@pytest.fixture
def visitor(client: Client) -> Client:
    """A visitor whom nobody knows yet."""
    return client


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Signs somebody in through the real form and gives their browser."""

    def through_the_form(who: User, password: str = make.PASSWORD) -> Client:
        browser = Client()
        answer = browser.post("/sign-in/", {"login": who.email, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return through_the_form


def give_app(who: User) -> None:
    """Gives somebody an authenticator app with SECRET."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(who, SECRET)


def code(offset: int = 0) -> str:
    """The code that the app shows now, or so many steps later."""
    step = int(time.time()) // 30 + offset
    digest = hmac.new(base64.b32decode(SECRET), struct.pack(">Q", step), "sha1").digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
