"""Reminders of recurring checks: the right people, once, however often or seldom somebody looks."""

import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.models import Notification
from readiness.actions import absences, check_reminders, ownership, recurring_checks
from readiness.models import OwnershipDomain
from readiness.rules.check_results import Told
from tests.factories import checks, portal
from tests.factories.checks import Watched, day

pytestmark = pytest.mark.django_db


def look(at: datetime.datetime) -> int:
    with clock.at(at):
        recurring_checks.open_due(at)
        return check_reminders.send_due(at)


def told(stage: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=f"check-{stage}").order_by("recipient__name", "subject")
    return list(rows.values_list("recipient__name", "subject"))


def test_opening_is_told_to_whoever_is_accountable_and_to_the_owner_where_nobody_is() -> None:
    checks.watched()
    look(day(8, 8))
    assert told("opened") == [
        ("Ana", "Claims assistant: “Every drift flag of the week was looked into” open, due Fri 12 Jan, 17:00"),
        ("Oli", "Claims assistant: 2 weekly checks open, due Fri 12 Jan, 17:00"),
    ]


def test_what_is_said_of_one_check_leads_to_that_check_and_of_several_to_those_of_the_service() -> None:
    of = checks.watched()
    look(day(8, 8))
    opened = Notification.objects.filter(kind="check-opened")
    assert opened.get(recipient=of.ana).url == of.check("weekly.drift-alerts", "2035-W02").get_absolute_url()
    assert opened.get(recipient=of.oli).url == f"/checks/?q={of.service.slug}"


def test_looking_again_says_nothing_again() -> None:
    checks.watched()
    assert look(day(8, 8)) == 2
    assert look(day(8, 8)) == 0
    assert look(day(8, 9)) == 0
    assert Notification.objects.count() == 2 + Notification.objects.exclude(kind__startswith="check").count()


def test_a_week_without_a_scheduler_is_no_storm() -> None:
    checks.watched()
    look(day(14))
    assert (told("opened"), told("due-1")) == ([], [])
    assert {name for name, _ in told("overdue")} == {"Ana", "Sam", "Oli"}


def test_what_is_overdue_when_the_next_week_opens_reaches_the_lead() -> None:
    of = checks.watched()
    look(day(9))
    with clock.at(day(9)):
        done = of.check("weekly.cost-trend", "2035-W02")
        recurring_checks.answer(
            portal.access(of.oli), occurrence=done, told=Told("not-done", "No invoice yet."), revision=0
        )
    look(day(15, 8))
    assert told("escalated") == [
        ("Ana", "Claims assistant: “Every drift flag of the week was looked into” not done in time; the lead is told"),
        ("Lea", "Claims assistant: “Every drift flag of the week was looked into” not done in time; the lead is told"),
        ("Lea", "Claims assistant: “Prediction logs are still being written” not done in time; the lead is told"),
        ("Oli", "Claims assistant: “Prediction logs are still being written” not done in time; the lead is told"),
        ("Sam", "Claims assistant: “Every drift flag of the week was looked into” not done in time; the lead is told"),
    ]


def test_who_is_away_is_not_reminded_but_their_deputy_is() -> None:
    of = checks.watched()
    with clock.at(day(7)):
        absences.enter(
            portal.access(of.ana),
            person=of.ana,
            starts_on=datetime.date(2035, 1, 8),
            ends_on=datetime.date(2035, 1, 9),
            deputy=of.sam,
        )
    look(day(8, 8))
    assert {name for name, _ in told("opened")} == {"Sam", "Oli"}


def test_a_vacant_domain_falls_to_the_owner_of_the_service() -> None:
    of = checks.watched()
    drift = OwnershipDomain.objects.get(key="drift")
    for person in (of.ana, of.sam):
        ownership.vacate(portal.access(of.lea), service=of.service, domain=drift, person=person, reason="Left.")
    look(day(8, 8))
    assert told("opened") == [("Oli", "Claims assistant: 3 weekly checks open, due Fri 12 Jan, 17:00")]


def test_a_snooze_holds_a_reminder_back_and_says_it_again_when_it_is_over() -> None:
    of = checks.watched()
    look(day(8, 8))
    with clock.at(day(8, 9)):
        occurrence = of.check("weekly.drift-alerts", "2035-W02")
        recurring_checks.snooze(
            portal.access(of.ana), occurrence=occurrence, until=day(11, 18), reason="At a customer's.", revision=0
        )
    look(day(11, 17))  # the day before it is due
    assert {name for name, _ in told("due-1")} == {"Oli"}
    look(day(11, 18))
    assert {name for name, _ in told("due-1")} == {"Ana", "Oli"}


def test_nobody_is_reminded_of_what_they_may_not_see() -> None:
    of: Watched = checks.watched()
    scope = of.service.scope
    scope.restricted = True
    scope.save(update_fields=["restricted"])
    of.ana.memberships.all().delete()
    look(day(8, 8))
    assert {name for name, _ in told("opened")} == {"Oli"}


def test_many_due_checks_cost_no_more_statements_than_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        checks.watched()
    now = day(8, 8)
    with clock.at(now):
        recurring_checks.open_due(now)
        with django_assert_max_num_queries(18):
            assert check_reminders.send_due(now) == 6


def test_where_a_batch_ends_within_a_service_its_notice_names_all_of_its_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check_reminders, "BATCH", 2)
    checks.watched()
    checks.watched()
    look(day(8, 8))
    assert [words for name, words in told("opened") if name == "Oli"] == [
        "Claims assistant: 2 weekly checks open, due Fri 12 Jan, 17:00",
        "Claims assistant: 2 weekly checks open, due Fri 12 Jan, 17:00",
    ]


def test_checks_that_are_due_on_different_days_are_told_apart() -> None:
    checks.watched()
    first_of_october = datetime.datetime(2035, 10, 1, 7, tzinfo=datetime.UTC)  # a Monday: all three cadences open
    look(first_of_october)
    of_oli = [subject for name, subject in told("opened") if name == "Oli"]
    assert of_oli == [
        "Claims assistant: 2 monthly checks open, due Wed 10 Oct, 17:00",
        "Claims assistant: 2 weekly checks open, due Fri 5 Oct, 17:00",
        "Claims assistant: “Documents describe what runs” open, due Wed 31 Oct, 17:00",
    ]
