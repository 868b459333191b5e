"""Incidents at the launch: an open sev-1 stops it, an overdue post-mortem too, and what is fixed does not."""

import datetime

import pytest

from incidents.actions import incident_states
from incidents.actions.incident_reach import Touched
from incidents.queries import launch_gates
from portal import clock
from portal.errors import DomainError
from readiness.actions import dependencies
from readiness.choices import TriggerState
from readiness.models import Release
from readiness.rules.triggers import Key, Trigger
from tests.factories import callers, incidents, launches, portal, readiness
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return launches.scene()


def said(scene: Scene, key: Key) -> Trigger:
    found = launches.look(scene).snapshot.triggers
    return next(trigger for trigger in found if trigger.key == key)


def possible(scene: Scene) -> bool:
    return launches.look(scene).outlook.go.possible


def test_an_open_sev_1_stops_the_launch_until_it_is_resolved(scene: Scene) -> None:
    assert possible(scene)
    incident = incidents.declared(scene.service, severity=1)
    fired = said(scene, Key.SEV1_OPEN)
    assert (fired.state, possible(scene)) == (TriggerState.FIRING, False)
    assert fired.details[0].text == "INC-0001, Answers come late"
    incidents.resolved(incident)
    assert said(scene, Key.SEV1_OPEN).state is TriggerState.CLEAR
    assert possible(scene)


def test_the_gate_denies_while_a_sev_1_is_open(scene: Scene) -> None:
    launches.decide(scene)

    def verdict() -> tuple[str, list[str]]:
        path = f"services/{scene.service.slug}/gate?release={scene.release.label}&environment=staging"
        body = callers.as_json(callers.caller(scene.engineer).get(path))
        return body["verdict"], [reason["code"] for reason in body["reasons"]]

    assert verdict()[0] == "allow"
    incident = incidents.declared(scene.service, severity=1)
    assert verdict() == ("deny", ["trigger:sev-1-open"])
    incidents.resolved(incident)
    assert verdict()[0] == "allow"


def test_a_sev_2_of_its_own_stops_nothing(scene: Scene) -> None:
    incidents.declared(scene.service, severity=2)
    assert possible(scene)


def test_an_overdue_post_mortem_of_what_was_a_sev_1_stops_the_launch(scene: Scene) -> None:
    incident = incidents.declared(scene.service, severity=1)
    lead = portal.access(scene.service.owner)
    incident_states.change_severity(lead, incident=incident, severity=3, text="One tenant only.")
    incidents.resolved(incidents.again(incident))
    assert said(scene, Key.POST_MORTEM).state is TriggerState.CLEAR
    with clock.at(clock.now() + datetime.timedelta(days=9)):
        assert said(scene, Key.POST_MORTEM).state is TriggerState.FIRING


def test_a_sev_1_elsewhere_that_affects_it_stops_it(scene: Scene) -> None:
    other = readiness.service(name="Fraud scoring")
    incidents.declared(other, severity=1, affected=[Touched(scene.service, "reads the score")])
    assert not possible(scene)
    assert said(scene, Key.SEV1_OPEN).details[0].text.endswith("/INC-0001, Answers come late")


def test_an_open_sev_2_elsewhere_makes_the_dependency_unstable(scene: Scene) -> None:
    other = readiness.service(name="Fraud scoring")
    dependencies.add(scene.access("lead"), service=scene.service, name="Scores", upstream=other)
    incident = incidents.declared(other, severity=2)
    fired = said(scene, Key.DEPENDENCY)
    assert (fired.state, "Fraud scoring" in fired.facts) == (TriggerState.FIRING, True)
    incidents.resolved(incident)
    assert said(scene, Key.DEPENDENCY).state is not TriggerState.FIRING


@pytest.mark.parametrize("name", ["Project Nightingale", "project-nightingale"])
@pytest.mark.parametrize("restricted", [True, False])
def test_a_dependency_is_a_service_because_it_was_chosen_and_never_by_its_name(
    scene: Scene, name: str, restricted: bool
) -> None:
    other = readiness.service(name="Project Nightingale", slug="project-nightingale", restricted=restricted)
    incidents.declared(other, severity=1)
    dependencies.add(scene.access("lead"), service=scene.service, name=name)
    assert said(scene, Key.DEPENDENCY).state is not TriggerState.FIRING


