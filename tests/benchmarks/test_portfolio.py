"""V5: the portfolio of a thousand services, read from status rows, against grouping the answers it stands for."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q
from pytest_django import Settings

from portal import clock
from portal.access import access_of
from portal.models import User
from portal.permissions import Access
from readiness.choices import ItemState
from readiness.models import ItemAnswer, Review, Service
from readiness.queries import portfolio, status
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

SERVICES, ROUNDS = 1_000, 15
GOALS = {"sqlite": 0.15, "postgresql": 0.10}
RECOUNTED = 64
"""Services whose status rows are held to what recomputing gives."""


@pytest.fixture
def crowd(demo_database: Database, settings: Settings) -> Access:
    """A thousand services, and who sees all of them."""
    settings.DEMO = True
    call_command("seed_demo", services=SERVICES, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return access_of(User.objects.get(email="compliance@example.com"))


def grouped(access: Access) -> list[Any]:
    """The floor: items by service, pillar and state, as the ORM groups them over the answers themselves."""
    open_reviews = Review.objects.visible_to(access).exclude(state="abandoned")
    return list(
        ItemAnswer.objects.filter(review__in=open_reviews, applies=True)
        .order_by()
        .values("review__service", "pillar")
        .annotate(
            red=Count("pk", filter=Q(state=ItemState.RED)),
            yellow=Count("pk", filter=Q(state=ItemState.YELLOW)),
            green=Count("pk", filter=Q(state=ItemState.GREEN)),
            applicable=Count("pk"),
        )
    )


def kept(access: Access) -> list[Any]:
    """The same ten pillars of every service, and its head, as the pages read them: from the status rows."""
    rows = portfolio.services(access).order_by().values_list("pk", "status__pillars", "status__red", "status__yellow")
    return list(rows)


def interleaved(*calls: Callable[[], object]) -> list[float]:
    """Medians, in seconds, of calls taken in turns."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for taken, call in zip(times, calls, strict=True):
            started = time.perf_counter()
            call()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in times]


def test_a_thousand_services_are_read_from_their_status_rows(crowd: Access) -> None:
    assert len(kept(crowd)) == SERVICES
    assert len(grouped(crowd)) > 5 * SERVICES
    floor, rows, heads = interleaved(
        lambda: grouped(crowd), lambda: kept(crowd), lambda: portfolio.figures(crowd, clock.now())
    )
    some = list(Service.objects.select_related("scope__team", "status").order_by("-pk")[:RECOUNTED])
    found = status.standings_of(some)
    other = [one for one in some if any(getattr(one.status, n) != v for n, v in found[one.pk].as_fields().items())]
    goal = GOALS[connection.vendor]
    print(f"grouped {floor * 1000:.0f} ms, rows {rows * 1000:.1f} ms, figures of the head {heads * 1000:.1f} ms")
    results.tell(
        "V5", f"{rows / floor:.3f}x, {len(other)} differ", f"{goal}x, 0", kept=rows <= goal * floor and not other
    )
