"""The decision's pages: what is shown, what is refused in place, and that nothing typed is lost."""

import datetime
import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.models import User
from portal.permissions import Role
from readiness.models import LaunchDecision
from tests.factories import launches, portal

pytestmark = pytest.mark.django_db


def _as(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def _path(scene: launches.Scene, environment: str = "staging") -> str:
    return f"{reverse('readiness:decide', args=[scene.service.slug, '3.2.0'])}?environment={environment}"


def _typed(scene: launches.Scene, **changed: Any) -> dict[str, Any]:
    """What a decider fills in."""
    now = clock.now()
    base = {
        "verdict": "go",
        "seen": "0",
        "rationale": "Fallback and recovery are proven.",
        "on_call": str(scene.engineer.public_id),
        "on_call_until": f"{now + datetime.timedelta(days=2):%Y-%m-%dT%H:%M}",
        "drill": str(scene.service.drills.get().public_id) if scene.service.drills.exists() else "",
        "return_to": "3.1.0",
        "told": "The service desk",
        "told_at": f"{now - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "acknowledged-sev-1-open": "Watched by hand.",
        "acknowledged-post-mortem-overdue": "None is open.",
        "password": portal.PASSWORD,
    }
    return {**base, **changed}


@launches.unwatched()
def test_the_page_says_ready_and_offers_the_verdicts() -> None:
    scene = launches.scene()
    page = _as(scene.decider).get(_path(scene)).content.decode()
    assert "Ready" in page
    assert 'value="go"' in page
    assert "No trigger is firing; 2 are unknown" in page


def test_a_refused_verdict_stays_in_its_place_with_its_reasons() -> None:
    scene = launches.scene(drilled=False)
    page = _as(scene.decider).get(_path(scene)).content.decode()
    assert "Not ready" in page
    assert 'value="go"' not in page
    assert 'aria-disabled="true" aria-describedby="why-go"' in page
    assert "No rollback drill is on record." in page
    assert 'value="no-go"' in page


def test_a_go_is_recorded_and_leads_to_its_frozen_page() -> None:
    scene = launches.scene()
    client = _as(scene.decider)
    answer = client.post(_path(scene), _typed(scene))
    decision = LaunchDecision.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, decision.get_absolute_url())
    page = client.get(answer["Location"]).content.decode()
    for words in ("Fallback and recovery are proven.", "Alma Approver", "Run 1184", decision.snapshot_digest):
        assert words in page


def test_what_was_typed_survives_a_refusal() -> None:
    scene = launches.scene()
    typed = _typed(scene, told="", rationale="Because <b>we</b> said so.")
    answer = _as(scene.decider).post(_path(scene), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say who was told." in page
    assert "Because &lt;b&gt;we&lt;/b&gt; said so." in page
    assert 'value="3.1.0"' in page
    assert f'value="{typed["on_call_until"]}"' in page
    assert not LaunchDecision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"verdict": ""}, "Choose the verdict"),
        ({"verdict": "perhaps"}, "Choose go, conditional go or no-go."),
        ({"seen": ""}, "Load the page again"),
        ({"password": ""}, "Give your password"),
        ({"password": "wrong"}, "That is not your password."),
        ({"rationale": " "}, "Say why, in a sentence or two."),
        ({"on_call": "00000000-0000-0000-0000-000000000000"}, "Select a valid choice"),
        ({"on_call_until": "tomorrow"}, "Enter a day and a time"),
        ({"on_call_until": "9999-12-31T23:59"}, "Choose a day between 2000 and 2099."),
        ({"told_at": "0001-01-01T00:00"}, "Choose a day between 2000 and 2099."),
        ({"acknowledged-sev-1-open": ""}, "Say why a go is right without knowing."),
    ],
)
def test_bad_input_is_said_in_place(changed: dict[str, str], words: str) -> None:
    scene = launches.scene()
    with launches.unwatched():
        answer = _as(scene.decider).post(_path(scene), _typed(scene, **changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LaunchDecision.objects.exists()


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ({"password": ""}, "Give your password"),
        ({"password": "wrong"}, "That is not your password."),
        ({"return_to": "9" * 121}, "120 is the most"),
        ({"on_call_until": "tomorrow"}, "Enter a day and a time"),
    ],
)
def test_every_mistake_is_at_its_field_at_once(refused: dict[str, str], words: str) -> None:
    scene = launches.scene()
    typed = _typed(scene, **{"rationale": "", "told": "", "acknowledged-sev-1-open": "", **refused})
    with launches.unwatched():
        page = _as(scene.decider).post(_path(scene), typed).content.decode()
    assert words in page
    for other in ("Say why, in a sentence or two.", "Say who was told.", "Say why a go is right without knowing."):
        assert other in page, other