def test_an_incident_of_a_restricted_service_is_not_told_by_name(scene: Scene) -> None:
    other = readiness.service(name="Secret scoring", restricted=True)
    incidents.declared(other, severity=1, title="Secret harm", affected=[Touched(scene.service)])
    fired = said(scene, Key.SEV1_OPEN)
    assert fired.state is TriggerState.FIRING
    assert "Secret" not in f"{fired.facts} {fired.details[0].text} {fired.details[0].url}"


def test_a_dependency_shows_its_incident_as_a_link_and_a_restricted_one_as_words(scene: Scene) -> None:
    team = scene.service.scope.team
    for name, restricted in (("Fraud scoring", False), ("Secret scoring", True)):
        other = readiness.service(name=name, team=team, restricted=restricted)
        dependencies.add(scene.access("lead"), service=scene.service, name=name, upstream=other)
        incidents.declared(other, severity=2, title=f"{name} is late")
    fired = said(scene, Key.DEPENDENCY)
    told = {
        detail.text: detail.url for detail in fired.details if "coring" in detail.text or "restricted" in detail.text
    }
    hidden, shown = sorted(told.items())
    assert hidden == ("A sev-2 of a restricted service", "")
    assert shown[0].startswith("Fraud scoring: ")
    assert shown[1].endswith("/incidents/1/")


def test_an_overdue_post_mortem_of_a_restricted_service_is_not_told_by_name(scene: Scene) -> None:
    other = readiness.service(slug="secret-scoring", team=scene.service.scope.team, restricted=True)
    incidents.resolved(incidents.declared(other, severity=1, affected=[Touched(scene.service)]))
    owed = said(scene, Key.POST_MORTEM)
    assert (owed.state, "secret" in owed.facts) == (TriggerState.CLEAR, False)
    assert "That of an incident of a restricted service is due" in owed.facts


def test_a_release_that_fixes_a_restricted_one_does_not_link_to_it(scene: Scene) -> None:
    other = readiness.service(slug="secret-scoring", restricted=True)
    incidents.declared(other, severity=1, affected=[Touched(scene.service)])
    release = readiness.release(scene.service, fixes_incident="secret-scoring/INC-0001")
    named = launch_gates.named(scene.service, release.fixes_incident)
    assert named is not None
    assert (named.title, named.url) == ("", "")


@pytest.mark.parametrize("named", ["INC-0001", "inc-1", "1"])
def test_the_release_that_fixes_it_is_not_blocked_by_it(scene: Scene, named: str) -> None:
    incidents.declared(scene.service, severity=1)
    Release.objects.filter(pk=scene.release.pk).update(fixes_incident=named)
    scene.release.refresh_from_db()
    assert said(scene, Key.SEV1_OPEN).state is TriggerState.CLEAR
    assert "names it as what it fixes" in said(scene, Key.SEV1_OPEN).facts
    incidents.declared(scene.service, severity=1, title="Another one")
    assert not possible(scene)


def test_a_release_names_an_incident_that_is_there(scene: Scene) -> None:
    with pytest.raises(DomainError) as refused:
        readiness.release(scene.service, fixes_incident="INC-0007")
    assert list(refused.value.errors) == ["fixes_incident"]
    incidents.declared(scene.service)
    assert readiness.release(scene.service, fixes_incident="INC-0001").fixes_incident == "INC-0001"


def test_an_overdue_post_mortem_of_a_sev_1_stops_it_until_it_is_published(scene: Scene) -> None:
    incident = incidents.resolved(incidents.declared(scene.service, severity=1))
    assert incident.post_mortem_due_on is not None
    assert said(scene, Key.POST_MORTEM).state is TriggerState.CLEAR
    late = datetime.datetime.combine(
        incident.post_mortem_due_on + datetime.timedelta(days=1), datetime.time(9), datetime.UTC
    )
    with clock.at(late):
        assert said(scene, Key.POST_MORTEM).state is TriggerState.FIRING
        incidents.explained(incident)
        assert said(scene, Key.POST_MORTEM).state is TriggerState.CLEAR


def test_without_incidents_both_read_not_monitored_here(scene: Scene) -> None:
    with launches.unwatched():
        for key in (Key.SEV1_OPEN, Key.POST_MORTEM):
            assert said(scene, key).state is TriggerState.UNKNOWN
            assert said(scene, key).facts.startswith("Not monitored here")
