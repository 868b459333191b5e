"""The search's page: what one may read is found, best first, and nothing else leaves a trace."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from portal.actions.documents import Written
from portal.permissions import Role
from portal.queries import searching
from readiness.actions import findings, model_cards
from readiness.models import Service
from tests.factories import portal
from tests.factories import readiness as things
from tests.portal.pages import signed_in, words

pytestmark = pytest.mark.django_db

ODD = [
    '"',
    '""""',
    "AND",
    "OR NOT",
    "NEAR(a b, 3)",
    "title:drift",
    "drift*",
    "^drift",
    "-drift",
    "!drift & (drift | x) <-> y",
    "drift'; DROP TABLE portal_searchwords; --",
    "%drift% _",
    "\\",
    "😀👩🏽‍💻",
    "a\x00b",
    "\ud7ff\U0010ffff\u202e",
    "x" * 10_000,
    " ".join(["drift"] * 5_000),
    "監視 モデル",
    "ﷺ ½ ①",
    "\n\t\r",
    ":A*",
]


@pytest.fixture
def service() -> Service:
    return things.service(name="Parcel routing", description="Sends parcels by rivers.")


def found(browser: Client, typed: str, **more: Any) -> Any:
    answer = browser.get("/search/", {"q": typed, **more})
    assert answer.status_code == 200
    return answer.context["found"]


def opened(service: Service, title: str, text: str = "Show one month.") -> None:
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    findings.open_finding(office, service=service, severity=2, title=title, text=text)


def addresses(browser: Client, typed: str, **more: Any) -> list[str]:
    return [hit.address for hit in found(browser, typed, **more).hits]


def test_a_result_lands_on_the_very_thing(service: Service) -> None:
    opened(service, "Deletions leave no trace")
    browser = signed_in(service.owner)
    for kind, typed in (("finding", "deletions"), ("service", "rivers"), ("action-item", "deletions")):
        (address,) = addresses(browser, typed, kind=kind)
        assert words(browser.get(address)).count("Parcel routing")
    assert addresses(browser, "deletions", kind="finding") == [f"/services/{service.slug}/findings/1/"]


def test_case_accents_and_the_rest_of_the_last_word_do_not_matter(service: Service) -> None:
    opened(service, "Évaluation der Größe", "Проверка модели. モデルの監視。")
    browser = signed_in(service.owner)
    for typed in ("evaluation", "ÉVALUA", "grösse eval", "größe", "проверка", "ПРОВЕРКА МОД", "監視", "モデル 監視"):
        assert f"/services/{service.slug}/findings/1/" in addresses(browser, typed), typed
    for typed in ("evalu grosse", "valuation", "視監", '"grosse evaluation"'):
        assert addresses(browser, typed) == [], typed


def test_a_phrase_is_found_where_its_words_follow_one_another(service: Service) -> None:
    opened(service, "Roll it back", "We roll the canary back.")
    opened(service, "Roll back the canary", "At once.")
    browser = signed_in(service.owner)
    assert len(addresses(browser, "roll back canary", kind="finding")) == 2
    assert addresses(browser, '"roll back"', kind="finding") == [f"/services/{service.slug}/findings/2/"]


def test_what_is_called_so_comes_before_what_mentions_it(service: Service) -> None:
    opened(service, "Tickets are late", "The geocoder is slow. The geocoder is old.")
    opened(service, "The geocoder", "It is somebody else’s.")
    first = found(signed_in(service.owner), "geocoder", kind="finding").hits[0]
    assert first.address == f"/services/{service.slug}/findings/2/"


def test_what_one_may_not_see_is_neither_found_nor_counted(service: Service) -> None:
    hidden = things.service(name="Parcel secret", restricted=True)
    for number in range(3):
        opened(hidden, f"Zebra {number}", "zebracanary")
    opened(service, "Zebra outside")
    outsider = signed_in(portal.member(portal.team(), Role.VIEWER))
    page = outsider.get("/search/", {"q": "zebra"})
    assert [kind.count for kind in page.context["found"].kinds] == [1, 1]
    assert "2 found" in words(page)
    for typed in ("zebracanary", "Parcel secret", "secret"):
        nothing, never = (outsider.get("/search/", {"q": word}) for word in (typed, "nosuchword"))
        assert found(outsider, typed).total == 0
        plain = [_without(page.content.decode(), word) for page, word in ((nothing, typed), (never, "nosuchword"))]
        assert plain[0] == plain[1]
    assert found(outsider, "zebra", service="Parcel secret").total == 0
    for insider in (hidden.owner, portal.member(None, Role.COMPLIANCE)):
        assert found(signed_in(insider), "zebracanary").total == 6


def _without(page: str, word: str) -> str:
    page = page.replace(word, "")
    return re.sub(r'(csrfmiddlewaretoken" value|data-person|nonce)="[^"]*"', "", page)