def test_a_no_go_needs_nothing_but_its_reason_and_a_proof() -> None:
    scene = launches.scene(answered=False, drilled=False)
    bare = {"verdict": "no-go", "seen": "0", "rationale": "The load test failed.", "password": portal.PASSWORD}
    assert _as(scene.decider).post(_path(scene), bare).status_code == 302
    assert LaunchDecision.objects.get().verdict == "no-go"


def test_conditions_come_filled_in_and_are_recorded_as_they_are_left() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "red")
    client = _as(scene.decider)
    page = client.get(_path(scene)).content.decode()
    assert "Bring to green: " in page
    due = clock.today_in("UTC") + datetime.timedelta(days=9)
    typed = _typed(scene, verdict="conditional-go") | {
        "condition-api.endpoints-text": "Two more runs",
        "condition-api.endpoints-owner": str(scene.engineer.public_id),
        "condition-api.endpoints-due_on": str(due),
    }
    assert client.post(_path(scene), typed).status_code == 302
    condition = LaunchDecision.objects.get().conditions.get()
    assert (condition.text, condition.owner, condition.due_on) == ("Two more runs", scene.engineer, due)


def test_a_condition_too_far_off_is_refused_at_its_day() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "red")
    typed = _typed(scene, verdict="conditional-go") | {
        "condition-api.endpoints-text": "Two more runs",
        "condition-api.endpoints-owner": str(scene.engineer.public_id),
        "condition-api.endpoints-due_on": "2099-01-01",
    }
    answer = _as(scene.decider).post(_path(scene), typed)
    assert answer.status_code == 422
    assert "A condition is due within 30 days" in answer.content.decode()


def test_what_is_yellow_becomes_a_condition_only_when_it_is_ticked() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    fields = {
        "condition-api.endpoints-text": "Two more runs",
        "condition-api.endpoints-owner": str(scene.engineer.public_id),
        "condition-api.endpoints-due_on": str(clock.today_in("UTC")),
    }
    client = _as(scene.decider)
    without = client.post(_path(scene), _typed(scene, verdict="conditional-go") | fields)
    assert without.status_code == 422
    ticked = {**_typed(scene, verdict="conditional-go"), **fields, "condition-api.endpoints-include": "on"}
    assert client.post(_path(scene), ticked).status_code == 302


def test_somebody_else_was_faster() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    client = _as(scene.decider)
    answer = client.post(_path(scene), _typed(scene))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "recorded no-go in the meantime" in page
    assert "Earlier decisions" in page
    assert 'name="seen" value="1"' in page
    assert client.post(_path(scene), _typed(scene, seen="1")).status_code == 302


def test_who_may_not_decide_sees_the_same_picture_without_the_form() -> None:
    scene = launches.scene()
    page = _as(scene.engineer).get(_path(scene)).content.decode()
    assert "Ready" in page
    assert "You are not a decider of this team. Somebody else decides: Dora Decider." in page
    assert page.count("You are not a decider of this team.") == 1
    assert "Your password, again" not in page
    assert _as(scene.engineer).post(_path(scene), _typed(scene)).status_code == 403
    assert not LaunchDecision.objects.exists()


@pytest.mark.parametrize("query", ["environment=moon", "environment="])
def test_an_environment_that_does_not_exist_is_no_page(query: str) -> None:
    scene = launches.scene()
    path = _path(scene).split("?")[0]
    expected = 404 if query.endswith("moon") else 200
    assert _as(scene.decider).get(f"{path}?{query}").status_code == expected


def test_production_is_shown_where_no_environment_is_named() -> None:
    scene = launches.scene()
    page = _as(scene.decider).get(_path(scene).split("?")[0]).content.decode()
    assert "Reviews a go reads, and that are missing" in page
    assert "<span>to production" in page


