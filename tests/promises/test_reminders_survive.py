"""R18 to R20, R22 and R23, in short: real workers and schedulers, a real mail server, and real faults.

Whatever dies, is flushed, is away or jumps: every notice once, every mail at least once, and twice only where its row
says that this may be so.
"""

import contextlib
import datetime
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from portal import clock
from portal.models import Notification, OutboxMessage
from readiness.models import CheckOccurrence
from tests.factories import checks
from tests.factories.checks import day
from tests.harness import clocks, mailboxes, portals, programs, results, servers
from tests.harness.clocks import MovedClock
from tests.harness.databases import Database
from tests.harness.mailboxes import Mailbox
from tests.harness.waiting import eventually

pytestmark = pytest.mark.long

SERVICES = 8
THREADS = 4
"""What one worker does at once."""
MONDAY = day(8, 8) + datetime.timedelta(seconds=1)
"""In Berlin the checks have just opened."""
MAIL_TIME = datetime.timedelta(hours=1, minutes=6)
"""Later it is shortly after nine where the people are: in UTC."""
LEASE_OVER = datetime.timedelta(minutes=6)
HOUR = datetime.timedelta(hours=1)


@dataclass
class Scene:
    """Services that owe checks, a clock shortly after their opening, and a mail server."""

    database: Database
    clock: MovedClock
    mailbox: Mailbox
    watched: list[checks.Watched] = field(default_factory=list)

    def worker(self, **environment: str) -> contextlib.AbstractContextManager[object]:
        """A worker with its scheduler, on this clock."""
        settings = {"DJANGO_SETTINGS_MODULE": clocks.SETTINGS, "DEMO": "true", "EMAIL_URL": self.mailbox.url}
        return portals.working(self.database, **{**settings, **environment})

    def pass_by(self, time: datetime.timedelta) -> None:
        self.clock.move(self.clock.now() + time)

    def all_told(self) -> bool:
        """Whether the checks have opened and everybody was told of them."""
        opened = CheckOccurrence.objects.count() == 3 * SERVICES
        return opened and not CheckOccurrence.objects.filter(remind_at__lte=self.clock.now()).exists()

    def all_mailed(self) -> bool:
        """Whether nothing waits for a mail and every mail has left."""
        waiting = Notification.objects.filter(message=None, read_at=None).exists()
        return not waiting and not OutboxMessage.objects.exclude(state__in=["sent", "dead"]).exists()

    def opened_twice(self) -> int:
        """How many times too often somebody was told that checks have opened."""
        told = Notification.objects.filter(kind="check-opened").values_list("recipient", "subject")
        return sum(Counter(told).values()) - len(set(told))

    def arrived(self) -> Counter[str]:
        """How often each mail arrived, by its Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in list(self.mailbox.messages))

    def lost(self) -> int:
        """People with a notice whose mail never arrived."""
        everybody = set(Notification.objects.values_list("recipient__email", flat=True))
        return len(everybody - {str(mail["To"]) for mail in list(self.mailbox.messages)})

    def doubled(self) -> set[str]:
        return {name.strip("<>").partition("@")[0] for name, count in self.arrived().items() if count > 1}


@pytest.fixture
def scene(fresh_database: Database) -> Iterator[Scene]:
    time = MovedClock(fresh_database.data)
    time.move(checks.LIVE_ON)
    watched = [checks.watched() for _ in range(SERVICES)]
    with clock.at(checks.LIVE_ON):
        Notification.objects.all().delete()
    with mailboxes.mailbox() as mailbox:
        time.move(MONDAY)
        yield Scene(fresh_database, time, mailbox, watched)


def test_workers_killed_while_they_deliver_lose_nothing(scene: Scene) -> None:
    chance = random.Random(18)
    kills = [2, chance.randrange(3, 7), chance.randrange(8, 12)]
    in_the_window = 0
    for count in kills:
        with scene.worker() as worker:
            eventually(scene.all_told)

            def die(_mail: object, worker: object = worker, count: int = count) -> None:
                if len(scene.mailbox.messages) >= count:  # it was taken, and the worker has not heard so
                    os.killpg(worker.pid, signal.SIGKILL)  # type: ignore[attr-defined]

            scene.mailbox.before_saying_so = die
            scene.pass_by(MAIL_TIME)
            eventually(lambda worker=worker: worker.poll() is not None)
            in_the_window += 1
        scene.mailbox.before_saying_so = lambda _mail: None
        scene.pass_by(LEASE_OVER)
    with scene.worker():
        eventually(scene.all_mailed)

    doubled = scene.doubled()
    unsure = {str(one.public_id) for one in OutboxMessage.objects.filter(uncertain=True)}
    told = f"{scene.lost()}-lost-{scene.opened_twice()}-told-twice-{len(doubled - unsure)}-doubled-unsaid"
    print(f"{len(doubled)} doubled and marked, after {len(kills)} kills in the window, {THREADS} mails at once")
    kept = told == "0-lost-0-told-twice-0-doubled-unsaid" and 1 <= len(doubled) <= THREADS * len(kills)
    results.tell("R18", told, "0-lost-0-told-twice-0-doubled-unsaid", kept=kept)


@pytest.mark.skipif(programs.find("redis-server") is None, reason="Redis is not on this machine")
def test_a_broker_that_forgets_or_comes_back_empty_loses_nothing(scene: Scene) -> None:
    port = servers.free_port()
    broker = f"redis://{servers.HOST}:{port}"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(contextlib.ExitStack())
        server.enter_context(servers.redis_server(port))
        worker = stack.enter_context(scene.worker(REDIS_URL=f"{broker}/0"))
        eventually(scene.all_told)

        def forget(_mail: object) -> None:
            with contextlib.suppress(redis.ConnectionError):  # it is away already; the mail was taken
                redis.Redis.from_url(broker).flushall()

        scene.mailbox.before_saying_so = forget
        scene.pass_by(MAIL_TIME)
        eventually(lambda: scene.mailbox.messages)
        scene.mailbox.before_saying_so = lambda _mail: None
        server.close()
        server.enter_context(servers.redis_server(port))
        took = eventually(scene.all_mailed, within=120)
        assert worker.poll() is None  # type: ignore[attr-defined]  # the same process went on
    twice = len(scene.doubled())
    results.tell(
        "R19",
        f"{scene.lost()}-lost-{twice}-twice-{took:.0f}-s",
        "0-lost-0-twice-120-s",
        kept=not scene.lost() and not twice and not scene.opened_twice(),
    )


def test_two_schedulers_and_a_clock_that_jumps_tell_everything_once(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "clock").symlink_to(scene.database.data / "clock")
    with scene.worker(), scene.worker(DATA_DIR=str(tmp_path)):
        eventually(scene.all_told)
        scene.pass_by(MAIL_TIME)
        eventually(scene.all_mailed)
        before = len(scene.mailbox.messages)
        for hours in (-1, 1, -24, 24):
            scene.pass_by(hours * HOUR)
            eventually(scene.all_mailed)
        assert len(scene.mailbox.messages) == before
        scene.clock.move(day(11, 17))  # three days of nothing, and then one look at all of it
        eventually(lambda: Notification.objects.filter(kind="check-due-1").exists())
        scene.clock.move(day(12, 10))
        eventually(lambda: scene.all_mailed() and len(scene.mailbox.messages) > before)
    people = Counter(str(mail["To"]) for mail in scene.mailbox.messages[before:])
    twice = len(scene.doubled()) + scene.opened_twice()
    results.tell("R20", f"{twice} twice", "0 twice", kept=not twice)
    results.tell("R22", f"{max(people.values())} mail a person after 3 days", 1, kept=set(people.values()) == {1})


def test_a_mail_server_that_is_away_costs_time_and_no_mail(scene: Scene) -> None:
    nobody = scene.watched[0].oli
    scene.mailbox.refused = {nobody.email}
    scene.mailbox.close()
    with scene.worker():
        eventually(scene.all_told)
        scene.pass_by(MAIL_TIME)
        eventually(OutboxMessage.objects.exists)
        for _ in range(4):
            eventually(lambda: not OutboxMessage.objects.filter(state="due", due_at__lte=scene.clock.now()).exists())
            scene.pass_by(HOUR / 4)
        tried = OutboxMessage.objects.values_list("attempts", flat=True)
        assert max(tried) <= 6
        assert set(OutboxMessage.objects.values_list("last_error", flat=True)) >= {"ConnectionRefusedError"}
        scene.mailbox.open()
        scene.pass_by(HOUR)
        eventually(scene.all_mailed)
    dead = list(OutboxMessage.objects.filter(state="dead").values_list("recipient__email", flat=True))
    assert dead == [nobody.email]
    told = f"{scene.lost() - len(dead)}-lost-{len(scene.doubled())}-twice"
    results.tell("R23", told, "0-lost-0-twice", kept=told == "0-lost-0-twice")
