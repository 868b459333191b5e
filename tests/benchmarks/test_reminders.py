"""V9 and V10: reminding of ten thousand checks, and finding which of a hundred thousand are due."""

import datetime
import itertools
import statistics
import time
from collections.abc import Callable

import pytest

from portal import clock
from portal.models import Notification
from readiness.actions import check_reminders
from readiness.models import CheckOccurrence, ServiceStatus
from readiness.queries import check_reminders as queries
from tests.factories import checks, crowds, portal
from tests.factories.checks import day
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

SERVICES, PEOPLE = 1_000, 100
ALONE = 100
"""Checks that are told one by one, to know what ten thousand would take in that way."""
NOW = day(8, 9)


def owed(each: int, remind_at: datetime.datetime | None) -> None:
    """So many checks of each of a thousand services, of a hundred owners."""
    of = checks.opened(NOW)
    CheckOccurrence.objects.update(remind_at=None)
    people = [portal.person() for _ in range(PEOPLE)]
    for person in people:
        portal.member(of.service.team, who=person)
    scopes = crowds.clones(of.service.scope, SERVICES)
    status = ServiceStatus.objects.get(service=of.service)
    services = crowds.clones(
        of.service, SERVICES, scope=lambda place: scopes[place], owner=lambda place: people[place % PEOPLE]
    )
    crowds.clones(status, SERVICES, service=lambda place: services[place])
    one = of.check("weekly.cost-trend", "2035-W02")
    crowds.clones(
        one,
        SERVICES * each,
        service=lambda place: services[place // each],
        period=lambda place: f"p{place % each}",
        remind_at=lambda _: remind_at,
    )


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def test_ten_thousand_checks_are_told_of_in_batches(fresh_database: Database) -> None:
    owed(10, NOW)
    with clock.at(NOW):
        rows = list(queries.due(NOW).values_list("pk", "service"))
        assert len(rows) == 10 * SERVICES
        one_each = iter(rows)
        alone = statistics.median(
            seconds(lambda row=row: check_reminders._send([row], NOW)) for row in itertools.islice(one_each, ALONE)
        )
        CheckOccurrence.objects.filter(pk__in=[pk for pk, _ in rows[:ALONE]]).update(remind_at=NOW)
        Notification.objects.all().delete()
        together = seconds(lambda: check_reminders.send_due(NOW))
        told = Notification.objects.filter(kind__startswith="check-").count()
        again = check_reminders.send_due(NOW)
    assert told == SERVICES
    share = together / (alone * len(rows))
    print(f"{len(rows)} checks in {together:.2f} s; one by one {alone * 1000:.1f} ms each, without any queue")
    results.tell("V9", f"{share:.4f}x, again {again}", "0.05x, again 0", kept=share <= 0.05 and again == 0)


def test_which_of_a_hundred_thousand_are_due_takes_one_statement(fresh_database: Database) -> None:
    owed(100, day(30))
    due = list(CheckOccurrence.objects.filter(period="p7").values_list("pk", flat=True)[:500])
    CheckOccurrence.objects.filter(pk__in=due).update(remind_at=NOW)

    def by_loop() -> list[int]:
        """What a program does that looks at each."""
        everything = CheckOccurrence.objects.open().iterator()
        return [row.pk for row in everything if row.remind_at is not None and row.remind_at <= NOW]

    def by_statement() -> list[int]:
        return [row.pk for row in queries.due(NOW)]

    assert sorted(by_loop()) == sorted(by_statement()) == sorted(due)
    loop = statistics.median(seconds(by_loop) for _ in range(3))
    statement = statistics.median(seconds(by_statement) for _ in range(15))
    print(f"{len(due)} of {100 * SERVICES} in {statement * 1000:.1f} ms, by a loop {loop:.2f} s")
    results.tell("V10", f"{statement / loop:.4f}x", "0.05x", kept=statement <= 0.05 * loop)
