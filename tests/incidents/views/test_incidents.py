"""The pages of incidents: declared, ticked and told in place; what is refused keeps what was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import playbooks
from incidents.models import Incident, PostMortem, StepRun, TimelineEntry
from portal.models import User
from portal.permissions import Role
from readiness.models import ActionItem, Service
from tests.factories import incidents as factory
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    playbooks.load()
    return readiness.service(name="Fraud scoring")


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def browser(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def place(name: str, of: Incident) -> str:
    return reverse(f"incidents:{name}", args=[of.service.slug, of.number])


def test_an_incident_is_declared_from_its_form(service: Service, ana: User) -> None:
    path = reverse("incidents:incident_declare", args=[service.slug])
    typed = {"title": "Payments are held", "severity": "2", "text": "Since noon.", "playbook": "alert.drift"}
    refused = browser(ana).post(path, {**typed, "title": ""})
    assert (refused.status_code, "Since noon." in refused.content.decode()) == (422, True)
    answer = browser(ana).post(path, {**typed, "take_command": "on"})
    incident = Incident.objects.get()
    assert (answer.status_code, incident.commander) == (302, ana)
    page = browser(ana).get(incident.get_absolute_url()).content.decode()
    assert "5 steps of the playbook are open." in page
    assert "Automated retraining is to be paused now until step 5 is done." in page


def test_a_step_is_ticked_in_place(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana, playbook="alert.drift")
    part = browser(ana).post(
        place("incident_step", incident), {"number": "1", "did": "done"}, headers={"HX-Request": "true"}
    )
    assert (part.status_code, "<html" in part.content.decode()) == (200, False)
    assert "1 of 5 done" in part.content.decode()
    assert StepRun.objects.get().by == ana


def test_a_step_left_out_without_a_reason_is_refused_in_place(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana, playbook="alert.drift")
    part = browser(ana).post(
        place("incident_step", incident), {"number": "2", "did": "left-out", "note": ""}, headers={"HX-Request": "true"}
    )
    assert (part.status_code, "Say why it is left out." in part.content.decode()) == (422, True)


def test_a_note_stands_in_the_timeline_and_an_empty_one_is_refused(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    assert browser(ana).post(place("incident_say", incident), {"text": " ", "to": "timeline"}).status_code == 422
    browser(ana).post(place("incident_say", incident), {"text": "<b>7 of 12</b> serve it", "to": "timeline"})
    page = browser(ana).get(incident.get_absolute_url()).content.decode()
    assert "&lt;b&gt;7 of 12&lt;/b&gt; serve it" in page
    assert TimelineEntry.objects.filter(incident=incident, kind="note").count() == 1


def test_a_template_begins_a_status_update(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana, title="Held {payments}")
    page = browser(ana).get(f"{incident.get_absolute_url()}?words=identified").content.decode()
    assert "The cause of “Held {payments}” is found" in page


def test_what_somebody_else_moved_in_between_is_said_and_nothing_is_lost(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    path = place("incident_move", incident)
    browser(ana).post(place("incident_severity", incident), {"severity": "1", "text": "All of them.", "seen": "1"})
    late = browser(ana).post(path, {"state": "identified", "text": "The cache.", "seen": "1"})
    assert (late.status_code, "in between" in late.content.decode()) == (422, True)
    assert "The cache." in late.content.decode()
    assert browser(ana).post(path, {"state": "identified", "text": "The cache.", "seen": "2"}).status_code == 302


def test_who_reads_only_is_offered_nothing_to_do(service: Service) -> None:
    incident = factory.declared(service, playbook="alert.drift")
    reader = portal.member(portal.team(), Role.VIEWER)
    page = browser(reader).get(incident.get_absolute_url()).content.decode()
    assert "Take command" not in page
    assert "hx-post" not in page
    assert browser(reader).get(place("incident_move", incident)).status_code == 403
    assert browser(reader).post(place("incident_say", incident), {"text": "x"}).status_code == 403


def test_an_incident_of_a_restricted_service_is_not_there_for_others() -> None:
    hidden = readiness.service(restricted=True)
    incident = factory.declared(hidden)
    reader = portal.member(portal.team(), Role.CONTRIBUTOR)
    assert browser(reader).get(incident.get_absolute_url()).status_code == 404
    assert incident.title not in browser(reader).get(reverse("incidents:incidents")).content.decode()


@pytest.mark.parametrize(("query", "found"), [("state=open", True), ("severity=1", False), ("q=INC-0001", True)])
def test_the_list_is_filtered_and_exported(service: Service, ana: User, query: str, found: bool) -> None:
    incident = factory.declared(service, ana, title="Unusual words here")
    answer = browser(ana).get(f"{reverse('incidents:incidents')}?{query}")
    assert (incident.title in answer.content.decode()) is found
    sheet = browser(ana).get(f"{reverse('incidents:incidents')}?{query}&_export=csv").content.decode()
    assert ("INC-0001 Unusual words here" in sheet) is found


def test_a_post_mortem_is_begun_written_published_and_followed_up(service: Service, ana: User) -> None:
    incident = factory.resolved(factory.declared(service, ana, playbook="alert.cost-spike"), ana)
    client = browser(ana)
    form = client.post(place("post_mortem_begin", incident), follow=True).content.decode()
    assert "Looked at, and it passed." in form
    page = client.get(place("post_mortem", incident)).content.decode()
    assert "In short is not written yet." in page
    post_mortem = PostMortem.objects.get()
    typed = {
        "seen": "1",
        "keeper": str(ana.public_id),
        "review_every": "365",
        **factory.ACCOUNT,
        "note": "The account",
    }
    assert client.post(place("post_mortem_revise", incident), typed).status_code == 302
    client.post(place("post_mortem_publish", incident), {"seen": "2"})
    post_mortem.refresh_from_db()
    assert (post_mortem.state, post_mortem.revision) == ("published", 3)
    assert client.get(place("post_mortem_compare", incident)).status_code == 200
    wanted = {"title": "Set a limit", "owner": str(ana.public_id), "priority": "2", "due_on": ""}
    assert client.post(place("post_mortem_follow_up", incident), wanted).status_code == 302
    item = ActionItem.objects.get()
    assert (item.origin, item.origin_url) == ("post-mortem", post_mortem.get_absolute_url())
    proposed = {"place": "prelaunch", "text": "Every cache has a limit.", "why": "Nobody asked."}
    assert client.post(place("post_mortem_propose", incident), proposed).status_code == 302
    page = client.get(place("post_mortem", incident)).content.decode()
    assert ("Set a limit" in page, "Every cache has a limit." in page) == (True, True)
