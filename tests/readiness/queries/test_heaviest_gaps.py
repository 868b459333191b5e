"""Over all services the same gaps weigh most as on each service's own page, with the same numbers."""

import datetime

import pytest
import time_machine
from django.db.models import QuerySet
from django.test import Client

from portal import clock
from portal.models import Scope
from portal.permissions import Role
from readiness.actions import ownership
from readiness.extension_points import GapSource, gap_sources
from readiness.models import OwnershipDomain, Service
from readiness.queries import gaps, heaviest_gaps, service_page
from readiness.queries.gaps import Line
from readiness.rules.gaps import Gap
from tests.factories import launches, portal, readiness, reviews
from tests.harness.databases import Database

WEEK = datetime.timedelta(weeks=1)


def named(line: Line) -> tuple[object, ...]:
    item = line.item.public_id if line.item else None
    return line.service.slug, line.gap.key, line.scored.in_full, line.gap.since, line.owner.pk, item


def one_by_one(access: portal.Access, now: datetime.datetime) -> list[tuple[object, ...]]:
    """What the services' own pages show, put together."""
    lines = [line for service in service_page.glanced(access) for line in gaps.of_service(service, now)]
    lines.sort(key=lambda line: (-line.scored.score, line.gap.key, line.service.name))
    return [named(line) for line in lines]


def test_in_the_demonstration_the_fifty_heaviest_are_those_of_the_services_own_pages(demo_database: Database) -> None:
    access, now = portal.access(portal.member(None, Role.COMPLIANCE)), clock.now()
    found = [named(line) for line in heaviest_gaps.across(access, now, limit=50)]
    assert len(found) == 50
    assert found == one_by_one(access, now)[:50]


@pytest.mark.django_db
@pytest.mark.parametrize("weeks", [0, 1, 5, 12, 30])
def test_a_gap_weighs_more_by_each_week_up_to_twelve(weeks: int) -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "red")
    now = clock.now() + WEEK * weeks + datetime.timedelta(minutes=5)
    with time_machine.travel(now, tick=False):
        found = [named(line) for line in heaviest_gaps.across(scene.access("lead"), now, limit=100)]
        assert found == one_by_one(scene.access("lead"), now)
    assert any(key == "api.endpoints" for _, key, *_ in found)


@pytest.mark.django_db
def test_what_opens_with_the_deployment_is_a_gap_since_then() -> None:
    start = clock.now()
    scene = launches.scene()
    went_live = start + WEEK * 3
    with time_machine.travel(went_live, tick=False):
        launches.live(scene)
    now = went_live + WEEK * 2
    with time_machine.travel(now, tick=False):
        lines = heaviest_gaps.across(scene.access("lead"), now, limit=100)
        assert [named(line) for line in lines] == one_by_one(scene.access("lead"), now)
    after = scene.review.answers.filter(stage="after", applies=True).values_list("item_key", flat=True)
    found = {line.gap.key: line for line in lines if line.gap.key in after}
    assert found
    assert {(line.gap.since, line.scored.weeks) for line in found.values()} == {(went_live, 2)}


@pytest.mark.django_db
def test_what_one_may_not_see_weighs_nothing() -> None:
    review = reviews.started(readiness.service(restricted=True, tier=1))
    outsider = portal.member(portal.team(), Role.LEAD)
    assert heaviest_gaps.across(portal.access(outsider), clock.now()) == []
    client = Client()
    client.force_login(outsider)
    page = client.get("/portfolio/leadership/gaps/").content.decode()
    assert review.service.name not in page
    assert "No gap" in page


@pytest.mark.django_db
def test_a_retired_service_is_short_of_nothing() -> None:
    service = readiness.service(tier=1)
    owner = portal.access(service.owner)
    assert heaviest_gaps.across(owner, clock.now()) != []
    Service.objects.update(state="retired")
    assert heaviest_gaps.across(owner, clock.now()) == []


@pytest.mark.django_db
def test_ten_are_shown_with_service_numbers_and_owner() -> None:
    services = [readiness.service(team=portal.team(), tier=1) for _ in range(3)]
    client = Client()
    client.force_login(services[0].owner)
    page = client.get("/portfolio/leadership/gaps/").content.decode()
    assert page.count('class="gh-score"') == 10
    assert "3 × 3 × 4 × 1" in page
    assert services[0].name in page


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 8, 13])
def test_of_gaps_that_weigh_the_same_the_first_keys_are_shown_however_few(limit: int) -> None:
    team = portal.team()
    services = [readiness.service(team=team, tier=1, name=name) for name in ("Weather", "Claims", "Fraud")]
    for service in services:
        reviews.started(service)
    readiness.service(team=team, tier=2, sourcing="third-party-api")
    access, now = portal.access(services[0].owner), clock.now()
    assert [named(line) for line in heaviest_gaps.across(access, now, limit)] == one_by_one(access, now)[:limit]


@pytest.mark.django_db
def test_what_an_upper_app_contributes_stands_among_them_with_an_owner() -> None:
    service = readiness.service(tier=2)
    for key in ("drift", "retraining", "inference", "logging"):
        domain = OwnershipDomain.objects.get(key=key)
        lead = portal.access(service.owner)
        ownership.assign(lead, service=service, domain=domain, person=service.owner, role="accountable")
    found = {line.gap.key: line for line in heaviest_gaps.across(portal.access(service.owner), clock.now())}
    assert found["runbook.way-back"].owner == service.owner
    assert found["runbook.way-back"].scored.in_full == "2 × 3 × 3 × 1 = 18"
    outsider = portal.member(portal.team(), Role.LEAD)
    Scope.objects.update(restricted=True)
    assert heaviest_gaps.across(portal.access(outsider), clock.now()) == []


@pytest.mark.django_db
def test_a_source_whose_gaps_weigh_too_little_is_not_asked() -> None:
    for _ in range(3):
        reviews.started(readiness.service(tier=1))
    asked: list[list[int]] = []

    def told(services: QuerySet[Service], _now: datetime.datetime) -> list[tuple[Service, Gap]]:
        asked.append(sorted({service.tier for service in services}))
        return []

    reader = portal.access(portal.member(None, Role.COMPLIANCE))
    readiness.service(tier=4)
    for heaviest in (2, 6):
        with gap_sources.holding("of the test", GapSource(told, heaviest)):
            heaviest_gaps.across(reader, clock.now())
    assert asked == [[1]]