def test_how_often_hidden_things_say_a_word_does_not_change_the_order(service: Service) -> None:
    for number in range(6):
        opened(service, f"Zebra {number}", "Nothing else.")
    opened(service, "The zebra", "It saw a lion.")
    opened(service, "The lion", "It saw a zebra.")
    outsider = signed_in(portal.member(portal.team(), Role.VIEWER))
    before = addresses(outsider, "zebra lion")
    hidden = things.service(name="Parcel secret", restricted=True)
    for number in range(30):
        opened(hidden, f"Lion {number}", "A lion is a lion.")
    assert addresses(outsider, "zebra lion") == before


def test_who_only_audits_finds_what_was_chosen(service: Service) -> None:
    opened(service, "Zebra outside")
    auditor = portal.member(None, Role.AUDITOR)
    assert found(signed_in(auditor), "zebra").total == 0


def test_a_service_that_becomes_restricted_is_gone_from_the_search_at_once(service: Service) -> None:
    outsider = signed_in(portal.member(portal.team(), Role.VIEWER))
    assert found(outsider, "rivers").total == 1
    service.scope.restricted = True
    service.scope.save()
    assert found(outsider, "rivers").total == 0


@pytest.mark.parametrize("typed", ODD, ids=lambda typed: ascii(typed[:12]))
def test_nothing_that_can_be_typed_breaks_it(service: Service, typed: str) -> None:
    opened(service, "Drift is not watched")
    browser = signed_in(service.owner)
    page = browser.get("/search/", {"q": typed, "kind": typed[:40], "service": typed[:300], "page": typed[:9]})
    assert page.status_code == 200
    assert found(browser, typed).page.number == 1


def test_words_of_people_are_shown_as_words_with_what_was_found_marked(service: Service) -> None:
    opened(service, "<script>alert(1)</script> drift", "<img src=x onerror=alert(1)> drift & more")
    page = signed_in(service.owner).get("/search/", {"q": 'drift "><script>', "kind": "finding"}).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    page = signed_in(service.owner).get("/search/", {"q": "drift", "kind": "finding"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>drift</mark>" in page
    assert "&lt;img src=x onerror=alert(1)&gt; <mark>drift</mark> &amp; more" in page


def test_kind_and_service_narrow_it(service: Service) -> None:
    opened(service, "Zebra here")
    opened(things.service(name="Claims triage"), "Zebra there")
    browser = signed_in(service.owner)
    assert found(browser, "zebra").total == 4
    one = found(browser, "zebra", kind="finding", service="parcel")
    assert [hit.place for hit in one.hits] == ["Parcel routing"]
    assert [(kind.kind, kind.count) for kind in one.kinds] == [("finding", 1), ("action-item", 1)]


def test_many_are_shown_page_by_page_each_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PER_PAGE", 4)
    for number in range(5):
        opened(service, f"Zebra {number}")
    browser = signed_in(service.owner)
    seen = [address for page in (1, 2, 3) for address in addresses(browser, "zebra", page=page)]
    assert len(seen) == len(set(seen)) == 10
    assert "5 to 8 of 10" in words(browser.get("/search/", {"q": "zebra", "page": 2}))
    monkeypatch.setattr(searching, "MOST_PAGES", 1)
    assert found(browser, "zebra", page=7).page.paginator.num_pages == 1


def test_the_empty_page_says_what_can_be_looked_for(service: Service) -> None:
    browser = signed_in(service.owner)
    assert "The last one may be unfinished" in words(browser.get("/search/"))
    assert "There is no word in this" in words(browser.get("/search/", {"q": "!?"}))
    assert "Nothing was found" in words(browser.get("/search/", {"q": "nosuchword"}))
    assert "Only the first words" in words(browser.get("/search/", {"q": "word " * 50}))


def test_every_page_has_the_field_in_its_bar(service: Service) -> None:
    page = signed_in(service.owner).get("/profile/").content.decode()
    assert re.search(r'<form class="gh-jump" method="get" action="/search/"', page)


def test_the_command_makes_it_again(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rebuild_search")
    assert re.search(r"\d+ things can be found", capsys.readouterr().out)
    assert found(signed_in(service.owner), "rivers").total == 1


def test_a_document_is_found_by_a_table_of_its_own(service: Service) -> None:
    model = things.model(service, "router")
    content = {"users": "Dispatchers.", "metrics": [{"metric": "Punctuality", "value": "0.93"}]}
    model_cards.begin(portal.access(service.owner), model=model, written=Written(content), describes=None)
    (hit,) = found(signed_in(service.owner), "punctuality").hits
    assert (hit.label, hit.address) == ("Model card", f"/services/{service.slug}/model-cards/{model.public_id}/")


def test_the_last_word_of_the_longest_text_is_found(service: Service) -> None:
    model = things.model(service, "router")
    content = {"users": "word " * 9_990 + "needle", "limitations": "word " * 9_990}
    model_cards.begin(portal.access(service.owner), model=model, written=Written(content), describes=None)
    (hit,) = found(signed_in(service.owner), "needle").hits
    assert [part.text for part in hit.words if part.is_hit] == ["needle"]
