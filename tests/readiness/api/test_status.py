"""The status of a service in one call: cheap, conditional, and equal to what the decision would say."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from readiness.actions import absences, dependencies
from readiness.queries import launch_subjects, launch_watch, service_status
from tests.factories import callers, launches, portal, readiness

pytestmark = pytest.mark.django_db


def test_it_says_what_was_decided_how_far_it_is_and_who_owns_it() -> None:
    scene = launches.scene()
    launches.decide(scene)
    with launches.unwatched():
        body = callers.as_json(callers.caller(scene.engineer).get(f"services/{scene.service.slug}/status"))
    assert (body["decision"]["state"], body["decision"]["release"]) == ("go", "3.2.0")
    assert len(body["pillars"]) == 10
    assert (body["progress"]["applicable"], body["progress"]["green"]) == (4, 4)
    assert {owner["person"]["name"] for owner in body["owners"]} == {"Priya Lead"}
    assert body["next_due"]["what"] == "deployment"
    assert {trigger["key"] for trigger in body["open_triggers"]} == {"sev-1-open", "post-mortem-overdue"}


def test_a_domain_without_an_owner_is_shown_as_a_hole() -> None:
    service = readiness.service()
    body = callers.as_json(callers.caller(service.owner).get(f"services/{service.slug}/status"))
    assert {owner["person"] for owner in body["owners"]} == {None}
    assert "key-person" in {trigger["key"] for trigger in body["open_triggers"]}


def test_it_costs_three_statements_with_a_token_and_three_of_whoever_watches_incidents() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.engineer)
    tool.get(f"services/{scene.service.slug}/status")
    with CaptureQueriesContext(connection) as asked:
        tool.get(f"services/{scene.service.slug}/status")
    assert len(asked) == 6


def test_the_same_status_is_not_sent_twice() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.engineer)
    path = f"services/{scene.service.slug}/status"
    first = tool.get(path)
    assert tool.get(path, if_none_match=first["ETag"]).status_code == 304
    launches.decide(scene, "no-go")
    assert tool.get(path, if_none_match=first["ETag"]).status_code == 200


def test_who_may_not_see_the_service_gets_404() -> None:
    service = readiness.service(restricted=True)
    stranger = callers.caller(portal.member(portal.team(), portal.Role.LEAD))
    assert stranger.get(f"services/{service.slug}/status").status_code == 404


def _away(scene: launches.Scene) -> None:
    today = clock.today_in("UTC")
    absences.enter(scene.access("lead"), person=scene.lead, starts_on=today, ends_on=today)


def _deputy(scene: launches.Scene) -> None:
    today = clock.today_in("UTC")
    absences.enter(scene.access("lead"), person=scene.lead, starts_on=today, ends_on=today, deputy=scene.engineer)


def _depends(scene: launches.Scene, state: str) -> None:
    for name, declared in (("store", "stable"), ("provider", state)):
        added = dependencies.add(scene.access("engineer"), service=scene.service, name=name)
        if declared:
            dependencies.declare(scene.access("engineer"), dependency=added, state=declared, note="Slow since noon.")


WORLDS: dict[str, Callable[[], launches.Scene]] = {
    "all is well": launches.scene,
    "nothing is answered": lambda: launches.scene(answered=False, drilled=False),
    "third party without a dependency": lambda: launches.scene(sourcing="third-party-api"),
    "an owner is away": lambda: launches.scene(),
    "a deputy stands in": lambda: launches.scene(),
    "the deputy is away as well": lambda: launches.scene(),
    "the provider is down": lambda: launches.scene(),
    "the provider was never declared": lambda: launches.scene(),
    "the drill is old": lambda: launches.scene(drilled=False),
    "the drill failed": lambda: launches.scene(drilled=False),
}


@pytest.mark.parametrize("world", WORLDS)
def test_its_triggers_are_those_of_the_decision(world: str) -> None:
    scene = WORLDS[world]()
    match world:
        case "an owner is away":
            _away(scene)
        case "a deputy stands in":
            _deputy(scene)
        case "the deputy is away as well":
            _deputy(scene)
            today = clock.today_in("UTC")
            absences.enter(scene.access("lead"), person=scene.engineer, starts_on=today, ends_on=today)
        case "the provider is down":
            _depends(scene, "down")
        case "the provider was never declared":
            _depends(scene, "")
        case "the drill is old":
            launches.drill(scene, performed_at=clock.now() - datetime.timedelta(days=92))
        case "the drill failed":
            launches.drill(scene, result="failed", note="It did not come back.")
    _agrees(scene)


@pytest.mark.parametrize("days", [180, 181])
def test_they_agree_on_the_days_around_an_age_that_nobody_has_counted(days: int) -> None:
    scene = launches.scene()
    with time_machine.travel(clock.now() + datetime.timedelta(days=days), tick=False):
        _agrees(scene)


@pytest.mark.parametrize("days", [3, 4])
def test_they_agree_on_the_days_around_the_end_of_a_credit(days: int) -> None:
    scene = launches.scene(answered=False)
    for key in (*launches.CRITICAL, *launches.OTHER):
        launches.green(scene, key)
    launches.rated(scene, "env.secrets", "yellow")
    launches.waived(scene, "env.secrets", clock.today_in("UTC") + datetime.timedelta(days=3))
    with time_machine.travel(clock.now() + datetime.timedelta(days=days), tick=False):
        _agrees(scene)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("hour", [1, 23])
def test_they_agree_on_the_day_of_a_team_far_from_utc(zone: str, hour: int) -> None:
    scene = launches.scene()
    type(scene.service.team).objects.filter(pk=scene.service.team.pk).update(time_zone=zone)
    scene.lead.time_zone = zone
    scene.lead.save()
    with time_machine.travel(clock.now().replace(hour=hour), tick=False):
        today = clock.today_in(zone)
        absences.enter(scene.access("lead"), person=scene.lead, starts_on=today, ends_on=today)
        _agrees(scene)


def _agrees(scene: launches.Scene) -> None:
    now = clock.now()
    status = service_status.find(scene.access("engineer"), scene.service.slug, now)
    subject = launch_subjects.find(scene.access("engineer"), scene.service.slug, "3.2.0", "production")
    assert status is not None
    assert subject is not None
    decided = {(one.key, one.state) for one in launch_watch.at(subject, now).triggers if one.fires or one.is_unknown}
    assert {(one.key, one.state) for one in status.triggers} == decided
