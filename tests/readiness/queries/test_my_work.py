"""What waits for whom, and that the badge says what the page shows."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.models import User
from portal.permissions import Access, Role
from portal.queries import shell_counts
from readiness.actions import absences, answers, conditions, ownership, service_changes, signoffs
from readiness.models import OwnershipDomain, Review, Service
from readiness.queries import my_work
from tests.factories import launches, portal, readiness, reviews

pytestmark = pytest.mark.django_db


def keys(listed: my_work.Listed) -> list[str]:
    return [line.answer.item_key for line in listed.rows]


def badge(who: User) -> int:
    return shell_counts.of(portal.access(who))[1]


def work(who: User) -> my_work.MyWork:
    """The page, after checking that the badge agrees with its heads."""
    page = my_work.page(portal.access(who))
    assert page.waiting == badge(who)
    return page


def signed_review() -> tuple[Review, Access, Access]:
    """A review with one critical item green, an engineer and an approver."""
    review = reviews.started()
    engineer, approver = reviews.people(review.service)
    reviews.green(engineer, reviews.answer(review, "env.configuration"))
    return review, engineer, approver


def test_a_critical_green_item_waits_for_who_may_sign_and_did_not_contribute() -> None:
    review, engineer, approver = signed_review()
    both = portal.member(review.service.team, Role.APPROVER, Role.CONTRIBUTOR, name="Cora")
    answers.describe(
        portal.access(both), answer=reviews.answer(review, "env.configuration"), text="Seen on staging.", version=0
    )

    assert keys(work(approver.person).signoffs) == ["env.configuration"]
    assert keys(work(both).signoffs) == []
    assert keys(work(engineer.person).signoffs) == []
    assert keys(work(portal.member(portal.team(), Role.APPROVER)).signoffs) == []


def test_a_second_account_of_the_same_person_is_asked_for_no_signature() -> None:
    review, engineer, _ = signed_review()
    twin = portal.member(review.service.team, Role.APPROVER, name="Enno again")
    assert keys(work(twin).signoffs) == ["env.configuration"]

    twin.identity = engineer.person.identity
    twin.save()

    assert keys(work(twin).signoffs) == []


def test_what_is_signed_no_longer_waits_and_what_is_not_critical_waits_once_it_is_asked_for() -> None:
    review, engineer, approver = signed_review()
    reviews.signed(approver, reviews.answer(review, "env.configuration"))
    reviews.green(engineer, reviews.answer(review, "env.infrastructure"))
    assert keys(work(approver.person).signoffs) == []

    signoffs.ask(engineer, answer=reviews.answer(review, "env.infrastructure"))

    assert keys(work(approver.person).signoffs) == ["env.infrastructure"]


def test_what_was_returned_comes_back_to_who_answered_it_until_they_ask_again() -> None:
    review, engineer, approver = signed_review()

    signoffs.give_back(approver, answer=reviews.answer(review, "env.configuration"), reason="Of another release")

    assert keys(work(engineer.person).came_back) == ["env.configuration"]
    assert keys(work(approver.person).signoffs) == []

    signoffs.ask(engineer, answer=reviews.answer(review, "env.configuration"))

    assert keys(work(engineer.person).came_back) == []
    assert keys(work(approver.person).signoffs) == ["env.configuration"]


def test_what_came_back_asks_for_its_sign_off_again_once_it_was_mended() -> None:
    review, engineer, approver = signed_review()
    signoffs.give_back(approver, answer=reviews.answer(review, "env.configuration"), reason="Say for which release")
    assert not work(engineer.person).came_back.rows[0].asks_again

    answer = reviews.answer(review, "env.configuration")
    answers.describe(engineer, answer=answer, text="Of release 1.4.0.", version=answer.text_version)

    assert work(engineer.person).came_back.rows[0].asks_again


def test_a_void_sign_off_comes_back_to_who_answered() -> None:
    review, engineer, approver = signed_review()
    reviews.signed(approver, reviews.answer(review, "env.configuration"))

    signoffs.reopen(engineer, answer=reviews.answer(review, "env.configuration"), reason="Another file")

    assert keys(work(engineer.person).came_back) == ["env.configuration"]


def test_an_item_is_its_assignees_else_its_domains_else_the_service_owners() -> None:
    review = reviews.started()
    service = review.service
    engineer, _ = reviews.people(service)
    holder = portal.member(service.team, Role.CONTRIBUTOR, name="Hana")
    lead = portal.access(service.owner)
    everything = work(service.owner).items.total
    held = review.answers.filter(domain_key="inference", applies=True, stage="before").count()

    ownership.assign(
        lead,
        service=service,
        domain=OwnershipDomain.objects.get(key="inference"),
        person=holder,
        role="accountable",
    )
    first = review.answers.filter(domain_key="inference", applies=True, stage="before").first()
    assert first is not None
    answers.assign(engineer, answer=reviews.answer(review, first.item_key), person=engineer.person)

    assert held > 1
    assert work(holder).items.total == held - 1
    assert keys(work(engineer.person).items) == [first.item_key]
    assert work(service.owner).items.total == everything - held


def test_blocking_items_come_first_and_green_ones_are_gone() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    owner = review.service.owner
    reviews.green(engineer, reviews.answer(review, "env.configuration"))
    item = answers.describe(
        engineer, answer=reviews.answer(review, "env.infrastructure"), text="Sizes are missing.", version=0
    )
    answers.rate(engineer, answer=item, rating="red", version=0)

    rows = my_work.page(portal.access(owner)).items.rows
    criticals = review.answers.filter(critical=True, applies=True, stage="before").count() - 1
    order = [(line.answer.critical, line.answer.state) for line in rows]

    assert "env.configuration" not in keys(work(owner).items)
    assert order == [(True, "unanswered")] * min(criticals, my_work.SHOWN)
    listed = work(owner).items
    assert (len(listed.rows), listed.total) == (
        my_work.SHOWN,
        review.answers.filter(applies=True, stage="before").count() - 1,
    )


def test_at_tier_three_optional_items_wait_for_nobody() -> None:
    service = readiness.service(tier=3)
    review = reviews.started(service)

    critical = review.answers.filter(critical=True, applies=True, stage="before").count()

    assert work(service.owner).items.total == critical


def test_a_deputy_finds_the_items_of_who_is_away_among_their_own() -> None:
    review = reviews.started()
    owner = review.service.owner
    deputy = portal.member(review.service.team, Role.CONTRIBUTOR, name="Dana")
    today = clock.today_in(owner.time_zone)
    assert work(deputy).items.total == 0

    absences.enter(
        portal.access(owner),
        person=owner,
        deputy=deputy,
        starts_on=today,
        ends_on=today + datetime.timedelta(days=2),
    )

    page = work(deputy)
    assert page.items.total == work(owner).items.total > 0
    assert {line.for_person.person for line in page.items.rows if line.for_person} == {owner}
    assert work(owner).own_absence is not None


def test_a_restricted_service_shows_nothing_to_who_left_its_team() -> None:
    service = readiness.service(restricted=True)
    reviews.started(service)
    service.owner.memberships.all().delete()
    portal.member(portal.team(), Role.CONTRIBUTOR, who=service.owner)

    assert work(service.owner).items.total == 0
    assert my_work.answered_for(portal.access(service.owner)).services == []


def test_a_release_waits_for_a_decider_once_all_is_answered_and_signed() -> None:
    service = readiness.service(tier=3, sourcing="third-party-api")
    review = reviews.started(service)
    engineer, approver = reviews.people(service)
    decider = portal.member(service.team, Role.DECIDER)
    critical = list(
        review.answers.filter(critical=True, applies=True, stage="before").values_list("item_key", flat=True)
    )
    for key in critical[1:]:
        review.answers.filter(item_key=key).update(state="waived")
    reviews.green(engineer, reviews.answer(review, critical[0]))
    assert work(decider).decisions.total == 0

    reviews.signed(approver, reviews.answer(review, critical[0]))

    assert [found.pk for found in work(decider).decisions.rows] == [review.pk]
    assert work(approver.person).decisions.total == 0
    assert work(portal.member(portal.team(), Role.DECIDER)).decisions.total == 0


def test_a_decider_who_contributed_to_a_critical_item_is_not_asked() -> None:
    service = readiness.service(tier=3)
    review = reviews.started(service)
    review.answers.filter(critical=True, applies=True).update(state="waived")
    both = portal.member(service.team, Role.DECIDER, Role.CONTRIBUTOR)
    assert work(both).decisions.total == 1

    answers.describe(portal.access(both), answer=reviews.answer(review, "env.configuration"), text="Mine", version=0)

    assert work(both).decisions.total == 0


def test_nothing_waits_for_somebody_new() -> None:
    viewer = portal.member(portal.team(), Role.VIEWER)

    assert work(viewer).waiting == 0
    assert not work(viewer).notices
    assert not my_work.answered_for(portal.access(viewer)).domains


def test_the_conditions_of_a_go_wait_for_their_owner_until_they_are_met() -> None:
    of = launches.scene(answered=False)
    for key in (*launches.CRITICAL, launches.OTHER[0]):
        launches.green(of, key)
    for key in launches.CRITICAL:
        launches.sign(of, key)
    launches.rated(of, launches.OTHER[1], "red")
    decision = launches.decide(of, "conditional-go", conditions=[launches.condition(of, launches.OTHER[1], days=5)])

    waits = work(of.engineer).conditions
    assert [row.condition.decision for row in waits.rows] == [decision]
    assert waits.rows[0].url.endswith("/meet/")
    assert work(of.approver).conditions.total == 0

    conditions.meet(of.access("engineer"), condition=decision.conditions.get(), note="Sized anew, run 1190")

    assert work(of.engineer).conditions.total == 0


def test_a_decision_no_longer_waits_once_it_is_taken() -> None:
    of = launches.scene()
    assert work(of.decider).decisions.total == 1

    launches.decide(of, "no-go")

    assert work(of.decider).decisions.total == 0


def test_after_a_go_for_elsewhere_production_waits_and_after_that_nothing() -> None:
    of = launches.scene()
    launches.reviewed_for_production(of)
    launches.decide(of)
    assert [found.pk for found in work(of.decider).decisions.rows] == [of.review.pk]

    launches.decide(of, environment="production")

    assert not work(of.decider).decisions.rows


def tiers(who: User) -> list[str]:
    return [service.name for service in work(who).tiers.rows]


def redeclared(service: Service, by: User, **declared: Any) -> None:
    facts = readiness.facts(**declared)
    revision, owner = service.revision, service.owner
    service_changes.change(
        portal.access(by), service=service, owner=owner, facts=facts, restricted=False, revision=revision
    )


def test_a_tier_waits_for_every_approver_but_not_for_others() -> None:
    service = readiness.service(name="Claims assistant")
    approver = portal.member(service.team, Role.APPROVER)

    assert tiers(approver) == ["Claims assistant"]
    assert tiers(portal.member(service.team, Role.CONTRIBUTOR)) == []
    assert tiers(portal.member(portal.team(), Role.APPROVER)) == []

    service_changes.confirm_tier(portal.access(approver), service=service, revision=service.revision)
    assert tiers(approver) == []


def test_it_does_not_wait_for_who_declared_it_as_it_stands() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD, Role.APPROVER)
    service = readiness.service(team=team, lead=lead, name="Claims assistant")
    approver = portal.member(team, Role.APPROVER, Role.LEAD)
    assert (tiers(lead), tiers(approver)) == ([], ["Claims assistant"])

    redeclared(service, approver, name="Claims assistant", tier=1, tier_reason="Payments hang on it.")

    assert (tiers(lead), tiers(approver)) == (["Claims assistant"], [])


def test_another_change_leaves_the_declarer_who_it_was() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD, Role.APPROVER)
    service = readiness.service(team=team, lead=lead, name="Claims assistant")
    approver = portal.member(team, Role.APPROVER, Role.LEAD)
    redeclared(service, approver, name="Claims help")

    assert (tiers(lead), tiers(approver)) == ([], ["Claims help"])
