"""Recurring checks: opened when their period comes, answered once, put right, held back, ended with the service."""

import datetime
import json

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.actions import recurring_checks, service_states
from readiness.choices import CheckResult
from readiness.models import CheckOccurrence, OccurrenceRevision, ServiceStatus
from readiness.queries import status
from readiness.rules.check_results import Told
from tests.factories import checks, portal
from tests.factories.checks import Watched, day

pytestmark = pytest.mark.django_db
DRIFT, COST = "weekly.drift-alerts", "weekly.cost-trend"
PASSED = Told("pass", "No flag this week.")
TUESDAY = day(9)


def answer(of: Watched, told: Told = PASSED, *, key: str = DRIFT, at: datetime.datetime = TUESDAY) -> CheckOccurrence:
    occurrence = of.check(key, "2035-W02")
    with clock.at(at):
        return recurring_checks.answer(
            portal.access(of.ana), occurrence=occurrence, told=told, revision=occurrence.revision
        )


def refused(of: Watched, told: Told, **where: object) -> dict[str, list[str]]:
    with pytest.raises(DomainError) as refusal:
        answer(of, told, **where)  # type: ignore[arg-type]
    return dict(refusal.value.errors)


def test_a_live_service_owes_its_checks_from_the_first_full_week() -> None:
    of = checks.opened(day(7, 23))
    assert of.service.occurrences.count() == 0
    with clock.at(day(8, 8)):
        recurring_checks.open_due(day(8, 8))
    found = of.service.occurrences.order_by("recurring_check__position")
    assert list(found.values_list("recurring_check__key", "period")) == [
        (DRIFT, "2035-W02"),
        (COST, "2035-W02"),
        ("weekly.prediction-logs", "2035-W02"),
    ]
    assert (found[0].opens_at, found[0].due_at, found[0].ends_at) == (day(8, 8), day(12, 16), day(15, 8))


def test_looking_twice_opens_nothing_twice() -> None:
    of = checks.opened(day(9))
    assert recurring_checks.open_due(day(9)) == 0
    assert of.service.occurrences.count() == 3


def test_weeks_nobody_looked_at_are_opened_late() -> None:
    of = checks.opened(day(24))
    assert sorted(set(of.service.occurrences.values_list("period", flat=True))) == ["2035-W02", "2035-W03", "2035-W04"]


def test_traits_decide_what_is_owed() -> None:
    of = checks.opened(day(9), automated_retraining=True)
    assert of.check("weekly.retraining", "2035-W02").domain_key == "retraining"


def test_a_month_is_owed_in_the_zone_of_the_team() -> None:
    of = checks.opened(day(1, month=2), time_zone="Asia/Tokyo")
    assert of.check("monthly.accuracy", "2035-02").opens_at == day(1, 0, month=2)


def test_an_answer_stands_in_the_record_with_its_words() -> None:
    of = checks.opened(day(9))
    done = answer(of)
    assert (done.result, done.done_by, done.done_at, done.remind_at) == ("pass", of.ana, day(9), None)
    event = AuditEvent.objects.latest("number")
    assert event.verb == "check.answered"
    assert OccurrenceRevision.objects.get(subject=done).event == event


def test_an_answer_may_be_put_right_until_the_week_ends() -> None:
    of = checks.opened(day(9))
    answer(of)
    put_right = answer(of, Told("fail", "Two flags, one unexplained."), at=day(14))
    assert (put_right.result, put_right.revision) == ("fail", 2)
    assert refused(of, PASSED, at=day(15, 8)) == {
        "result": ["This period is over: the next one has opened. Answer that one."]
    }


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told("maybe"), "result"),
        (Told("not-owed"), "result"),
        (Told("fail"), "note"),
        (Told("not-done", "  "), "note"),
        (Told("pass", "x" * 4001), "note"),
        (Told("pass", link="ftp://files.example.com"), "link"),
    ],
)
def test_what_cannot_be_said_of_a_check_is_refused_at_its_field(told: Told, field: str) -> None:
    of = checks.opened(day(9))
    assert list(refused(of, told)) == [field]
    assert of.check(DRIFT, "2035-W02").result == ""


def test_a_measured_check_passes_only_when_its_numbers_do() -> None:
    of = checks.opened(day(16))
    assert "not known" in refused(of, Told("pass"), key=COST)["result"][0]
    assert list(refused(of, Told("pass", values={"cost": "many"}), key=COST)) == ["cost"]
    answer(of, Told("pass", values={"cost": "100", "predictions": "1000"}), key=COST)  # nothing to compare it with yet

    def next_week(cost: str) -> CheckOccurrence:
        told = Told("pass", values={"cost": cost, "predictions": "1000"})
        with clock.at(day(16)):
            occurrence = of.check(COST, "2035-W03")
            return recurring_checks.answer(portal.access(of.ana), occurrence=occurrence, told=told, revision=0)

    with pytest.raises(DomainError, match="turns green"):
        next_week("130")
    assert next_week("110").result == "pass"


