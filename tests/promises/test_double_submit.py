"""R25: a sign-off, a decision or a deployment happens once, however often it is submitted."""

import datetime
from collections import Counter
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.errors import Conflict, DomainError
from portal.models import AuditEvent, User
from readiness.actions import conditions
from readiness.models import ConditionMet, Deployment, LaunchDecision, SignOff
from tests.factories import callers, launches, portal
from tests.factories import reviews as review_factory
from tests.harness import at_once, results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

TIMES = 32


def _proven(who: User, path: str, typed: dict[str, Any]) -> Client:
    """A window of somebody who proved who they are a moment ago, by a form that was refused for another reason."""
    client = Client()
    client.force_login(who)
    answer = client.post(path, {**typed, "password": portal.PASSWORD})
    assert answer.status_code in (200, 412, 422), answer.content[-2000:]
    return client


def _windows(client: Client) -> list[Client]:
    """The same window so many times."""
    found = []
    for _ in range(TIMES):
        one = Client(raise_request_exception=False)
        one.cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
        found.append(one)
    return found


def _events(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


def _decision(scene: launches.Scene) -> dict[str, str]:
    now = clock.now()
    return {
        "verdict": "go",
        "seen": "0",
        "rationale": "Fallback and recovery are proven.",
        "on_call": str(scene.engineer.public_id),
        "on_call_until": f"{now + datetime.timedelta(days=2):%Y-%m-%dT%H:%M}",
        "drill": str(scene.service.drills.get().public_id),
        "return_to": "3.1.0",
        "told": "The service desk",
        "told_at": f"{now - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "acknowledged-sev-1-open": "Watched by hand.",
        "acknowledged-post-mortem-overdue": "None is open.",
    }


def test_a_decision_is_recorded_once(fresh_database: Database) -> None:
    scene = launches.scene()
    path = reverse("readiness:decide", args=[scene.service.slug, "3.2.0"]) + "?environment=staging"
    windows = _windows(_proven(scene.decider, path, {**_decision(scene), "told": ""}))

    answers = at_once.call(TIMES, lambda number: windows[number].post(path, _decision(scene)).status_code)

    assert Counter(answers) == {302: 1, 422: TIMES - 1}
    rows, events = LaunchDecision.objects.count(), _events("decision.recorded")
    results.tell("R25", f"decision-{rows}-row-{events}-event", "1-row-1-event", kept=(rows, events) == (1, 1))


def test_of_two_who_decide_at_once_one_is_told(fresh_database: Database) -> None:
    scene = launches.scene()
    verdicts = ["go", "no-go"] * 4

    def decide(number: int) -> str:
        try:
            return launches.decide(scene, verdicts[number], seen=0).verdict
        except Conflict:
            return "conflict"

    answers = Counter(at_once.call(len(verdicts), decide))

    assert answers["conflict"] == len(verdicts) - 1
    assert LaunchDecision.objects.count() == _events("decision.recorded") == 1


def test_an_item_is_signed_once(fresh_database: Database) -> None:
    scene = launches.scene(signed=False)
    item = review_factory.answer(scene.review, "deploy.rollout")
    path = reverse("readiness:signoff_grant", args=[scene.service.slug, scene.review.number, item.item_key])
    windows = _windows(_proven(scene.approver, path, {"digest": "0" * 64}))

    answers = at_once.call(
        TIMES, lambda number: windows[number].post(path, {"digest": item.content_digest}).status_code
    )

    assert set(answers) <= {200, 302, 412, 422}
    rows, events = SignOff.objects.count(), _events("signoff.granted")
    results.tell("R25", f"signoff-{rows}-row-{events}-event", "1-row-1-event", kept=(rows, events) == (1, 1))


def test_a_condition_is_met_once(fresh_database: Database) -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    condition = decision.conditions.get()

    def meet(_number: int) -> bool:
        try:
            conditions.meet(scene.access("engineer"), condition=condition, note="Run 1190 is green.")
        except DomainError:
            return False
        return True

    assert sum(at_once.call(8, meet)) == 1
    assert ConditionMet.objects.count() == _events("condition.met") == 1


def test_the_same_request_with_the_same_key_is_answered_alike_and_done_once(fresh_database: Database) -> None:
    scene = launches.scene()
    tool, path = callers.caller(scene.lead, may="write"), f"releases/{scene.release.public_id}/deployed"
    key = {"idempotency_key": "3f6a4c1e"}

    answers = at_once.call(TIMES, lambda _number: tool.post(path, {"environment": "staging"}, **key))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert tool.post(path, {"environment": "production"}, **key).status_code == 422
    rows, events = Deployment.objects.count(), _events("release.deployed")
    results.tell("R25", f"deployment-{rows}-row-{events}-event", "1-row-1-event", kept=(rows, events) == (1, 1))
