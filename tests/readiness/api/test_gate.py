"""What the gate says to a pipeline: computed at each call, always with its reasons."""

import datetime
import json
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import canonical, clock
from readiness.actions import applicability, conditions, releases, service_changes
from readiness.models import LaunchDecision, Service
from tests.factories import callers, launches, portal, readiness, record
from tests.factories import reviews as review_factory
from tests.factories import waivers as waiver_factory

pytestmark = pytest.mark.django_db


def _ask(scene: launches.Scene, environment: str = "staging", **more: str) -> dict[str, Any]:
    query = "&".join(
        f"{name}={value}" for name, value in {"release": "3.2.0", "environment": environment, **more}.items()
    )
    answer = callers.caller(scene.engineer, may="read").get(f"services/{scene.service.slug}/gate?{query}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = callers.as_json(answer)
    return body


def _codes(body: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in body["reasons"]]


def test_without_a_decision_it_denies() -> None:
    body = _ask(launches.scene())
    assert (body["verdict"], _codes(body)) == ("deny", ["no-decision"])


def test_a_go_allows_until_it_expires() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    body = _ask(scene)
    assert (body["verdict"], body["reasons"]) == ("allow", [])
    assert body["valid_until"].startswith(str((decision.decided_at + datetime.timedelta(days=14)).date()))
    assert body["decision"]["digest"] == decision.snapshot_digest
    assert body["release"]["id"] == str(scene.release.public_id)


def test_a_go_is_for_one_environment() -> None:
    scene = launches.scene()
    launches.decide(scene)
    assert _codes(_ask(scene, "production")) == ["no-decision"]


def test_a_no_go_denies() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    assert _codes(_ask(scene)) == ["no-go"]


def test_a_conditional_go_allows_with_what_is_owed() -> None:
    scene = launches.scene(answered=False)
    for key in launches.CRITICAL:
        launches.green(scene, key)
        launches.sign(scene, key)
    launches.green(scene, "env.infrastructure")
    launches.rated(scene, "api.endpoints", "red")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    body = _ask(scene)
    assert (body["verdict"], body["conditions"][0]["owner"]) == ("allow_with_conditions", "Enno Engineer")
    conditions.meet(scene.access("engineer"), condition=decision.conditions.get(), note="Run 1190 is green.")
    assert _ask(scene)["verdict"] == "allow"


def test_a_go_nobody_deployed_expires_after_fourteen_days() -> None:
    scene = launches.scene()
    decided = launches.decide(scene).decided_at
    with time_machine.travel(decided + datetime.timedelta(days=13, hours=23), tick=False):
        assert _ask(scene)["verdict"] == "allow"
    with time_machine.travel(decided + datetime.timedelta(days=14), tick=False):
        assert _codes(_ask(scene)) == ["expired"]


def test_a_go_that_was_deployed_only_after_it_had_expired_stays_expired() -> None:
    scene = launches.scene()
    decided = launches.decide(scene).decided_at
    with time_machine.travel(decided + datetime.timedelta(days=15), tick=False):
        releases.deployed(scene.access("lead"), release=scene.release, environment=scene.environment())
        assert _codes(_ask(scene)) == ["expired"]


def test_an_overdue_condition_ends_it() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints", days=2)])
    with time_machine.travel(decision.decided_at + datetime.timedelta(days=4), tick=False):
        assert _codes(_ask(scene)) == ["condition-lapsed"]


def test_a_condition_that_was_met_but_late_leaves_the_go_lapsed() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints", days=2)])
    with time_machine.travel(decision.decided_at + datetime.timedelta(days=4), tick=False):
        conditions.meet(scene.access("engineer"), condition=decision.conditions.get(), note="Run 1190 is green.")
        body = _ask(scene)
    assert (body["verdict"], _codes(body)) == ("deny", ["condition-lapsed"])
    assert "Bring it to green" in body["reasons"][0]["detail"]


def test_a_change_in_what_it_rests_on_denies_and_says_what() -> None:
    scene = launches.scene()
    launches.decide(scene)
    lead = scene.access("lead")
    service = Service.objects.get(pk=scene.service.pk)
    facts = readiness.facts(name=service.name, tier=2, serving_stack="vLLM 0.9 behind the gateway")
    service_changes.change(
        lead, service=service, owner=scene.lead, facts=facts, restricted=False, revision=service.revision
    )
    body = _ask(scene)
    assert body["verdict"] == "deny"
    assert "changed-since-decision" in _codes(body)
    assert "way back changed" in str(body["reasons"])


def test_a_trigger_that_fires_after_the_go_denies() -> None:
    scene = launches.scene()
    launches.decide(scene)
    launches.depends(scene, "down")
    body = _ask(scene)
    assert (body["verdict"], _codes(body)) == ("deny", ["trigger:dependency"])


def test_rolling_back_to_what_was_live_with_a_go_is_always_allowed() -> None:
    scene = launches.scene()
    assert _codes(_ask(scene, purpose="rollback")) == ["never-live"]
    launches.decide(scene)
    releases.deployed(scene.access("lead"), release=scene.release, environment=scene.environment())
    launches.depends(scene, "down")
    assert _ask(scene)["verdict"] == "deny"
    assert _ask(scene, purpose="rollback")["verdict"] == "allow"


def test_a_release_or_environment_that_does_not_exist_is_denied_with_the_reason() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.engineer)
    path = f"services/{scene.service.slug}/gate"
    unknown = callers.as_json(tool.get(f"{path}?release=9.9&environment=staging"))
    assert (unknown["verdict"], _codes(unknown), unknown["release"]) == ("deny", ["unknown-release"], None)
    assert _codes(callers.as_json(tool.get(f"{path}?release=3.2.0&environment=moon"))) == ["unknown-environment"]


