"""What is seen in place of a page: in the look of the house, with a way on, and as a sentence for htmx."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, override_settings

from portal import unavailable
from portal.actions import teams, tokens
from portal.models import Team, User
from portal.permissions import Role
from tests.factories import callers, readiness
from tests.factories import portal as make
from tests.harness.databases import Database
from tests.portal.pages import words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def engineer(db: None) -> User:
    return make.member(make.team("Customer Platform", "customer-platform"), Role.CONTRIBUTOR, name="Daniel Kim")


def browser_of(who: User, **options: bool) -> Client:
    browser = Client(raise_request_exception=False, **options)
    browser.force_login(who)
    return browser


def multipart(name: str) -> dict[str, Any]:
    """A form with a file of this name, as a browser sends it."""
    data = (
        '--BOUNDARY\r\nContent-Disposition: form-data; name="kind"\r\n\r\nservices\r\n'
        f'--BOUNDARY\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\nslug\nclaims\n\r\n--BOUNDARY--\r\n"
    )
    return {"data": data.encode(), "content_type": "multipart/form-data; boundary=BOUNDARY"}


def too_large(browser: Client, **headers: str):  # type: ignore[no-untyped-def]  # the test client's own
    return browser.post("/tokens/make/", {"name": "x" * 6_000_000}, headers=headers)


ASKED = {
    400: lambda browser, **headers: browser.post("/tokens/make/", **multipart("x" * 70_000), headers=headers),
    403: lambda browser, **headers: browser.get("/administration/outbox/", headers=headers),
    404: lambda browser, **headers: browser.get("/nowhere/", headers=headers),
    405: lambda browser, **headers: browser.post("/portfolio/", headers=headers),
    413: too_large,
}


@pytest.mark.parametrize("status", ASKED)
def test_every_refusal_is_a_page_of_the_house_with_a_way_on(engineer: User, status: int) -> None:
    answer = ASKED[status](browser_of(engineer))

    assert answer.status_code == status
    page = answer.content.decode()
    assert "tokens.css" in page
    assert "<h1>" in page
    assert 'href="/">My work</a>' in page


@pytest.mark.parametrize("status", ASKED)
def test_a_fragment_is_refused_in_a_sentence_that_the_page_says(engineer: User, status: int) -> None:
    answer = ASKED[status](browser_of(engineer), **HTMX)

    assert answer.status_code == status
    assert answer.content.decode().strip().startswith("<")
    assert "<p data-refusal>" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_missing_mark_against_forgery_is_such_a_page_and_such_a_sentence(engineer: User) -> None:
    browser = browser_of(engineer, enforce_csrf_checks=True)

    page, fragment = browser.post("/tokens/make/"), browser.post("/tokens/make/", headers=HTMX)

    assert (page.status_code, fragment.status_code) == (403, 403)
    assert "The page was open too long" in words(page)
    assert "<p data-refusal>" in fragment.content.decode()


def test_what_is_not_open_leads_back_to_where_one_was_if_that_is_ours(engineer: User) -> None:
    browser, path = browser_of(engineer), "/administration/outbox/"
    ours, theirs = "http://testserver/teams/", "https://elsewhere.example/teams/"

    assert f'href="{ours}">Back to where you were' in browser.get(path, headers={"Referer": ours}).content.decode()
    for no_way_back in (theirs, f"http://testserver{path}", "javascript:alert(1)", ""):
        assert "Back to where you were" not in words(browser.get(path, headers={"Referer": no_way_back}))


def test_what_breaks_is_told_in_the_look_of_the_house(engineer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(teams, "change", break_down)
    path = "/teams/customer-platform/change/"
    lead = make.member(Team.objects.get(), Role.LEAD)
    given = {"name": "New", "time_zone": "UTC"}

    page = browser_of(lead).post(path, given)
    fragment = browser_of(lead).post(path, given, headers=HTMX)

    assert (page.status_code, fragment.status_code) == (500, 500)
    assert "Something broke on our side" in words(page)
    assert "<p data-refusal>" in fragment.content.decode()


def test_the_api_answers_what_is_too_large_with_a_problem_document(engineer: User) -> None:
    release = readiness.release(readiness.service(team=Team.objects.get()))
    lead = make.member(Team.objects.get(), Role.LEAD)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        answer = callers.caller(lead, "write").post(
            f"releases/{release.public_id}/deployed", {"environment": "x" * 200}
        )

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@contextlib.contextmanager
def somebody_writes() -> Iterator[None]:
    """Another program holds the database for writing; ours gives up waiting at once."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def lead(fresh_database: Database) -> User:
    return make.member(make.team("T", "t"), Role.LEAD, name="Priya")


@pytest.mark.only_on("sqlite")
def test_a_busy_database_gives_back_what_was_sent_and_says_when_to_send_it_again(lead: User) -> None:
    browser = browser_of(lead)
    given = {"name": 'A "new" name & more', "time_zone": "UTC", "password": "secret-words"}
    with somebody_writes():
        answer = browser.post("/teams/t/change/", given)
        fragment = browser.post("/teams/t/change/", given, headers=HTMX)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    page = answer.content.decode()
    assert '<form class="gh-actions" method="post" action="/teams/t/change/">' in page
    assert '<textarea name="name" hidden>A &quot;new&quot; name &amp; more</textarea>' in page
    assert "csrfmiddlewaretoken" in page
    assert "secret-words" not in page
    assert (fragment.status_code, "<p data-refusal>" in fragment.content.decode()) == (503, True)
    assert Team.objects.get().name == "T"

    assert browser.post("/teams/t/change/", given).status_code == 302, "and sent again it is done"


@pytest.mark.only_on("sqlite")
def test_a_busy_database_says_so_where_a_session_cannot_be_kept(lead: User) -> None:
    browser = Client(raise_request_exception=False)
    with somebody_writes():
        answer = browser.post("/sign-in/", {"login": lead.email, "password": make.PASSWORD})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert make.PASSWORD not in answer.content.decode()


@pytest.mark.only_on("sqlite")
def test_a_busy_database_lets_tools_read_and_tells_those_who_write_when_to_ask_again(lead: User) -> None:
    release = readiness.release(readiness.service(team=Team.objects.get()))
    caller = callers.Caller(tokens.issue(make.access(lead), name="ci", may="write").secret)
    with somebody_writes():
        read = caller.get("services/")
        written = caller.post(f"releases/{release.public_id}/deployed", {"environment": "staging"}, idempotency_key="a")

    assert read.status_code == 200, "though the last use of the token could not be noted"
    assert (written.status_code, written["Retry-After"], written.json()["type"]) == (
        503,
        "5",
        "urn:gatehouse:problem:busy",
    )


def test_a_mistake_of_ours_is_not_called_busy(lead: User) -> None:
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    assert unavailable.found_in(raised.value) is None


def test_a_file_whose_name_is_too_long_is_refused_at_its_field(engineer: User) -> None:
    lead = make.member(Team.objects.get(), Role.LEAD)
    answer = browser_of(lead).post("/services/import/", **multipart("x" * 5000 + ".csv"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == [
        "The file’s name: this has 5004 characters; 200 is the most. Rename it."
    ]
