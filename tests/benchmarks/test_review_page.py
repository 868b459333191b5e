"""V4: a whole review page, and saving one point, against floors measured in the same run."""

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from portal import audit
from portal.permissions import Access
from readiness import verbs
from readiness.actions import answers
from readiness.models import Review
from tests.factories import readiness, reviews
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.benchmark

ROUNDS = 15


def interleaved(*calls: Callable[[], object]) -> list[float]:
    """Medians, in seconds, of each call, taken in turns so that the machine's mood falls on all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(ROUNDS):
        for taken, call in zip(times, calls, strict=True):
            started = time.perf_counter()
            call()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in times]


def half_answered() -> tuple[Review, Access]:
    """A review of forty items: a third answered in full, a third begun."""
    service = readiness.service()
    release = readiness.release(service, carries=[readiness.model_version(readiness.model(service))])
    review = reviews.started(service, release=release)
    engineer, approver = reviews.people(service)
    for place, answer in enumerate(review.answers.filter(applies=True, stage="before")):
        item = reviews.answer(review, answer.item_key)
        if place % 3 == 0 and not item.review.template_version.checklist.items[answer.position].measure:
            reviews.signed(approver, reviews.green(engineer, item))
        elif place % 3 == 1:
            reviews.link(engineer, item)
            reviews.comment(engineer, item)
    return review, engineer


def test_the_whole_review_page(fresh_database: Database) -> None:
    review, engineer = half_answered()
    client = Client()
    client.force_login(engineer.person)
    trivial, whole = reverse("portal:profile"), review.get_absolute_url()

    client.get(whole)
    queries: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: queries.append(sql) or execute(sql, *rest)):
        assert client.get(whole).status_code == 200
    floor, page = interleaved(lambda: client.get(trivial), lambda: client.get(whole))

    results.tell("V4-queries", len(queries), 14, kept=len(queries) <= 14)
    results.tell("V4-page", f"{page / floor:.2f}x", "20x", kept=page <= 20 * floor)


def test_saving_one_point(fresh_database: Database) -> None:
    review, engineer = half_answered()
    item = reviews.answer(review, review.answers.filter(applies=True, stage="before").order_by("position")[2].item_key)
    version = 0

    def bare() -> None:
        """What any audited write costs at least: one row and its event."""
        with transaction.atomic():
            reviews.comment_row(engineer, item, str(uuid4()))
            facts: dict[str, audit.Fact] = {
                "service": review.service.slug,
                "review": review.number,
                "item": item.item_key,
            }
            audit.record(engineer, verbs.COMMENT_WRITTEN, item, scope=review.service.scope, facts=facts)

    def save() -> None:
        nonlocal version
        state = "open" if version % 2 else "ticked"
        answers.mark_point(engineer, answer=item, number=1, state=state, version=version)
        version += 1

    floor, saving = interleaved(bare, save)

    results.tell("V4-saving", f"{saving / floor:.2f}x", "3x", kept=saving <= 3 * floor)
