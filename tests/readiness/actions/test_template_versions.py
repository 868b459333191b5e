"""A checklist grows by one item or point: as a version beside the others, told to who leads what is live."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from readiness.actions import reviews, template_versions, templates
from readiness.catalogue import growing, loader
from readiness.choices import ServiceState
from readiness.models import Service, TemplateVersion
from readiness.queries import template_versions as queries
from readiness.queries import wording
from readiness.rules.template_additions import AddedItem, AddedPoint
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

POINT = AddedPoint("perf.caching", "What is cached for one tenant is never served to another", "caching")
ITEM = AddedItem(
    section="security",
    name="tool-calls",
    title="What the model may call is listed and limited",
    why="A model calls what it can.",
    how="Compare the list with the gateway.",
    evidence="The list, naming the release.",
    points=("Every tool is on the list", "Nothing else answers"),
    critical=True,
    depends="release",
    pillar=3,
)


@pytest.fixture
def administrator() -> User:
    return portal.member(None, Role.ADMINISTRATOR)


def publish(who: User, addition: Any = POINT, template: str = "deployment") -> template_versions.Published:
    return template_versions.publish(
        portal.access(who), template=template, addition=addition, reason="After the incident of August."
    )


def test_a_point_is_asked_from_the_next_version_on_and_the_published_one_stays(administrator: User) -> None:
    before = queries.newest()["deployment"]
    service = readiness.service(caching=True)
    running = reviews.start(portal.access(service.owner), service=service, kind="pillars")
    published = publish(administrator)
    assert (published.version.number, published.item_key, published.point) == ("1.0+1", "perf.caching", 5)
    item = next(one for one in published.version.checklist.items if one.key == "perf.caching")
    assert (item.points[-1].text, dict(item.points[-1].when)) == (POINT.text, {"caching": True})
    assert TemplateVersion.objects.get(pk=before.pk).content == before.content
    running.refresh_from_db()
    assert running.template_version.number == "1.0"
    assert publish(administrator, ITEM).version.number == "1.0+2"


def test_a_new_item_is_answered_in_the_next_review(administrator: User) -> None:
    service = readiness.service()
    published = publish(administrator, ITEM)
    assert published.item_key == "sec.tool-calls"
    review = reviews.start(
        portal.access(service.owner), service=service, kind="deployment", release=readiness.release(service)
    )
    answer = review.answers.get(item_key="sec.tool-calls")
    assert (answer.critical, answer.applies, answer.pillar) == (True, True, 3)
    assert wording.title("sec.tool-calls", service) == ITEM.title


def test_who_leads_live_services_is_told_and_the_record_says_who_did_it(administrator: User) -> None:
    live, draft = readiness.service(), readiness.service()
    Service.objects.filter(pk=live.pk).update(state=ServiceState.LIVE)
    engineer = portal.member(live.scope.team, Role.CONTRIBUTOR)
    publish(administrator)
    told = set(Notification.objects.filter(kind="template").values_list("recipient", flat=True))
    assert live.owner_id in told
    assert told.isdisjoint({engineer.pk, draft.owner_id})
    event = AuditEvent.objects.get(verb="template.published")
    assert event.actor == administrator


def test_only_an_administrator_publishes(administrator: User) -> None:
    lead = readiness.service().owner
    with pytest.raises(NotPermitted):
        publish(lead)


@pytest.mark.parametrize(
    ("addition", "field"),
    [
        (AddedPoint("perf.nothing", "Asked"), "item_key"),
        (AddedPoint("perf.caching", " "), "text"),
        (AddedPoint("perf.caching", loader.items()["perf.caching"].points[0].text.upper()), "text"),
        (AddedPoint("perf.caching", "Asked", "weather"), "asked_of"),
        (AddedItem("nowhere", "x", "T", "w", "h", "e", ("p",)), "section"),
        (AddedItem("security", "Tool calls", "T", "w", "h", "e", ("p",)), "name"),
        (AddedItem("security", "input", "T", "w", "h", "e", ("p",)), "name"),
        (AddedItem("security", "x", "T", "w", "h", "e", ()), "points"),
        (AddedItem("security", "x", "T", "w", "h", "e", ("p", "P ")), "points"),
        (AddedItem("security", "x", "", "w", "h", "e", ("p",)), "title"),
        (AddedItem("security", "x", "T", "w", "h", "e", ("p",), depends="drill"), "depends"),
        (AddedItem("security", "x", "T", "w", "h", "e", ("p",), max_age_days=7), "max_age_days"),
        (AddedItem("security", "x", "T", "w", "h", "e", ("p",), domain="weather"), "domain"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(administrator: User, addition: Any, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        publish(administrator, addition)
    assert list(refused.value.errors) == [field]
    assert TemplateVersion.objects.filter(number__contains="+").count() == 0


def test_of_two_versions_made_from_the_same_one_the_second_is_told(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = queries.newest()
    publish(administrator)
    monkeypatch.setattr(queries, "newest", lambda: stale)
    with pytest.raises(Conflict, match="same moment"):
        publish(administrator, ITEM)


def test_what_one_took_in_is_in_the_next_version_that_ships_too(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(administrator)
    publish(administrator, ITEM)
    first, *others = loader.templates()
    files = (first.model_copy(update={"version": "1.1", "purpose": "Other words."}), *others)
    monkeypatch.setattr(loader, "templates", lambda: files)
    assert templates.load().templates == ("deployment 1.1", "deployment 1.1+1")
    newest = queries.newest()["deployment"].checklist
    assert newest.purpose == "Other words."
    keys = {item.key: [point.text for point in item.points] for item in newest.items}
    assert POINT.text in keys["perf.caching"]
    assert "sec.tool-calls" in keys
    assert not templates.load().templates


def test_what_nobody_took_in_is_not_carried_over() -> None:
    shipped = loader.template("deployment")
    assert growing.carried_over(shipped, shipped, shipped) is None


def test_the_page_shows_what_each_version_brought(administrator: User) -> None:
    publish(administrator)
    browser = Client()
    browser.force_login(readiness.service().owner)
    page = browser.get(reverse("readiness:templates")).content.decode()
    assert "1.0+1" in page
    assert POINT.text in page
