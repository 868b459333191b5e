"""R26: the default database takes a team's ordinary load: no lock error, no long wait, nothing lost at a power cut."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from portal import audit, verbs
from portal.errors import RecordUnavailable
from portal.models import Team
from tests.harness import results

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("fresh_database")]

PROCESSES, TRANSACTIONS = 4, 500
MOST = 0.5
"""Seconds that a transaction may take at the 99th percentile, with all processes writing without a pause."""
FULL = 2


def work(process: int, count: int) -> dict[str, Any]:
    """Called in other processes: reads, then writes what it read, then records it, as every action does."""
    took, refused = [], 0
    for turn in range(count):
        started = time.perf_counter()
        try:
            with transaction.atomic():
                team = Team.objects.select_for_update().get(slug=f"team-{(process + turn) % PROCESSES}")
                team.name = f"{team.slug} {process} {turn}"
                team.save()
                audit.record(None, verbs.TEAM_CHANGED, team, facts={"team": team.slug, "fields": ["name"]})
        except (OperationalError, RecordUnavailable):
            refused += 1
        took.append(time.perf_counter() - started)
    return {"took": took, "refused": refused}


@pytest.mark.long
def test_four_processes_write_without_a_lock_error(in_processes: Callable[..., list[Any]]) -> None:
    for number in range(PROCESSES):
        Team.objects.create(name=f"Team {number}", slug=f"team-{number}")

    answers = in_processes(f"{__name__}:work", TRANSACTIONS, processes=PROCESSES)

    refused = sum(answer["refused"] for answer in answers)
    took = [seconds for answer in answers for seconds in answer["took"]]
    p99 = statistics.quantiles(took, n=100)[-1]
    assert len(took) == PROCESSES * TRANSACTIONS
    results.tell("R26", f"{refused}-lock-errors", 0, kept=refused == 0)
    results.tell("R26", f"p99-{p99 * 1000:.0f}-ms", f"{MOST * 1000:.0f}-ms", kept=p99 <= MOST)


def test_what_is_acknowledged_survives_a_power_cut() -> None:
    with connection.cursor() as cursor:
        settings = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")}

    results.tell(
        "R26",
        "-".join(map(str, settings.values())),
        "2-wal",
        kept=settings == {"synchronous": FULL, "journal_mode": "wal"},
    )


def test_what_the_guards_need_is_switched_on() -> None:
    with connection.cursor() as cursor:
        switched = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("recursive_triggers", "foreign_keys")
        }

    assert switched == {"recursive_triggers": 1, "foreign_keys": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
