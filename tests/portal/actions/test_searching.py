"""What can be found follows the record: it is there as soon as it is saved, and goes with what it says."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from portal import audit
from portal.actions import searching
from portal.models import AuditEvent, AuditHead, SearchEntry, SearchMark, SearchWords
from portal.permissions import Role
from portal.queries import searching as queries
from portal.queries.searching import Wanted
from readiness import verbs
from readiness.actions import dependencies, findings, service_changes
from readiness.models import Service
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service(name="Parcel routing")


def titles(service: Service, typed: str, **wanted: str) -> list[str]:
    """What the owner of the service finds."""
    searching.freshen()
    found = queries.found(portal.access(service.owner), Wanted(typed, **wanted))
    assert found.page.paginator.count == len(found.hits)
    return ["".join(part.text for part in hit.title) for hit in found.hits]


def opened(service: Service, title: str = "Deletions leave no trace", text: str = "Show one month.") -> Any:
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    return findings.open_finding(office, service=service, severity=1, title=title, text=text)


def test_what_was_just_saved_is_found_and_again_by_its_new_words(service: Service) -> None:
    finding = opened(service)
    assert titles(service, "deletions trace") == [finding.title, finding.title]  # it opened an action item
    findings.answer(portal.access(service.owner), finding=finding, text="We keep a ledger of erasures now.")
    assert titles(service, "erasures", kind="finding") == [finding.title]


def test_what_says_nothing_any_more_is_not_found(service: Service) -> None:
    lead = portal.access(service.owner)
    added = dependencies.add(lead, service=service, name="Zephyr geocoder", purpose="Finds streets.")
    assert titles(service, "zephyr") == ["Zephyr geocoder"]
    dependencies.remove(lead, dependency=added)
    assert titles(service, "zephyr") == []
    assert not SearchWords.objects.filter(pk__gt=0).exclude(entry__in=SearchEntry.objects.all()).exists()


def test_following_twice_does_nothing_and_costs_one_statement(service: Service) -> None:
    opened(service)
    assert searching.follow() > 0
    before = list(SearchEntry.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as captured:
        searching.freshen()
    assert len(captured) == 1
    assert searching.follow() == 0
    assert list(SearchEntry.objects.order_by("pk").values()) == before


def test_made_again_it_is_the_same_and_what_is_gone_is_gone(service: Service) -> None:
    opened(service)
    searching.follow()
    fields = ("kind", "key", "scope_id", "title", "body", "address")
    followed = list(SearchEntry.objects.order_by("kind", "key").values_list(*fields))
    SearchEntry.objects.filter(kind="finding").update(title="Something else", body="")
    SearchEntry.objects.create(kind="finding", key="gone", title="Gone", body="", address="/")
    SearchEntry.objects.create(kind="of-no-app", key="1", title="Gone too", body="", address="/")
    searching.rebuild()
    assert list(SearchEntry.objects.order_by("kind", "key").values_list(*fields)) == followed
    assert titles(service, "deletions", kind="finding") == ["Deletions leave no trace"]


def test_who_is_too_far_behind_makes_all_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "TOO_FAR", 0)
    opened(service)
    searching.follow()
    assert SearchMark.objects.get().number == AuditHead.objects.get().number
    assert titles(service, "deletions", kind="finding") == ["Deletions leave no trace"]


def test_many_events_are_followed_in_steps(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "STEP", 2)
    for number in range(5):
        opened(service, title=f"Number {number}")
    searching.follow()
    assert len(titles(service, "number", kind="finding")) == 5
    searching.rebuild()
    assert len(titles(service, "number", kind="finding")) == 5


def test_a_search_answers_though_the_record_cannot_be_followed(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened(service)
    searching.follow()
    with monkeypatch.context() as broken:
        broken.setattr(searching, "_behind", _locked)
        assert titles(service, "deletions", kind="finding") == ["Deletions leave no trace"]
    assert "could not follow" in caplog.text


def _locked() -> int:
    raise OperationalError("database is locked")


def test_an_event_on_what_nobody_searches_changes_nothing(service: Service) -> None:
    searching.follow()
    before = SearchEntry.objects.count()
    audit.record(None, verbs.CHECKS_OPENED, service.scope, facts={"service": service.slug})
    assert AuditEvent.objects.exists()
    assert searching.follow() == 1
    assert SearchEntry.objects.count() == before


def test_a_renamed_service_is_found_by_its_new_name(service: Service) -> None:
    searching.follow()
    renamed = things.facts(name="Parcel steering")
    service_changes.change(
        portal.access(service.owner), service=service, revision=1, owner=service.owner, facts=renamed, restricted=False
    )
    assert titles(service, "steering", kind="service") == ["Parcel steering"]
    assert titles(service, "routing", kind="service") == []
