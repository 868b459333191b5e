"""An open incident that touches a restricted service tells those who may not see that service nothing of it."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import alert_incidents, alert_posts, incident_facts, incident_reach
from incidents.actions.alert_sources import Made
from incidents.actions.incident_reach import Touched
from incidents.models import Alert, Incident
from incidents.queries import post_mortems, runbooks
from incidents.rules import post_mortems as post_mortem_rules
from portal.actions import searching
from portal.errors import DomainError
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from portal.queries import searching as found_by
from portal.queries.searching import Wanted
from readiness.models import Service
from tests.factories import alerts, callers, portal, readiness
from tests.factories import incidents as factory
from tests.factories import runbooks as runbook_factory

pytestmark = pytest.mark.django_db

SECRET = "nightingale"


@dataclass(frozen=True)
class Scene:
    """An incident of an open service; `insider` sees the restricted one that it affects, `outsider` does not."""

    incident: Incident
    hidden: Service
    insider: User
    outsider: User


@pytest.fixture
def scene() -> Scene:
    """It affects Project Nightingale: an alert of that is joined, and a runbook of it is at hand."""
    service = readiness.service(name="Fraud scoring", slug="fraud-scoring")
    hidden = readiness.service(name="Project Nightingale", slug="project-nightingale", restricted=True)
    insider = portal.member(service.scope.team, Role.LEAD, name="Ida")
    portal.member(hidden.scope.team, Role.LEAD, who=insider)
    outsider = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Otto")
    access = portal.access(insider)
    source = alerts.source(hidden.scope.team, name="Nightingale metrics")
    incident = factory.declared(service, insider)
    incident_reach.affect(access, incident=incident, touched=Touched(hidden, "Nightingale reads the score"))
    _told(source, alerts.told("NightingaleLate", service=hidden.slug))
    alert_incidents.join(access, alert=Alert.objects.get(), incident=incident)
    _told(source, alerts.told("NightingaleLate", "resolved", service=hidden.slug))
    _told(source, alerts.told("NightingaleLate", minute=50, service=hidden.slug))
    book = runbook_factory.runbook(hidden, insider, title="Hold Nightingale")
    incident_facts.name_runbook(access, incident=incident, revision=runbooks.standing_revision(book))
    return Scene(factory.again(incident), hidden, insider, outsider)


def _told(source: Made, row: dict[str, object]) -> None:
    alert_posts.work_off(alert_posts.receive(source.source, body=alerts.group(row)).pk)


def page(scene: Scene, who: User) -> str:
    client = Client()
    client.force_login(who)
    return client.get(scene.incident.get_absolute_url()).content.decode()


def test_its_page_is_without_the_name_the_alerts_and_the_runbook(scene: Scene) -> None:
    told = page(scene, scene.outsider)
    assert SECRET not in told.casefold()
    assert "A restricted service is affected." in told
    assert "A runbook of a restricted service is at hand." in told
    assert "An alert of a restricted service is still firing." in told
    seen = page(scene, scene.insider)
    for words in (
        "Project Nightingale is affected: Nightingale reads",
        "Hold Nightingale",
        "The alert NightingaleLate",
    ):
        assert words in seen


def test_the_api_is_without_them_too(scene: Scene) -> None:
    one = f"incidents/{scene.incident.public_id}/"
    for path in (one, f"{one}timeline/"):
        assert SECRET not in callers.caller(scene.outsider).get(path).content.decode().casefold()
    assert callers.as_json(callers.caller(scene.outsider).get(one))["affected"] == []
    assert callers.as_json(callers.caller(scene.insider).get(one))["affected"] == ["project-nightingale"]


def test_what_stands_in_the_way_of_a_move_does_not_name_its_alert(scene: Scene) -> None:
    moved = callers.caller(scene.outsider, "write").post(
        f"incidents/{scene.incident.public_id}/move",
        {"state": "resolved", "text": "It is over.", "revision": scene.incident.revision},
    )
    assert (moved.status_code, SECRET in moved.content.decode().casefold()) == (422, False)


def test_no_search_finds_the_incident_by_it(scene: Scene) -> None:
    searching.freshen()
    for who in (scene.outsider, scene.insider):
        kinds = {hit.kind for hit in found_by.found(portal.access(who), Wanted("nightingale")).hits}
        assert "incident" not in kinds


def test_the_record_and_the_notices_of_the_open_service_do_not_name_it(scene: Scene) -> None:
    events = AuditEvent.objects.filter(scope=scene.incident.service.scope).prefetch_related("texts")
    said = " ".join(f"{event.body} {[text.value for text in event.texts.all()]}" for event in events)
    assert SECRET not in said.casefold()
    notices = Notification.objects.filter(recipient=scene.outsider).values_list("subject", flat=True)
    assert "INC-0001 on Fraud scoring affects one more service: Answers come late" in notices
    assert not [subject for subject in notices if SECRET in subject.casefold()]


def test_the_team_of_the_restricted_service_is_told_by_its_name(scene: Scene) -> None:
    own = Notification.objects.filter(recipient=scene.hidden.owner).values_list("subject", flat=True)
    assert "INC-0001 on Fraud scoring affects Project Nightingale: Answers come late" in own


def test_the_post_mortem_begins_without_it(scene: Scene) -> None:
    begun = post_mortem_rules.begun_from(post_mortems.known(scene.incident))
    assert SECRET not in str(begun).casefold()
    assert "a restricted service" in str(begun)


def command_form(incident: Incident, who: User) -> tuple[str, Client]:
    client = Client()
    client.force_login(who)
    return reverse("incidents:incident_command", args=[incident.service.slug, incident.number]), client


def test_its_team_is_offered_command_only_by_who_may_see_the_service(scene: Scene) -> None:
    path, client = command_form(scene.incident, scene.outsider)
    offered = client.get(path).content.decode()
    assert str(scene.insider.public_id) in offered
    assert str(scene.hidden.owner.public_id) not in offered
    seen = {"seen": scene.incident.revision, "text": ""}
    assert client.post(path, {**seen, "commander": scene.hidden.owner.public_id}).status_code == 422
    path, client = command_form(scene.incident, scene.insider)
    assert str(scene.hidden.owner.public_id) in client.get(path).content.decode()
    assert client.post(path, {**seen, "commander": scene.hidden.owner.public_id}).status_code == 302
    assert factory.again(scene.incident).commander == scene.hidden.owner


def test_a_hand_over_to_its_team_is_refused_like_one_to_any_stranger(scene: Scene) -> None:
    stranger = portal.member(portal.team(), Role.CONTRIBUTOR, name=scene.hidden.owner.name)
    told = []
    for person in (scene.hidden.owner, stranger):
        with pytest.raises(DomainError) as refused:
            incident_reach.command(portal.access(scene.outsider), incident=scene.incident, person=person)
        told.append(refused.value.errors)
    assert told[0] == told[1]
    assert list(told[0]) == ["commander"]


def test_nobody_who_may_not_see_a_restricted_incident_is_given_command(scene: Scene) -> None:
    incident = factory.declared(scene.hidden, scene.insider, affected=[Touched(scene.incident.service)])
    path, client = command_form(incident, scene.insider)
    offered = client.get(path).content.decode()
    assert str(scene.insider.public_id) in offered
    assert str(scene.outsider.public_id) not in offered
    with pytest.raises(DomainError) as refused:
        incident_reach.command(portal.access(scene.insider), incident=incident, person=scene.outsider)
    assert list(refused.value.errors) == ["commander"]


def test_what_was_said_is_hidden_at_once_from_a_service_that_is_restricted_later(scene: Scene) -> None:
    scene.hidden.scope.restricted = False
    scene.hidden.scope.save()
    assert "Project Nightingale is affected" in page(scene, scene.outsider)
    scene.hidden.scope.restricted = True
    scene.hidden.scope.save()
    assert SECRET not in page(scene, scene.outsider).casefold()


def test_a_line_that_one_writes_oneself_comes_back_as_written(scene: Scene) -> None:
    path = f"incidents/{scene.incident.public_id}/timeline/"
    written = callers.caller(scene.outsider, "write").post(path, {"text": "The cache is full."})
    assert callers.as_json(written)["text"] == "The cache is full."
