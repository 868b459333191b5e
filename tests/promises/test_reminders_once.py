"""R20 and R22, in short: two schedulers, clocks that jump, days without any: nothing twice, nothing left out."""

import datetime
import random

import pytest

from portal import clock
from portal.actions import digests
from portal.models import Notification, OutboxMessage
from readiness.actions import check_reminders, recurring_checks
from readiness.models import CheckOccurrence
from tests.factories import checks
from tests.factories.checks import day
from tests.harness import at_once, results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

SERVICES, LOOKERS = 6, 8


def look(at: datetime.datetime) -> None:
    """What the scheduler's tasks do at a moment."""
    with clock.at(at):
        recurring_checks.open_due(at)
        check_reminders.send_due(at)
        digests.write_due(at)


def said() -> tuple[int, int, int]:
    """Checks opened, reminders said, mails of the day written."""
    reminders = Notification.objects.filter(kind__startswith="check-")
    return CheckOccurrence.objects.count(), reminders.count(), OutboxMessage.objects.filter(kind="digest").count()


def test_eight_schedulers_at_once_say_everything_once(fresh_database: Database) -> None:
    for _ in range(SERVICES):
        checks.watched()
    morning = day(8, 9)  # in Berlin the checks opened an hour ago, and the day's mail is due
    at_once.call(LOOKERS, lambda _number: look(morning))
    with clock.at(morning + datetime.timedelta(minutes=1)):
        digests.write_due(clock.now())
    opened, reminders, _ = said()
    told = f"{opened}-opened-{reminders}-said"
    results.tell("R20", told, f"{SERVICES * 3}-opened-{SERVICES * 2}-said", kept=told == "18-opened-12-said")
    people = OutboxMessage.objects.filter(kind="digest").values_list("recipient", flat=True)
    assert len(people) == len(set(people))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_clocks_that_jump_and_days_of_silence_say_nothing_twice_and_leave_nothing_out(seed: int) -> None:
    of = checks.watched()
    chance = random.Random(seed)
    now, end = day(8, 9), day(30)
    while now < end:
        look(now)
        now += chance.choice([1, 60, 60, 24 * 60, -60, -24 * 60, 72 * 60]) * datetime.timedelta(minutes=1)
    look(end)
    periods = list(of.service.occurrences.values_list("recurring_check__key", "period"))
    stages = list(Notification.objects.filter(kind__startswith="check-").values_list("recipient", "key"))
    days = list(OutboxMessage.objects.filter(kind="digest").values_list("key", flat=True))
    twice = sum(len(found) - len(set(found)) for found in (periods, stages, days))
    missing = {"2035-W02", "2035-W03", "2035-W04", "2035-W05"} - {period for _, period in periods}
    results.tell("R22", f"{twice} twice, {len(missing)} missing", 0, kept=not twice and not missing)
