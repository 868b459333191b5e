"""Who may do what by machine: each role on each operation, in the words of the table below."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from portal.models import User
from portal.permissions import TEAM_ROLES, Role
from tests.factories import callers, launches, portal
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

KEY, SIGNED = "deploy.rollout", "env.secrets"


@dataclass(frozen=True)
class Act:
    """One operation, its body, and the roles for which the rules are asked."""

    method: str
    path: str
    body: dict[str, Any]
    may: frozenset[Role]


ANSWERERS = frozenset({Role.CONTRIBUTOR, Role.LEAD})
LEADS = frozenset({Role.LEAD})
SIGNERS = frozenset({Role.APPROVER})
SPEAKERS = ANSWERERS | {Role.APPROVER, Role.DECIDER}
REASON = {"reason": "Put off."}
POINT = {"points": [{"number": 1, "state": "open", "version": 0}]}
DRILL = {
    "kind": "rollback",
    "environment": "staging",
    "from_version": "3.2.0",
    "to_version": "3.1.0",
    "performed_by": "{lead}",
    "performed_at": "2026-01-02T10:00:00Z",
    "result": "passed",
    "minutes": "4.5",
    "link": "https://ci.example.com/drill",
}
LINK = {"url": "https://ci.example.com/1184"}

ACTS = {
    "review_start": Act("post", "services/{slug}/reviews/", {"kind": "pillars"}, ANSWERERS),
    "review_use": Act("post", "reviews/{review}/use", {}, ANSWERERS),
    "review_close": Act("post", "reviews/{review}/close", {}, ANSWERERS),
    "review_abandon": Act("post", "reviews/{review}/abandon", REASON, ANSWERERS),
    "item_answer": Act("patch", "items/{item}/", {"text": "x", "text_version": 0}, ANSWERERS),
    "item_tick": Act("patch", "items/{item}/", POINT, ANSWERERS),
    "item_comment": Act("post", "items/{item}/comments", {"text": "Which run?"}, SPEAKERS),
    "item_assign": Act("post", "items/{item}/assign", {"person": None}, ANSWERERS),
    "item_use": Act("post", "items/{item}/use", {}, ANSWERERS),
    "item_answer_here": Act("post", "items/{item}/answer-here", {}, ANSWERERS),
    "evidence_attach": Act("post", "items/{item}/evidence", LINK, ANSWERERS),
    "evidence_withdraw": Act("post", "evidence/{evidence}/withdraw", REASON, ANSWERERS),
    "service_change": Act("patch", "services/{slug}/", {"caching": True, "revision": 1}, LEADS),
    "service_confirm_tier": Act("post", "services/{slug}/confirm-tier", {"revision": 1}, SIGNERS),
    "service_environment_add": Act("post", "services/{slug}/environments", {"name": "lab", "kind": "staging"}, LEADS),
    "service_targets_change": Act("patch", "services/{slug}/targets", {"p95_ms": 800, "revision": 0}, LEADS),
    "service_act": Act("post", "services/{slug}/act", {"act": "retire", "reason": "Replaced."}, LEADS),
    "ownership_assign": Act("post", "services/{slug}/ownership/inference/assign", {"person": "{lead}"}, LEADS),
    "ownership_vacate": Act(
        "post", "services/{slug}/ownership/inference/vacate", {"person": "{lead}", **REASON}, LEADS
    ),
    "release_change": Act("patch", "releases/{release}/", {"summary": "x", "seen": "0" * 64}, LEADS),
    "release_cancel": Act("post", "releases/{release}/cancel", REASON, LEADS),
    "team_timetable_change": Act("patch", "teams/{team}/timetables/weekly/", {"due_day": 5}, LEADS),
    "audit_pack_request": Act(
        "post",
        "audit-packs/",
        {"services": ["{slug}"], "since": "2026-01-01", "until": "2026-01-02"},
        LEADS | {Role.COMPLIANCE, Role.AUDITOR},
    ),
    "model_add": Act("post", "services/{slug}/models/", {"name": "fraud-gbm"}, LEADS),
    "dependency_add": Act("post", "services/{slug}/dependencies/", {"name": "Provider"}, ANSWERERS),
    "drill_record": Act("post", "services/{slug}/drills", DRILL, ANSWERERS),
    "decision_ask": Act("post", "releases/{release}/ask-decision", {}, ANSWERERS),
    "sign_off_ask": Act("post", "items/{item}/ask", {}, ANSWERERS),
    "sign_off_return": Act("post", "items/{item}/return", REASON, SIGNERS),
    "sign_off_void": Act("post", "items/{signed}/reopen", REASON, ANSWERERS | SIGNERS),
}
"""Each body is one that the rules take, or refuse for what stands there: what is done is undone before the next."""

ASKED = {200, 201, 412, 422}
"""What the rules answer with; 403 says that they were not asked."""


def _person(of: Scene, role: Role) -> User:
    return portal.member(of.service.scope.team if role in TEAM_ROLES else None, role)


@pytest.fixture
def of() -> Scene:
    scene = launches.scene(answered=False, drilled=False)
    launches.green(scene, SIGNED)
    launches.sign(scene, SIGNED)
    return scene


def _addresses(of: Scene) -> dict[str, object]:
    return {
        "slug": of.service.slug,
        "team": of.service.scope.team.slug,
        "lead": of.lead.email,
        "release": of.release.public_id,
        "review": of.review.public_id,
        "item": review_factory.answer(of.review, KEY).public_id,
        "signed": review_factory.answer(of.review, SIGNED).public_id,
        "evidence": review_factory.link(of.access("engineer"), review_factory.answer(of.review, KEY)).public_id,
    }


def _sent(tool: callers.Caller, act: Act, addresses: dict[str, object]) -> int:
    """What the act is answered with, whatever it saw; nothing of it stays."""
    call: Callable[..., Any] = getattr(tool, act.method)
    with transaction.atomic():
        status: int = call(act.path.format(**addresses), _filled(act.body, addresses), if_match="*").status_code
        transaction.set_rollback(True)
    return status


def _filled(value: Any, addresses: dict[str, object]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, addresses) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, addresses) for one in value]
    return value.format(**addresses) if isinstance(value, str) else value


def test_each_role_passes_where_it_may_and_nowhere_else(of: Scene) -> None:
    addresses, wrong = _addresses(of), []
    for role in Role:
        tool = callers.caller(_person(of, role), may="write")
        for name, act in ACTS.items():
            status = _sent(tool, act, addresses)
            if status not in (ASKED if role in act.may else {403}):
                wrong.append(f"{name} by {role}: {status}")
    assert wrong == []


def test_every_role_of_another_team_passes_nowhere(of: Scene) -> None:
    tool = callers.caller(portal.member(portal.team(), *TEAM_ROLES), may="write")
    addresses = _addresses(of)
    assert {name: _sent(tool, act, addresses) for name, act in ACTS.items()} == dict.fromkeys(ACTS, 403)


def test_a_token_that_reads_passes_nowhere(of: Scene) -> None:
    tool = callers.caller(portal.member(of.service.scope.team, *TEAM_ROLES))
    addresses = _addresses(of)
    assert {name: _sent(tool, act, addresses) for name, act in ACTS.items()} == dict.fromkeys(ACTS, 403)


def test_what_is_restricted_is_not_there_for_another_team(of: Scene) -> None:
    tool = callers.caller(portal.member(portal.team(), *TEAM_ROLES), may="write")
    addresses = _addresses(of)
    of.service.scope.restricted = True
    of.service.scope.save()
    found = {name: _sent(tool, act, addresses) for name, act in ACTS.items()}
    assert found == {**dict.fromkeys(ACTS, 404), "audit_pack_request": 422, "team_timetable_change": 403}
