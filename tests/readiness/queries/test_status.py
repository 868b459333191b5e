"""The status row: at any time what recomputing gives, written with few statements."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from readiness.actions import ownership, releases, reviews, services, signoffs, status
from readiness.models import Deployment, OwnershipDomain, Service, ServiceStatus
from readiness.queries import portfolio
from readiness.queries import status as status_queries
from tests.factories import portal, readiness
from tests.factories import reviews as made

pytestmark = pytest.mark.django_db


def stored(service: Service) -> dict[str, Any]:
    """The row without what only counts and dates its writing."""
    row = ServiceStatus.objects.filter(service=service).values().get()
    return {name: value for name, value in row.items() if name not in ("id", "service_id", "version", "changed_at")}


def recomputed(service: Service) -> dict[str, Any]:
    return status_queries.standing_of(Service.objects.get(pk=service.pk)).as_fields()


def pillar(service: Service, number: int) -> tuple[str, int]:
    found = portfolio.pillars_of(Service.objects.get(pk=service.pk))[number - 1]
    return found.state, found.open


def test_after_every_kind_of_act_the_row_is_what_recomputing_gives() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    engineer, approver = made.people(service)
    seen = [stored(service) == recomputed(service)]

    def after(_act: object) -> None:
        seen.append(stored(service) == recomputed(service))

    after(
        ownership.assign(
            lead,
            service=service,
            domain=OwnershipDomain.objects.get(key="drift"),
            person=engineer.person,
            role="accountable",
        )
    )
    review = made.started(service)
    after(review)
    item = made.green(engineer, made.answer(review, "env.configuration"))
    after(item)
    after(made.signed(approver, made.answer(review, "env.configuration")))
    after(signoffs.reopen(approver, answer=made.answer(review, "env.configuration"), reason="Wrong file"))
    after(signoffs.ask(engineer, answer=made.answer(review, "env.configuration")))
    after(signoffs.give_back(approver, answer=made.answer(review, "env.configuration"), reason="Of last week"))
    after(made.green(engineer, made.answer(review, "env.infrastructure")))
    after(signoffs.ask(engineer, answer=made.answer(review, "env.infrastructure")))
    after(reviews.start(lead, service=service, kind="pillars"))
    after(reviews.abandon(lead, review=review, reason="Cancelled"))
    after(services.retire(lead, service=service, reason="Replaced"))

    assert seen == [True] * len(seen)


def test_a_refresh_takes_at_most_four_statements_however_much_is_answered() -> None:
    service = readiness.service()
    engineer, _ = made.people(service)
    review = made.started(service)
    reviews.start(portal.access(service.owner), service=service, kind="pillars")
    made.green(engineer, made.answer(review, "env.infrastructure"))
    service = Service.objects.get(pk=service.pk)

    with CaptureQueriesContext(connection) as statements:
        status.refresh(service)

    assert len(statements) <= 4


def test_a_critical_item_greys_its_pillar_until_it_is_answered() -> None:
    service = readiness.service()
    engineer, _ = made.people(service)
    review = made.started(service)
    keys = list(review.answers.filter(pillar=9, applies=True, critical=True).values_list("item_key", flat=True))
    assert pillar(service, 9)[0] == "unanswered"

    for key in keys:
        made.green(engineer, made.answer(review, key))

    others = review.answers.filter(pillar=9, applies=True, critical=False).count()
    assert pillar(service, 9) == ("green", others)


def test_items_after_the_go_count_once_the_release_is_deployed() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    review = made.started(service)
    before = ServiceStatus.objects.get(service=service).applicable

    staging = service.environments.get(kind="staging")
    releases.deployed(lead, release=review.release, environment=staging)

    after = review.answers.filter(stage="after", applies=True).count()
    assert after > 0
    assert ServiceStatus.objects.get(service=service).applicable == before + after


def test_at_tier_three_only_critical_items_count() -> None:
    service = readiness.service(tier=3)

    review = made.started(service)

    critical = review.answers.filter(critical=True, applies=True, stage="before").count()
    assert ServiceStatus.objects.get(service=service).applicable == critical


def test_the_review_of_the_live_release_colours_the_service_not_the_one_being_prepared() -> None:
    service = readiness.service()
    engineer, _ = made.people(service)
    live, prepared = made.started(service), made.started(service)
    made.green(engineer, made.answer(live, "env.infrastructure"))
    assert ServiceStatus.objects.get(service=service).green == 0

    Deployment.objects.create(
        release=live.release,
        environment=service.environments.get(kind="production"),
        deployed_by=service.owner,
        deployed_at=clock.now(),
    )
    status.refresh(Service.objects.get(pk=service.pk))

    assert prepared.started_at > live.started_at
    assert ServiceStatus.objects.get(service=service).green == 1


@pytest.mark.parametrize(
    ("days", "standing"), [(0, "conditional-go"), (3, "conditional-go"), (4, "lapsed"), (30, "lapsed")]
)
def test_a_conditional_go_lapses_after_the_day_of_its_condition(days: int, standing: str) -> None:
    now = clock.now()
    row = ServiceStatus(verdict="conditional-go", lapses_on=now.date() + datetime.timedelta(days=3), changed_at=now)

    assert row.standing_at(now + datetime.timedelta(days=days)) == standing


def test_a_go_that_nobody_deployed_expires() -> None:
    now = clock.now()
    row = ServiceStatus(verdict="go", expires_at=now, changed_at=now)

    assert (row.standing_at(now - datetime.timedelta(seconds=1)), row.standing_at(now)) == ("go", "expired")


def test_signoffs_wait_for_critical_green_items_and_for_those_that_were_asked_for() -> None:
    service = readiness.service()
    engineer, approver = made.people(service)
    review = made.started(service)
    made.green(engineer, made.answer(review, "env.infrastructure"))
    assert ServiceStatus.objects.get(service=service).signoffs_waiting == 0

    signoffs.ask(engineer, answer=made.answer(review, "env.infrastructure"))
    made.green(engineer, made.answer(review, "env.configuration"))
    assert ServiceStatus.objects.get(service=service).signoffs_waiting == 2

    signoffs.give_back(approver, answer=made.answer(review, "env.infrastructure"), reason="Too old")
    made.signed(approver, made.answer(review, "env.configuration"))
    assert ServiceStatus.objects.get(service=service).signoffs_waiting == 0


def test_only_domains_that_apply_are_holes() -> None:
    assert readiness.service().status.owner_holes == 4
    assert readiness.service(sourcing="third-party-api").status.owner_holes == 2
