"""R36: a session cannot be planted, and a one-time code opens one session, whoever else sends it at that moment."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import portal as make
from tests.harness.databases import Database
from tests.harness.results import tell
from tests.portal.conftest import code, give_app

PROCESSES = 4


def keys_before_and_after(act: Callable[[Client], object], browser: Client) -> tuple[str, str]:
    before = browser.session.session_key or ""
    act(browser)
    return before, browser.session.session_key or ""


@pytest.mark.django_db
def test_signing_in_and_every_proof_give_a_new_key() -> None:
    who = make.person()
    browser = Client()
    browser.get("/sign-in/")
    planted = browser.session
    planted["planted"] = True
    planted.save()
    browser.cookies["sessionid"] = planted.session_key or ""
    acts: list[Callable[[Client], object]] = [
        lambda there: there.post("/sign-in/", {"login": who.email, "password": make.PASSWORD}),
        lambda there: there.post("/profile/proof/", {"password": make.PASSWORD}),
        lambda there: there.post("/profile/proof/", {"password": make.PASSWORD}),
        lambda there: there.post("/profile/sessions/end/"),
    ]
    kept = sum(before == after for before, after in (keys_before_and_after(act, browser) for act in acts))
    tell("R36", f"{kept} keys kept over {len(acts)} acts", 0, kept=kept == 0)
    assert browser.get("/profile/").status_code == 200


def send_code(process: int, cookies: list[str], moment: float) -> bool:
    """In a process of its own, at that moment: send the code in one's own half-opened session; whether it opened."""
    browser = Client(SERVER_NAME="localhost")
    browser.cookies["sessionid"] = cookies[process]
    with time_machine.travel(moment, tick=False):
        browser.post("/sign-in/second-factor/", {"code": code()})
        return browser.get("/profile/").status_code == 200


def test_one_code_opens_one_session(fresh_database: Database, in_processes: Callable[..., list[Any]]) -> None:
    who = make.person(email="li@example.com")
    give_app(who)
    cookies = []
    for _ in range(PROCESSES):
        browser = Client()
        browser.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
        cookies.append(browser.cookies["sessionid"].value)
    opened = sum(in_processes(f"{__name__}:send_code", cookies, time.time(), processes=PROCESSES))
    tell("R36", f"{opened} of {PROCESSES} sessions opened by one code", 1, kept=opened == 1)