def test_a_cancelled_release_is_closed() -> None:
    scene = launches.scene()
    launches.decide(scene)
    releases.cancel(scene.access("lead"), release=scene.release, reason="The customer left.")
    assert "closed" in _codes(_ask(scene))


def test_what_is_not_asked_in_full_is_refused_by_field() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.engineer)
    answer = tool.get(f"services/{scene.service.slug}/gate?environment=staging&purpose=party")
    assert answer.status_code == 422
    assert {error["field"] for error in callers.as_json(answer)["errors"]} == {"release", "purpose"}


def test_only_a_service_one_may_not_see_is_404() -> None:
    service = readiness.service(restricted=True)
    stranger = callers.caller(portal.member(portal.team(), portal.Role.LEAD))
    assert stranger.get(f"services/{service.slug}/gate?release=1&environment=x").status_code == 404


def test_it_costs_eight_statements_with_a_token() -> None:
    scene = launches.scene()
    launches.decide(scene)
    launches.depends(scene, "stable")
    tool = callers.caller(scene.engineer)
    path = f"services/{scene.service.slug}/gate?release=3.2.0&environment=staging"
    tool.get(path)
    with CaptureQueriesContext(connection) as asked:
        tool.get(path)
    assert len(asked) == 8


def test_a_waiver_that_has_run_out_fires_by_itself() -> None:
    scene = launches.scene(answered=False)
    launches.green(scene, "deploy.rollout")
    launches.sign(scene, "deploy.rollout")
    for key in launches.OTHER:
        launches.green(scene, key)
    launches.waived(scene, "env.secrets", until=clock.today_in("UTC") + datetime.timedelta(days=3))
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "env.secrets", days=20)])
    assert _ask(scene)["verdict"] == "allow_with_conditions"
    with time_machine.travel(decision.decided_at + datetime.timedelta(days=5), tick=False):
        assert _codes(_ask(scene)) == ["trigger:critical-item"]


def test_a_waiver_asked_for_the_next_release_takes_nothing_from_a_go_whose_own_items_are_green() -> None:
    scene = launches.scene()
    launches.live(scene)
    following = launches.next_release(scene, "3.3.0")
    for key in ("env.secrets", "api.endpoints"):
        until = clock.today_in("UTC") + datetime.timedelta(days=30)
        waiver = waiver_factory.approved(
            scene.engineer, scene.decider, review_factory.answer(following.review, key), until
        )
        applicability.recount_item(scene.service, waiver.item_key)
    assert _ask(scene, "production")["reasons"] == []
    assert "another waiver" not in _page_of_the_decision(scene)


def test_a_waiver_that_a_go_rests_on_is_missed_once_it_is_revoked() -> None:
    scene = launches.scene(answered=False)
    for key in ("env.secrets", *launches.OTHER):
        launches.green(scene, key)
    launches.sign(scene, "env.secrets")
    launches.rated(scene, "deploy.rollout", "yellow")
    waiver = launches.waived(scene, "deploy.rollout", clock.today_in("UTC") + datetime.timedelta(days=30))
    launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "deploy.rollout")])
    assert _ask(scene)["verdict"] == "allow_with_conditions"
    waiver_factory.revoked(scene.decider, waiver)
    assert "deploy.rollout: its waiver is gone." in str(_ask(scene)["reasons"])


def test_a_go_recorded_when_waivers_of_green_items_were_named_still_allows() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    snapshot = json.loads(decision.snapshot)
    snapshot["governed"]["items"]["deployment/env.secrets"]["waiver"] = "0198c5f4-0000-7000-8000-000000000000"
    record.put_guards_aside()
    LaunchDecision.objects.filter(pk=decision.pk).update(
        snapshot=canonical.dumps(snapshot), governed_digest=canonical.digest(snapshot["governed"])
    )
    assert _ask(scene)["verdict"] == "allow"


def _page_of_the_decision(scene: launches.Scene) -> str:
    browser = Client()
    browser.force_login(scene.engineer)
    return browser.get(LaunchDecision.objects.get(release=scene.release).get_absolute_url()).content.decode()
