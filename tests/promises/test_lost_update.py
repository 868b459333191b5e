"""R24: no edit is silently overwritten: of many who start from the same version one is saved, the others are told."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from portal import clock
from portal.models import User
from readiness.models import AnswerRevision, ItemAnswer, PointTick
from tests.factories import callers, everything, launches, readiness
from tests.factories import reviews as review_factory
from tests.harness import at_once, results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

WRITERS = 50
AT_ONCE = 10
"""So many write at the same moment, one wave after the other: each has seen the same version."""


CHANGES: dict[str, Any] = {
    "action_item_change": {"title": "Rotate {n} keys"},
    "check_snooze": {"until": f"{clock.now() + datetime.timedelta(days=1):%Y-%m-%dT%H:%MZ}", "reason": "A holiday."},
    "check_answer": {"result": "pass", "note": "{n} found."},
    "decision_record_revise": {"title": "Retry {n} times"},
    "decision_record_act": {"act": "accept"},
    "finding_say": {"act": "answer", "text": "Here is day {n}."},
    "incident_move": {"state": "mitigated", "text": "The limit is set."},
    "item_answer": {"text": "{n} runs are missing."},
    "model_card_revise": {"content": {"intended_use": "Drafts {n} replies."}},
    "model_card_reviewed": {},
    "post_mortem_revise": {"content": {"lucky": "It was {n} in the morning."}},
    "post_mortem_publish": {},
    "release_change": {"summary": "Shorter answers."},
    "runbook_revise": {"title": "Roll back {n} steps"},
    "runbook_act": {"act": "retire", "note": "Another way."},
    "service_playbook_adapt": {"steps": [{"title": "Ask {n} people", "how": "They see it."}], "note": "Ours."},
    "service_playbook_use_shipped": {"note": "Theirs is better."},
    "service_confirm_tier": {},
    "service_change": {"caching": True},
    "service_targets_change": {"p95_ms": 800},
    "team_timetable_change": {"due_time": "16:00"},
}
"""What each operation that takes `If-Match` is sent, in the order in which they follow one another; `{n}` differs."""
STANDS_BESIDE = {"model_card_reviewed"}
"""What says that it is still true takes nothing from others who say so at the same moment."""


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


def _resource(path: str, readable: Collection[str]) -> str:
    """What an operation changes: the nearest thing around its path that can be read."""
    while path not in readable:
        path = path.removesuffix("/").rpartition("/")[0] + "/"
    return path


def _wrong_without_the_tag(send: Callable[..., Any]) -> list[str]:
    """What is wrong with the answers to a change that does not say what it saw, or says something else."""
    unseen, stale = send(), send(if_match='"of-another-day"')
    named = unseen.status_code == 428 and all(error["field"] for error in callers.as_json(unseen)["errors"])
    return [f"unseen: {unseen.content!r}"] * (not named) + [f"stale: {stale.content!r}"] * (stale.status_code != 412)


def _wrong_of_fifty(send: Callable[[int], Any], told: int) -> list[str]:
    """What is wrong with the answers to so many who saw the same: one is done, so many others are told."""
    answers: list[Any] = []
    for first in range(0, WRITERS, AT_ONCE):
        answers += at_once.call(AT_ONCE, lambda number, first=first: send(first + number))
    found = Counter(answer.status_code for answer in answers)
    others = [f"{answer.content!r}" for answer in answers if answer.status_code not in (200, 412)]
    return [f"{dict(found)}", *others[:1]] if others or not found[200] or found[412] < told else []


def _filled(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, number) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, number) for one in value]
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def test_of_fifty_tools_that_saw_the_same_one_is_heard_whatever_they_change(fresh_database: Database) -> None:
    """Every operation that takes `If-Match`, as the description of the API names them."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # comes without types
    operations = list(everything.operations(schema))
    readable = {one.path for one in operations if one.method == "get"}
    changes = {one.name: one for one in operations if one.takes_if_match}
    assert changes.keys() == CHANGES.keys()
    world, kept = everything.world(), 0
    for name, body in CHANGES.items():
        change = changes[name]
        address, seen = world.address(change.path), world.address(_resource(change.path, readable))

        def send(number: int, *, to: str = address, call: Any = change.method, body: Any = body, **said: str) -> Any:
            return getattr(world.tool, call)(to, _filled(body, number), **said)

        wrong = _wrong_without_the_tag(partial(send, 0))
        tag = world.tool.get(seen)["ETag"]
        wrong += _wrong_of_fifty(partial(send, if_match=tag), told=AT_ONCE if name in STANDS_BESIDE else WRITERS - 1)
        kept += not wrong
        print(name, *wrong)
    results.tell("R24", f"{kept}-operations-heard-one-of-{WRITERS}", len(CHANGES), kept=kept == len(CHANGES))
