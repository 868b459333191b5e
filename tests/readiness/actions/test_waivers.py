"""Asking for a waiver, settling it, revoking it: what each does to the item, the status, the record and the notices."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from portal import clock, record_verification
from portal.errors import DomainError, NotPermitted, ProofNeeded
from portal.models import AuditEvent, Membership, Notification, User
from portal.permissions import Role
from readiness.actions import applicability, waivers
from readiness.actions import reviews as review_actions
from readiness.choices import WaiverState
from readiness.models import ServiceStatus, Waiver
from readiness.queries import status as status_queries
from readiness.queries import waivers as waiver_queries
from readiness.rules.waivers import Wanted
from tests.factories import launches, portal, reviews, waiving
from tests.factories.launches import Scene
from tests.factories.waiving import CRITICAL, OTHER

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


@pytest.fixture
def of() -> Scene:
    """A release whose review is answered but for one critical item and one other."""
    scene = launches.scene(answered=False)
    for key in ("env.secrets", "env.infrastructure"):
        launches.green(scene, key)
    launches.sign(scene, "env.secrets")
    for key in (CRITICAL, OTHER):
        launches.rated(scene, key, "red")
    return scene


def kept(of: Scene) -> ServiceStatus:
    return ServiceStatus.objects.get(service=of.service)


def is_equal_to_recomputing(of: Scene) -> bool:
    row = kept(of)
    return all(
        getattr(row, name) == value for name, value in status_queries.standing_of(of.service).as_fields().items()
    )


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=f"waiver-{kind}").order_by("recipient__name")
    return list(rows.values_list("recipient__name", "subject"))


def standing(waiver: Waiver) -> WaiverState:
    return waiver_queries.request(waiving.again(waiver), clock.today_in("UTC")).state


def test_a_request_changes_nothing_and_goes_to_who_may_approve_it(of: Scene) -> None:
    asked = waiving.ask(of)

    assert (waiving.state(of), kept(of).waived) == ("red", 0)
    assert standing(asked) == WaiverState.ASKED
    (found,) = told("asked")
    assert found[0] == "Dora Decider"
    assert found[1].startswith("Enno Engineer asks you for a waiver of “")
    assert AuditEvent.objects.filter(verb="waiver.asked").count() == 1


def test_a_waiver_of_another_item_goes_to_approvers_too(of: Scene) -> None:
    waiving.ask(of, OTHER)
    assert [name for name, _ in told("asked")] == ["Alma Approver", "Dora Decider"]


def test_once_approved_the_item_is_on_credit_in_the_item_and_the_status_row_and_never_green(of: Scene) -> None:
    before = kept(of)
    waiving.approved(of)

    row = kept(of)
    assert waiving.state(of) == "waived"
    assert (row.waived, row.green, row.red) == (1, before.green, row.red)
    assert is_equal_to_recomputing(of)
    assert told("settled")[0][0] == "Enno Engineer"
    problems = [str(problem) for problem in record_verification.verify().problems]
    assert [words for words in problems if "waiver" in words] == []


def test_it_lapses_by_itself_at_the_next_count_and_the_decision_knows_without_one(of: Scene) -> None:
    waiving.approved(of, days=10)
    with time_machine.travel(clock.now() + 10 * DAY, tick=False):
        applicability.recount_due(clock.now())
        assert waiving.state(of) == "waived"
    with time_machine.travel(clock.now() + 11 * DAY, tick=False):
        seen = {item.answer.item_key: item.state for item in launches.look(of).watch.items}
        assert (waiving.state(of), seen[CRITICAL]) == ("waived", "red")
        applicability.recount_due(clock.now())
        applicability.recount_due(clock.now())
        assert waiving.state(of) == "red"
        assert kept(of).waived == 0
        assert is_equal_to_recomputing(of)


def test_an_item_that_cannot_be_waived_is_refused_by_the_catalogue() -> None:
    scene = launches.scene()
    launches.short_checklist("prelaunch")
    review = review_actions.start(scene.access("lead"), service=scene.service, kind="prelaunch")
    with pytest.raises(DomainError, match="cannot be waived"):
        waivers.request(
            scene.access("engineer"),
            answer=reviews.answer(review, "prelaunch.prediction-logging"),
            wanted=waiving.wanted(),
        )


def test_a_green_item_needs_none_and_one_request_is_open_at_a_time(of: Scene) -> None:
    with pytest.raises(DomainError, match="green"):
        waiving.ask(of, "env.secrets")
    waiving.ask(of)
    with pytest.raises(DomainError, match="Enno Engineer has asked for one already"):
        waiving.ask(of)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(" ", waiving.CONTROL, datetime.date(2026, 11, 25)), "reason"),
        (Wanted(waiving.REASON, "", datetime.date(2026, 11, 25)), "control"),
        (Wanted(waiving.REASON, waiving.CONTROL, None), "expires_on"),
        (Wanted(waiving.REASON, waiving.CONTROL, datetime.date(2026, 1, 1)), "expires_on"),
        (Wanted(waiving.REASON, waiving.CONTROL, datetime.date(2099, 1, 1)), "expires_on"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_at_its_field(of: Scene, wanted: Wanted, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        waivers.request(of.access("engineer"), answer=reviews.answer(of.review, CRITICAL), wanted=wanted)
    assert field in refused.value.errors
    assert not Waiver.objects.exists()


def test_90_days_are_counted_where_the_team_is(of: Scene) -> None:
    of.service.scope.team.time_zone = "Pacific/Auckland"
    of.service.scope.team.save()
    with time_machine.travel(clock.now().replace(hour=13, minute=0), tick=False):
        assert waiving.ask(of, days=91).expires_on == clock.today_in("Pacific/Auckland") + 90 * DAY


def test_an_approver_is_no_decider_and_is_told_so(of: Scene) -> None:
    asked = waiving.ask(of)
    with pytest.raises(NotPermitted, match="critical: a decider"):
        waiving.approve(of, asked, "approver")
    assert standing(asked) == WaiverState.ASKED
    other = waiving.ask(of, OTHER)
    waiving.approve(of, other, "approver")
    assert standing(other) == WaiverState.STANDING


def test_nobody_approves_what_they_asked_for_under_whichever_account(of: Scene) -> None:
    launches.also(of, "engineer", Role.DECIDER)
    asked = waiving.ask(of)
    with pytest.raises(DomainError, match="You asked for it"):
        waiving.approve(of, asked, "engineer")
    second = portal.member(of.service.scope.team, Role.DECIDER)
    User.objects.filter(pk=second.pk).update(identity=of.engineer.identity)
    second.refresh_from_db()
    with pytest.raises(DomainError, match="You asked for it"):
        waivers.approve(portal.access(second), waiver=asked, digest=asked.content_digest, proof=waiving.proof())


@pytest.mark.parametrize(
    ("key", "age", "enough"),
    [(CRITICAL, 4, True), (CRITICAL, 6, False), (OTHER, 4, True), (OTHER, 6, False)],
)
def test_a_critical_item_needs_a_proof_under_five_minutes_old(of: Scene, key: str, age: int, enough: bool) -> None:
    asked = waiving.ask(of, key)
    act: Callable[[], Any] = lambda: waivers.approve(  # noqa: E731
        of.access("decider"), waiver=asked, digest=asked.content_digest, proof=waiving.proof(age * MINUTE)
    )
    if enough:
        act()
    else:
        with pytest.raises(ProofNeeded):
            act()
    assert standing(asked) == (WaiverState.STANDING if enough else WaiverState.ASKED)


def test_within_a_signing_session_another_item_needs_no_new_proof_and_a_critical_one_does(of: Scene) -> None:
    for key, enough in ((OTHER, True), (CRITICAL, False)):
        asked = waiving.ask(of, key)
        last = clock.now() - 2 * MINUTE
        try:
            waivers.approve(
                of.access("decider"),
                waiver=asked,
                digest=asked.content_digest,
                proof=waiving.proof(20 * MINUTE),
                last_signed_at=last,
            )
        except ProofNeeded:
            assert not enough
        else:
            assert enough


def test_without_a_proof_nothing_is_approved(of: Scene) -> None:
    asked = waiving.ask(of, OTHER)
    with pytest.raises(ProofNeeded):
        waivers.approve(of.access("decider"), waiver=asked, digest=asked.content_digest, proof=None)


def test_the_third_renewal_needs_a_decider(of: Scene) -> None:
    for days in (10, 20, 30):
        waiving.approved(of, OTHER, days, who="approver")
    third = waiving.ask(of, OTHER, 40)
    assert third.renewals == 3
    with pytest.raises(NotPermitted, match="renewal 3"):
        waiving.approve(of, third, "approver")
    waiving.approve(of, third, "decider")
    assert waiving.state(of, OTHER) == "waived"


def test_a_renewal_takes_the_place_of_what_it_renews_once_it_is_approved(of: Scene) -> None:
    first = waiving.approved(of, days=10)
    with pytest.raises(DomainError, match="ends later"):
        waiving.ask(of, days=10)
    renewal = waiving.ask(of, days=40)
    assert standing(first) == WaiverState.STANDING

    waiving.approve(of, renewal)

    assert (standing(first), standing(renewal)) == (WaiverState.RENEWED, WaiverState.STANDING)
    answer = reviews.answer(of.review, CRITICAL)
    assert answer.state_holds_until == renewal.expires_on + DAY
    assert is_equal_to_recomputing(of)


def test_a_renewal_of_what_was_revoked_meanwhile_is_not_approved(of: Scene) -> None:
    first = waiving.approved(of, days=10)
    renewal = waiving.ask(of, days=40)
    waivers.revoke(of.access("decider"), waiver=first, reason="It failed in the drill.")
    with pytest.raises(DomainError, match="revoked"):
        waiving.approve(of, renewal)


def test_a_request_that_is_refused_or_withdrawn_leaves_the_item_as_it_is(of: Scene) -> None:
    asked = waiving.ask(of)
    with pytest.raises(DomainError) as refused:
        waivers.refuse(of.access("decider"), waiver=asked, reason=" ")
    assert "reason" in refused.value.errors
    waivers.refuse(of.access("decider"), waiver=asked, reason="Mend it instead.")
    assert (standing(asked), waiving.state(of)) == (WaiverState.REFUSED, "red")
    with pytest.raises(DomainError, match="settled: refused"):
        waiving.approve(of, asked)
    with pytest.raises(DomainError, match="settled"):
        waivers.withdraw(of.access("engineer"), waiver=asked)

    again = waiving.ask(of)
    with pytest.raises(DomainError, match="Only who asked"):
        waivers.withdraw(of.access("lead"), waiver=again)
    waivers.withdraw(of.access("engineer"), waiver=again)
    assert standing(again) == WaiverState.WITHDRAWN


def test_revoking_turns_the_item_back_at_once_and_tells_those_who_rely_on_it(of: Scene) -> None:
    waiver = waiving.approved(of)
    with pytest.raises(NotPermitted):
        waivers.revoke(of.access("approver"), waiver=waiver, reason="I do not like it.")

    waivers.revoke(of.access("decider"), waiver=waiver, reason="It failed in the drill.")

    assert (waiving.state(of), kept(of).waived, standing(waiver)) == ("red", 0, WaiverState.REVOKED)
    assert is_equal_to_recomputing(of)
    assert [name for name, _ in told("revoked")] == ["Enno Engineer", "Priya Lead"]
    with pytest.raises(DomainError, match="revoked"):
        waivers.revoke(of.access("decider"), waiver=waiver, reason="Twice.")


def test_who_asked_may_end_it_too(of: Scene) -> None:
    waiver = waiving.approved(of)
    waivers.revoke(of.access("engineer"), waiver=waiver, reason="The vendor delivered early.")
    assert standing(waiver) == WaiverState.REVOKED


def test_it_can_be_asked_for_and_revoked_while_a_go_locks_the_item(of: Scene) -> None:
    launches.also(of, "engineer", Role.APPROVER)
    first = waiving.approved(of, days=20)
    launches.reviewed_for_production(of)
    conditions = [launches.condition(of, CRITICAL), launches.condition(of, OTHER)]
    launches.decide(of, "conditional-go", environment="production", conditions=conditions)

    renewal = waiving.approved(of, days=40)
    assert renewal.renews == first
    waivers.revoke(of.access("decider"), waiver=renewal, reason="It failed in the drill.")
    assert waiving.state(of) == "red"


def test_who_lost_every_role_settles_nothing(of: Scene) -> None:
    asked = waiving.ask(of)
    Membership.objects.filter(person=of.decider).update(ends_on=clock.now().date() - DAY)
    with pytest.raises(NotPermitted):
        waiving.approve(of, asked)


def test_what_is_on_credit_is_so_in_the_review_of_the_next_release_from_its_first_moment(of: Scene) -> None:
    """Whether it was answered and carried over, or nobody has said a word of it."""
    waiving.approved(of, CRITICAL)
    launches.decide(of, "no-go")
    carried = launches.on(of, reviews.started(of.service, by=of.lead))
    assert waiving.state(carried, CRITICAL) == "waived"
    assert is_equal_to_recomputing(of)

    untouched = launches.scene(answered=False)
    waiving.approved(untouched, CRITICAL)
    following = launches.on(untouched, reviews.started(untouched.service, by=untouched.lead))
    assert waiving.state(following, CRITICAL) == "waived"
    assert is_equal_to_recomputing(untouched)
    with time_machine.travel(clock.now() + 31 * DAY, tick=False):
        applicability.recount_due(clock.now())
    assert waiving.state(following, CRITICAL) == "unanswered"
