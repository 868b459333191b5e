"""Firing alerts at the launch: one of production refuses the go and the gate, with a link, until it ends."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.actions import alert_posts
from incidents.actions.alert_sources import Made
from incidents.models import Alert, AlertPost, AlertSource
from incidents.queries import launch_gates
from portal import clock
from readiness.choices import EnvironmentKind, TriggerState
from readiness.models import Environment
from readiness.queries import launch_subjects, launch_watch
from readiness.rules.triggers import Key, Trigger
from tests.factories import alerts, callers, incidents, launches
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return launches.scene()


@pytest.fixture
def source(scene: Scene) -> Made:
    return alerts.source(scene.service.scope.team)


def tell(source: Made, *rows: dict[str, object]) -> None:
    alert_posts.work_off(alert_posts.receive(source.source, body=alerts.group(*rows)).pk)


def told(scene: Scene, status: str = "firing", **labels: str) -> dict[str, object]:
    return alerts.told(status=status, service=scene.service.slug, severity="critical", **labels)


def said(scene: Scene, environment: str = "production") -> Trigger:
    found = launches.look(scene, environment).snapshot.triggers
    return next(trigger for trigger in found if trigger.key == Key.UNUSUAL_METRICS)


def test_an_alert_of_production_refuses_the_go_until_it_ends(scene: Scene, source: Made) -> None:
    assert said(scene).state is TriggerState.NOT_APPLICABLE
    tell(source, told(scene))
    fired = said(scene)
    assert fired.state is TriggerState.FIRING
    assert [(one.text, one.url) for one in fired.details] == [
        ("CostSpike", f"/alerts/{Alert.objects.get().public_id}/")
    ]
    assert not launches.look(scene, "production").outlook.go.possible
    tell(source, told(scene, "resolved"))
    assert said(scene).state is TriggerState.NOT_APPLICABLE


def test_after_a_deployment_alerts_that_are_heard_and_silent_are_clear(scene: Scene, source: Made) -> None:
    launches.live(scene)
    assert said(scene).facts.endswith("Alerts are not monitored here.")
    tell(source, told(scene))
    assert said(scene).state is TriggerState.FIRING
    tell(source, told(scene, "resolved"))
    assert "No alert fires; Alertmanager was last heard " in said(scene).facts


def test_an_alert_that_names_no_environment_of_the_service_says_so(scene: Scene, source: Made) -> None:
    tell(source, told(scene, env="prod"))
    assert "“prod”: no environment of this service is called so" in said(scene).facts


def test_what_nobody_hears_is_unknown_and_not_clear(scene: Scene, source: Made) -> None:
    launches.live(scene)
    tell(source, told(scene, "resolved"))
    assert "No alert fires; " in said(scene).facts
    AlertSource.objects.update(last_post_at=clock.now() - datetime.timedelta(hours=721))
    assert "No alert fires" not in said(scene).facts
    assert said(scene).facts.endswith("So whether an alert fires is not known.")


def test_while_posts_are_stuck_nobody_knows_what_fires(scene: Scene, source: Made) -> None:
    launches.live(scene)
    tell(source, told(scene, "resolved"))
    AlertPost.objects.create(source=source.source, body="{}", received_at=clock.now(), attempts=3, error="Locked.")
    assert "Posts of Alertmanager could not be taken in." in said(scene).facts


@pytest.mark.parametrize(
    ("labels", "where"),
    [
        ({}, {"production"}),
        ({"environment": "production"}, {"production"}),
        ({"env": "Staging"}, {"staging"}),
        ({"environment": "", "env": "staging"}, {"staging"}),
        ({"environment": "a lab"}, {"production"}),
        ({"env": "prod"}, {"production"}),
    ],
)
def test_an_alert_counts_where_it_stands(scene: Scene, source: Made, labels: dict[str, str], where: set[str]) -> None:
    tell(source, told(scene, **labels))
    found = {one.name for one in scene.service.environments.all() if said(scene, one.name).fires}
    assert found == where


def test_all_environments_of_a_release_are_told_at_once_each_its_own(scene: Scene, source: Made) -> None:
    tell(source, told(scene, environment="staging"))
    subjects = [
        subject
        for one in scene.service.environments.all()
        if (subject := launch_subjects.find(scene.access("lead"), scene.service.slug, scene.release.label, one.name))
    ]
    watches = launch_watch.each(subjects, alerts.NOON)
    fires = {
        subject.environment.name
        for subject, watch in zip(subjects, watches, strict=True)
        if any(one.fires and one.key == Key.UNUSUAL_METRICS for one in watch.triggers)
    }
    assert fires == {"staging"}


def test_an_alert_of_another_service_and_one_left_out_stop_nothing(scene: Scene, source: Made) -> None:
    tell(source, told(scene), alerts.told("Other", service="another"))
    Alert.objects.update(state="left-out", left_out_reason="A test.")
    assert said(scene).state is TriggerState.NOT_APPLICABLE


def test_the_gate_and_the_status_deny_while_an_alert_fires(scene: Scene, source: Made) -> None:
    launches.decide(scene)
    tool = callers.caller(scene.engineer)
    path = f"services/{scene.service.slug}/gate?release={scene.release.label}&environment=staging"
    assert callers.as_json(tool.get(path))["verdict"] == "allow"
    tell(source, told(scene, environment="staging"))
    body = callers.as_json(tool.get(path))
    assert (body["verdict"], [one["code"] for one in body["reasons"]]) == ("deny", ["trigger:unusual-metrics"])


def test_incidents_and_alerts_take_one_statement_together(scene: Scene, source: Made) -> None:
    incidents.declared(scene.service, severity=1)
    rows = [alerts.told(f"Alert {number}", service=scene.service.slug) for number in range(12)]
    tell(source, *rows)
    environments = list(Environment.objects.filter(service=scene.service))
    with CaptureQueriesContext(connection) as captured:
        found = launch_gates.of_release(scene.release, environments, alerts.NOON)
    assert len(captured) == 1
    production = next(one.pk for one in environments if one.kind == EnvironmentKind.PRODUCTION)
    fired = [one for one in found[production] if one.fires]
    assert {one.key for one in fired} == {Key.SEV1_OPEN, Key.UNUSUAL_METRICS}
    assert fired[-1].facts.startswith("12 alerts fire: Alert 0, Alert 1,")
    assert fired[-1].facts.endswith(" and others.")


def test_the_decision_page_shows_the_alert_with_its_link(client: Client, scene: Scene, source: Made) -> None:
    tell(source, told(scene))
    client.force_login(scene.decider)
    page = client.get(f"/services/{scene.service.slug}/releases/{scene.release.label}/decide/?environment=production")
    assert f'href="/alerts/{Alert.objects.get().public_id}/"' in page.content.decode()