def test_what_one_may_not_see_does_not_exist() -> None:
    scene = launches.scene(restricted=True)
    decision = launches.decide(scene)
    stranger = _as(portal.member(portal.team(), Role.DECIDER))
    for path in (_path(scene), decision.get_absolute_url(), f"{decision.get_absolute_url()}snapshot.json"):
        assert stranger.get(path).status_code == 404


def test_what_it_saw_names_every_review_that_a_go_reads_with_the_assessment() -> None:
    scene = launches.scene()
    decision = launches.going_live(scene)
    frozen = json.loads(decision.snapshot)
    page = _as(scene.engineer).get(decision.get_absolute_url()).content.decode()
    assert {review["kind"] for review in frozen["reviews"]} == {"deployment", "prelaunch", "pillars"}
    assert all(f"{review['title']} on {review['template']}" in page for review in frozen["reviews"])


def test_elsewhere_it_names_the_deployment_review_alone() -> None:
    decision = launches.decide(launches.scene())
    assert [review["kind"] for review in json.loads(decision.snapshot)["reviews"]] == ["deployment"]


def test_the_json_is_that_of_the_digest() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    answer = _as(scene.engineer).get(f"{decision.get_absolute_url()}snapshot.json")
    assert hashlib.sha256(answer.content).hexdigest() == decision.snapshot_digest
    assert json.loads(answer.content)["decision"]["by"] == "Dora Decider"
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_frozen_page_shows_what_was_seen_then_and_says_what_changed_since() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    User.objects.filter(pk=scene.approver.pk).update(name="Somebody Else")
    type(scene.service).objects.filter(pk=scene.service.pk).update(serving_stack="Another gateway")
    page = _as(scene.engineer).get(decision.get_absolute_url()).content.decode()
    assert "Alma Approver" in page
    assert "Changed since: the gate denies" in page
    assert "The service’s traits, tier or way back changed." in page


def test_an_item_that_the_tier_leaves_optional_is_frozen_as_one_that_does_not_count() -> None:
    scene = launches.scene(tier=3, answered=False)
    for key in launches.CRITICAL:
        launches.green(scene, key)
        launches.sign(scene, key)
    page = _as(scene.engineer).get(launches.decide(scene).get_absolute_url()).content.decode()
    assert page.count("not answered, does not count") == len(launches.OTHER)


def test_a_missing_review_is_offered_to_those_who_may_start_it_and_to_nobody_else() -> None:
    scene = launches.scene()
    start = f"/services/{scene.service.slug}/reviews/start/"
    path = _path(scene, "production")

    page = _as(scene.decider).get(path).content.decode()

    assert start in _as(scene.engineer).get(path).content.decode()
    assert start not in page
    assert f"{scene.service.team.name} starts it" in page


def test_a_condition_is_said_to_be_met_where_its_action_item_stands_by_those_who_may() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    item = decision.conditions.get().action_items.get()
    stranger = portal.member(portal.team(), Role.CONTRIBUTOR)

    assert "Say it is met" in _as(scene.engineer).get(item.get_absolute_url()).content.decode()
    page = _as(stranger).get(item.get_absolute_url()).content.decode()
    assert "Say it is met" not in page
    assert f'href="{decision.get_absolute_url()}"' in page


def test_a_condition_is_met_on_its_page() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    condition = decision.conditions.get()
    client = _as(scene.engineer)
    path = reverse("readiness:condition_meet", args=[scene.service.slug, decision.number, condition.public_id])
    assert client.get(path).status_code == 200
    assert client.post(path, {"note": ""}).status_code == 422
    assert client.post(path, {"note": "Run 1190 is green."}).status_code == 302
    assert "Run 1190 is green." in client.get(decision.get_absolute_url()).content.decode()
    other = launches.scene()
    wrong = reverse("readiness:condition_meet", args=[other.service.slug, 1, condition.public_id])
    assert _as(other.engineer).post(wrong, {"note": "x"}).status_code == 404


def _asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


SHELL = 4


def test_the_page_costs_nine_statements_and_the_shell() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    launches.depends(scene, "stable")
    assert _asked(_as(scene.decider), _path(scene)) <= 9 + SHELL


def test_the_frozen_page_costs_four_and_the_shell() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    assert _asked(_as(scene.engineer), decision.get_absolute_url()) <= 4 + SHELL
