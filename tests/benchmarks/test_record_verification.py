"""V12: verifying the audit record from its first event to its head, against hashing the same bytes in memory.

The events are those of a thousand services: a quarter of a million. What is promised of a million is a ratio and
constant memory, and both show here.
"""

import gc
import itertools
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from django.core.management import call_command
from pytest_django import Settings

from portal.models import AuditEvent, AuditHead, AuditText
from portal.record_verification import chain
from portal.record_verification.findings import Tally
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

SERVICES, ROUNDS = 1_000, 5


@pytest.fixture
def record(demo_database: Database, settings: Settings) -> Iterator[AuditHead]:
    """A long record; garbage is not collected meanwhile, as `manage.py verify_audit` has it."""
    settings.DEMO = True
    call_command("seed_demo", services=SERVICES, verbosity=0)
    gc.disable()
    yield AuditHead.objects.get(pk=1)
    gc.enable()


def in_memory() -> Callable[[], object]:
    """The floor: the chain and the commitments over bytes that are there already, and nothing compared."""
    bodies = [body.encode() for body in AuditEvent.objects.order_by("number").values_list("body", flat=True)]
    texts = [bytes.fromhex(salt) + value.encode() for salt, value in AuditText.objects.values_list("salt", "value")]

    def hashed() -> None:
        digest = bytes(32)
        for body in bodies:
            digest = sha256(b"\x02" + digest + sha256(b"\x00" + body).digest()).digest()
        for text in texts:
            sha256(text).digest()

    return hashed


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def peak(head: AuditHead, events: int) -> int:
    """The most memory in bytes that the walk over so many events holds at once; what breaks off there is no matter."""
    tracemalloc.start()
    next(itertools.islice(chain.problems(AuditHead(pk=1, deployment=head.deployment, number=events), Tally()), 1), None)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_verifying_costs_a_few_times_the_hashing_and_no_more_memory_for_more_events(record: AuditHead) -> None:
    hashed, found = in_memory(), list(chain.problems(record, Tally()))
    assert not found
    floor, taken = [], []
    for _ in range(ROUNDS):
        floor.append(seconds(hashed))
        taken.append(seconds(lambda: list(chain.problems(record, Tally()))))
    ratio = statistics.median(taken) / statistics.median(floor)
    few, many = peak(record, record.number // 8), peak(record, record.number // 2)
    print(f"{record.number} events in {statistics.median(taken):.1f} s, at most {many / 2**20:.1f} MB")
    measured = f"{ratio:.1f}x, {many / few:.2f}x memory for 4x events"
    results.tell("V12", measured, "6x, 1.2x", kept=ratio <= 6 and many <= 1.2 * few)