def test_of_two_who_answer_at_once_the_second_is_told() -> None:
    of = checks.opened(day(9))
    seen = of.check(DRIFT, "2035-W02")
    answer(of)
    with clock.at(day(9)), pytest.raises(Conflict, match="Ana answered this in between: Passed"):
        recurring_checks.answer(portal.access(of.sam), occurrence=seen, told=PASSED, revision=0)


def test_only_contributors_of_the_team_answer() -> None:
    of = checks.opened(day(9))
    outsider = portal.member(portal.team(), Role.CONTRIBUTOR, Role.LEAD)
    with pytest.raises(NotPermitted):
        recurring_checks.answer(
            portal.access(outsider), occurrence=of.check(DRIFT, "2035-W02"), told=PASSED, revision=0
        )


def test_reminders_are_held_back_with_a_reason_and_a_limit() -> None:
    of = checks.opened(day(9))
    occurrence = of.check(DRIFT, "2035-W02")
    with clock.at(day(9)):
        for until, reason, field in ((day(20), "Travelling", "until"), (day(11), " ", "reason")):
            with pytest.raises(DomainError) as refusal:
                recurring_checks.snooze(
                    portal.access(of.ana), occurrence=occurrence, until=until, reason=reason, revision=0
                )
            assert list(refusal.value.errors) == [field]
        held = recurring_checks.snooze(
            portal.access(of.ana), occurrence=occurrence, until=day(11), reason="Travelling", revision=0
        )
    assert (held.remind_at, held.due_at) == (day(11), day(12, 16))


def test_a_service_that_leaves_production_owes_no_more() -> None:
    of = checks.opened(day(16))
    with clock.at(day(17)):
        service_states.pause(
            portal.access(of.lea), service=of.service, until=datetime.date(2035, 2, 20), reason="The season is over."
        )
        recurring_checks.open_due(day(30))
    ended = of.service.occurrences.filter(period="2035-W03")
    assert set(ended.values_list("result", flat=True)) == {CheckResult.NOT_OWED}
    event = AuditEvent.objects.filter(verb="service.state-changed").latest("number")
    assert set(json.loads(event.body)["facts"]["not_owed"]) == {str(one.public_id) for one in ended}
    assert set(of.service.occurrences.filter(period="2035-W02").values_list("result", flat=True)) == {""}
    assert not of.service.occurrences.filter(period="2035-W04").exists()


def test_missed_cycles_colour_their_pillar_and_one_completed_cycle_clears_it() -> None:
    of = checks.opened(day(9))
    of.service.refresh_from_db()

    def drift() -> str:
        row = ServiceStatus.objects.get(service=of.service)
        computed = status.standing_of(of.service).as_fields()
        assert {name: getattr(row, name) for name in computed} == computed
        return str(row.pillars[0]).split()[0]

    with clock.at(day(9)):
        assert drift() == "unanswered"
    for at, colour in ((day(22, 9), "unanswered"), (day(29, 9), "red")):
        with clock.at(at):
            recurring_checks.open_due(at)
            assert drift() == colour
    with clock.at(day(29, 10)):
        recurring_checks.answer(portal.access(of.ana), occurrence=of.check(DRIFT, "2035-W05"), told=PASSED, revision=0)
        assert drift() == "unanswered"


def test_the_status_row_says_what_is_late_now() -> None:
    of = checks.opened(day(9))
    of.service.status.refresh_from_db()
    assert of.service.status.check_due_at == day(12, 16)
    with clock.at(day(12, 17)):
        assert of.service.status.checks_late == 3


def test_a_check_that_is_not_owed_any_more_is_not_answered_by_who_saw_it_open() -> None:
    of = checks.opened(day(9))
    seen = CheckOccurrence.objects.select_related("service__scope__team").get(pk=of.check(DRIFT, "2035-W02").pk)
    assert seen.service.state == "live"  # as the page was read
    with clock.at(day(9)):
        service_states.pause(
            portal.access(of.lea), service=of.service, until=datetime.date(2035, 2, 20), reason="The season is over."
        )
        with pytest.raises(Conflict):
            recurring_checks.answer(portal.access(of.ana), occurrence=seen, told=PASSED, revision=0)
    assert of.check(DRIFT, "2035-W02").result == CheckResult.NOT_OWED
