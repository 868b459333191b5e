"""The status row: at any time what recomputing gives, written with few statements."""

import datetime
import zoneinfo
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock, local_time
from readiness.actions import conditions, ownership, releases, reviews, service_states, signoffs, status
from readiness.models import Deployment, OwnershipDomain, Service, ServiceStatus
from readiness.queries import portfolio
from readiness.queries import status as status_queries
from tests.factories import launches, portal, readiness
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
    drift = OwnershipDomain.objects.get(key="drift")
    differs: list[str] = []

    def after(act: str) -> None:
        if stored(service) != recomputed(service):
            differs.append(act)

    ownership.assign(lead, service=service, domain=drift, person=engineer.person, role="accountable")
    after("naming an owner")
    review = made.started(service)
    after("starting a review")
    made.green(engineer, made.answer(review, "env.configuration"))
    after("answering")
    made.signed(approver, made.answer(review, "env.configuration"))
    after("signing")
    signoffs.reopen(approver, answer=made.answer(review, "env.configuration"), reason="Wrong file")
    after("reopening")
    signoffs.ask(engineer, answer=made.answer(review, "env.configuration"))
    after("asking")
    signoffs.give_back(approver, answer=made.answer(review, "env.configuration"), reason="Of last week")
    after("returning")
    made.green(engineer, made.answer(review, "env.infrastructure"))
    signoffs.ask(engineer, answer=made.answer(review, "env.infrastructure"))
    after("asking for what is not critical")
    reviews.start(lead, service=service, kind="pillars")
    after("starting an assessment")
    reviews.abandon(lead, review=review, reason="Cancelled")
    after("abandoning")
    ownership.vacate(lead, service=service, domain=drift, person=engineer.person, reason="Moves on")
    after("taking a name off")
    service_states.retire(lead, service=service, reason="Replaced")
    after("retiring")

    assert differs == []


def test_a_refresh_takes_at_most_five_statements_however_much_is_answered() -> None:
    service = readiness.service()
    engineer, _ = made.people(service)
    review = made.started(service)
    reviews.start(portal.access(service.owner), service=service, kind="pillars")
    made.green(engineer, made.answer(review, "env.infrastructure"))
    service = Service.objects.get(pk=service.pk)

    with CaptureQueriesContext(connection) as statements:
        status.refresh(service)

    assert len(statements) <= 5


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


def test_items_after_the_go_count_once_the_release_is_live() -> None:
    of = launches.scene()
    releases.deployed(of.access("lead"), release=of.release, environment=of.environment("staging"))
    assert ServiceStatus.objects.get(service=of.service).applicable == 4

    launches.live(of)

    of_other_reviews = 2
    assert ServiceStatus.objects.get(service=of.service).applicable == 4 + of_other_reviews + len(launches.AFTER)


def test_the_headline_is_what_was_decided_for_production() -> None:
    of = launches.scene()
    launches.live(of)
    next_one = launches.Scene(**{**vars(of), "release": readiness.release(of.service, "3.3.0")})

    launches.decide(next_one, "no-go", environment="staging")

    row = ServiceStatus.objects.get(service=of.service)
    assert (row.verdict, row.decided_release, row.decided_for) == ("go", "3.2.0", "production")


def test_what_was_decided_on_a_release_that_is_cancelled_is_no_headline() -> None:
    of = launches.scene()
    launches.decide(of)
    assert ServiceStatus.objects.get(service=of.service).verdict == "go"

    releases.cancel(of.access("lead"), release=of.release, reason="Never built.")

    assert ServiceStatus.objects.get(service=of.service).verdict == ""


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

    assert live.release is not None
    Deployment.objects.create(
        release=live.release,
        environment=service.environments.get(kind="production"),
        deployed_by=service.owner,
        deployed_at=clock.now(),
    )
    status.refresh(Service.objects.get(pk=service.pk))

    assert prepared.started_at > live.started_at
    assert ServiceStatus.objects.get(service=service).green == 1


def test_a_conditional_go_lapses_when_the_day_of_its_condition_ends_where_the_team_is() -> None:
    ends = local_time.end_of(datetime.date(2026, 11, 27), zoneinfo.ZoneInfo("Asia/Tokyo"))
    row = ServiceStatus(verdict="conditional-go", lapses_at=ends, changed_at=clock.now())

    assert ends == datetime.datetime(2026, 11, 27, 15, tzinfo=datetime.UTC)
    assert row.standing_at(ends - datetime.timedelta(seconds=1)) == "conditional-go"
    assert row.standing_at(ends) == "lapsed"


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


def test_a_go_is_current_until_it_expires_undeployed_and_stays_once_it_is_deployed() -> None:
    of = launches.scene()
    decision = launches.decide(of, "go")
    fortnight = decision.decided_at + datetime.timedelta(days=14)
    row = ServiceStatus.objects.get(service=of.service)
    assert (row.verdict, row.decided_release, row.decision_number) == ("go", "3.2.0", 1)
    assert (row.standing_at(fortnight - datetime.timedelta(seconds=1)), row.standing_at(fortnight)) == ("go", "expired")

    releases.deployed(of.access("lead"), release=of.release, environment=of.environment())

    assert ServiceStatus.objects.get(service=of.service).standing_at(fortnight) == "go"
    assert stored(of.service) == recomputed(of.service)


def test_what_a_conditional_go_owes_decides_until_when_it_holds() -> None:
    of = launches.scene(answered=False)
    for key in (*launches.CRITICAL, launches.OTHER[0]):
        launches.green(of, key)
    for key in launches.CRITICAL:
        launches.sign(of, key)
    launches.rated(of, launches.OTHER[1], "red")
    decision = launches.decide(of, "conditional-go", conditions=[launches.condition(of, launches.OTHER[1], days=5)])
    due_on = decision.conditions.get().due_on
    row = ServiceStatus.objects.get(service=of.service)
    assert (row.lapses_on, row.lapses_at) == (
        due_on,
        local_time.end_of(due_on, zoneinfo.ZoneInfo(of.service.team.time_zone)),
    )

    conditions.meet(of.access("engineer"), condition=decision.conditions.get(), note="Run 1190")

    row = ServiceStatus.objects.get(service=of.service)
    assert (row.lapses_on, row.lapses_at, row.verdict) == (None, None, "conditional-go")
    assert stored(of.service) == recomputed(of.service)


def test_an_assessment_that_has_just_been_started_takes_no_colour_away() -> None:
    of = launches.scene()
    launches.reviewed_for_production(of)
    before = ServiceStatus.objects.get(service=of.service).pillars

    reviews.start(of.access("lead"), service=of.service, kind="pillars")

    assert ServiceStatus.objects.get(service=of.service).pillars == before
