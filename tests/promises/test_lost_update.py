"""R24: no edit is silently overwritten: of many who start from the same version one is saved, the others are told."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import User
from readiness.models import AnswerRevision, ItemAnswer, PointTick
from tests.factories import callers, launches, readiness
from tests.factories import reviews as review_factory
from tests.harness import at_once, results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

WRITERS = 50
AT_ONCE = 10
"""So many write at the same moment, one wave after the other: each has seen the same version."""


def _client(who: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(who)
    return client


def _written(who: User, path: str, typed: Callable[[int], dict[str, str]]) -> Counter[int]:
    clients = [_client(who) for _ in range(AT_ONCE)]
    found: Counter[int] = Counter()
    for wave in range(WRITERS // AT_ONCE):

        def write(number: int, wave: int = wave) -> int:
            return (
                clients[number].post(path, typed(wave * AT_ONCE + number), headers={"hx-request": "true"}).status_code
            )

        found += Counter(at_once.call(AT_ONCE, write))
    return found


def _place(scene: launches.Scene, name: str, *more: object) -> str:
    return reverse(name, args=[scene.service.slug, scene.review.number, "deploy.rollout", *more])


def test_of_fifty_texts_one_is_saved_and_forty_nine_are_shown_beside_it(fresh_database: Database) -> None:
    scene = launches.scene(answered=False, drilled=False)
    before = AnswerRevision.objects.count()

    found = _written(
        scene.engineer,
        _place(scene, "readiness:answer_text"),
        lambda number: {"text": f"Text {number}", "version": "0"},
    )

    assert AnswerRevision.objects.count() == before + 1
    assert ItemAnswer.objects.get(item_key="deploy.rollout").text_version == 1
    results.tell(
        "R24", f"text-{found[200]}-saved-{found[412]}-told", "1-saved-49-told", kept=found == {200: 1, 412: 49}
    )


def test_of_fifty_ratings_one_is_saved(fresh_database: Database) -> None:
    scene = launches.scene(answered=False, drilled=False)
    item = review_factory.answer(scene.review, "deploy.rollout")
    launches.answers.describe(scene.access("engineer"), answer=item, text="Two runs are missing.", version=0)

    found = _written(
        scene.engineer,
        _place(scene, "readiness:answer_rating"),
        lambda number: {"rating": ("red", "yellow")[number % 2], "version": "0"},
    )

    assert ItemAnswer.objects.get(pk=item.pk).rating_version == 1
    results.tell(
        "R24", f"rating-{found[200]}-saved-{found[412]}-told", "1-saved-49-told", kept=found == {200: 1, 412: 49}
    )


def test_of_fifty_ticks_one_is_saved(fresh_database: Database) -> None:
    scene = launches.scene(answered=False, drilled=False)

    found = _written(
        scene.engineer,
        _place(scene, "readiness:answer_point", 1),
        lambda number: {"state": "na", "reason": f"Reason {number}", "version": "0"},
    )

    assert PointTick.objects.count() == 1
    results.tell(
        "R24", f"point-{found[200]}-saved-{found[412]}-told", "1-saved-49-told", kept=found == {200: 1, 412: 49}
    )


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "newest"}])
def test_without_the_version_one_saw_nothing_is_saved(fresh_database: Database, version: dict[str, str]) -> None:
    scene = launches.scene(answered=False, drilled=False)
    answer = _client(scene.engineer).post(_place(scene, "readiness:answer_text"), {"text": "Mine", **version})
    assert answer.status_code == 422
    assert ItemAnswer.objects.get(item_key="deploy.rollout").text == ""


def test_what_other_tools_read_carries_a_strong_tag_that_moves_with_every_change(fresh_database: Database) -> None:
    service = readiness.service()
    tool = callers.caller(service.owner)
    first = tool.get(f"services/{service.slug}/")["ETag"]
    readiness.release(service)
    second = tool.get(f"services/{service.slug}/")["ETag"]
    kept = not first.startswith("W/") and first != second
    results.tell("R24", f"strong-tag-{kept}", "strong-tag-True", kept=kept)
