"""Over all services the same gaps weigh most as on each service's own page, with the same numbers."""

import datetime

import pytest
import time_machine
from django.test import Client

from portal import clock
from portal.permissions import Role
from readiness.extension_points import gap_sources
from readiness.models import Service
from readiness.queries import gaps, heaviest_gaps, service_page
from readiness.queries.gaps import Line
from tests.factories import launches, portal, readiness, reviews
from tests.harness.databases import Database

WEEK = datetime.timedelta(weeks=1)


def named(line: Line) -> tuple[object, ...]:
    item = line.item.public_id if line.item else None
    return line.service.slug, line.gap.key, line.scored.in_full, line.gap.since, line.owner.pk, item


def one_by_one(access: portal.Access, now: datetime.datetime) -> list[tuple[object, ...]]:
    """What the services' own pages show, put together."""
    lines = [line for service in service_page.glanced(access) for line in _own(service, now)]
    lines.sort(key=lambda line: (-line.scored.score, line.gap.key, line.service.name))
    return [named(line) for line in lines]


def _own(service: Service, now: datetime.datetime) -> list[Line]:
    """All but what upper apps contribute, which stands on the service's own page alone."""
    contributed = {gap.key for contributor in gap_sources for gap in contributor(service, now)}
    return [line for line in gaps.of_service(service, now) if line.gap.key not in contributed]


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
