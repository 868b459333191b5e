"""Incidents: declared with their playbook, led, moved on with what each move asks for; two people do not cross."""

import datetime

import pytest
from django.core.management import call_command

from incidents.actions import incident_facts, incident_reach, incident_states, incidents, timelines
from incidents.actions.incident_facts import Facts
from incidents.actions.incident_reach import Touched
from incidents.choices import EntryKind, IncidentState
from incidents.models import Incident, IncidentRevision, StepRun, TimelineEntry
from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import incidents as factory
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(name="Fraud scoring")


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture(autouse=True)
def _playbooks(request: pytest.FixtureRequest) -> None:
    from incidents.actions import playbooks

    playbooks.load()


def lines(incident: Incident) -> list[tuple[str, str]]:
    return [(row.kind, row.text) for row in TimelineEntry.objects.filter(incident=incident).order_by("at", "pk")]


def test_a_declared_one_has_its_playbooks_steps_as_they_stood(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana, playbook="alert.drift")
    assert (incident.label, incident.revision, incident.state) == ("INC-0001", 1, IncidentState.INVESTIGATING)
    assert len(incident.steps_followed.steps) == 5
    said = lines(incident)
    assert said[0] == (EntryKind.DECLARED, "Support sees it since noon.")
    assert ("step", "Automated retraining is to be paused now until step 5 is done.") in said
    event = AuditEvent.objects.filter(verb="incident.declared").get()
    assert event.scope == service.scope


def test_the_teams_of_the_affected_services_are_told(service: Service, ana: User) -> None:
    other = readiness.service(name="Claims")
    reader = portal.member(other.scope.team, Role.CONTRIBUTOR)
    incident = factory.declared(service, ana, affected=[Touched(other, "reads the score")])
    assert Notification.objects.filter(recipient=reader, kind="incident").count() == 1
    assert not Notification.objects.filter(recipient=ana, kind="incident").exists()
    timelines.note(portal.access(reader), incident=incident, text="We see it too.")
    assert lines(incident)[-1] == (EntryKind.NOTE, "We see it too.")


def test_only_the_affected_teams_respond(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    stranger = portal.member(portal.team(), Role.CONTRIBUTOR)
    viewer = portal.member(service.scope.team, Role.VIEWER)
    for person in (stranger, viewer):
        with pytest.raises(NotPermitted):
            timelines.note(portal.access(person), incident=incident, text="Hello")
    with pytest.raises(NotPermitted):
        factory.declared(service, stranger)


def test_it_is_resolved_once_somebody_leads_and_every_step_is_settled(service: Service, ana: User) -> None:
    incident, access = factory.declared(service, ana, playbook="alert.cost-spike"), portal.access(ana)
    with pytest.raises(DomainError) as refused:
        incident_states.move(access, incident=incident, to="resolved", text="Fixed.")
    assert refused.value.errors["state"] == ["Nobody has taken command.", "4 steps of the playbook are open."]
    incident_reach.command(access, incident=incident, person=ana)
    for number in (1, 2, 3):
        timelines.step(access, incident=incident, number=number, did="done")
    with pytest.raises(DomainError):
        timelines.step(access, incident=incident, number=4, did="left-out")
    timelines.step(access, incident=incident, number=4, did="left-out", text="Nothing repeats.")
    incident_states.move(access, incident=incident, to="resolved", text="The caller is fixed.")
    resolved = factory.again(incident)
    assert (resolved.state, resolved.resolved_at is not None) == (IncidentState.RESOLVED, True)
    assert resolved.post_mortem_due_on is not None
    assert lines(incident)[-1] == (EntryKind.STATE, "Resolved: The caller is fixed.")


def test_what_comes_back_is_open_again_with_the_reason(service: Service, ana: User) -> None:
    incident = factory.resolved(factory.declared(service, ana), ana)
    with pytest.raises(DomainError) as refused:
        incident_states.move(portal.access(ana), incident=incident, to="investigating")
    assert list(refused.value.errors) == ["text"]
    incident_states.move(portal.access(ana), incident=incident, to="investigating", text="Late again since 14:00.")
    back = factory.again(incident)
    assert (back.state, back.resolved_at) == ("investigating", None)
    assert back.post_mortem_due_on == incident.post_mortem_due_on


@pytest.mark.parametrize("lowered", [2, 3])
def test_opened_again_lowered_and_resolved_it_owes_what_the_sev_1_owed(
    service: Service, ana: User, lowered: int
) -> None:
    incident, access = factory.resolved(factory.declared(service, ana, severity=1), ana), portal.access(ana)
    owed = incident.post_mortem_due_on
    assert owed is not None
    incident_states.move(access, incident=incident, to="investigating", text="It is back.")
    incident_states.change_severity(access, incident=incident, severity=lowered, text="One tenant only.")
    with clock.at(clock.now() + datetime.timedelta(days=3)):
        again = factory.resolved(factory.again(incident), ana)
    assert (again.severity, again.worst_severity, again.post_mortem_due_on) == (lowered, 1, owed)
    with pytest.raises(DomainError, match="What was once a sev-1 is closed once its post-mortem is published"):
        incident_states.move(access, incident=again, to="closed")


def test_lowered_before_it_is_resolved_it_owes_its_post_mortem_in_the_days_of_the_worst(
    service: Service, ana: User
) -> None:
    incident, access = factory.declared(service, ana, severity=1), portal.access(ana)
    incident_states.change_severity(access, incident=incident, severity=4, text="Nobody noticed.")
    small = factory.resolved(factory.again(incident), ana)
    severe = factory.resolved(factory.declared(service, ana, severity=1), ana)
    assert small.post_mortem_due_on == severe.post_mortem_due_on


def test_a_sev_2_is_closed_once_its_post_mortem_is_published(service: Service, ana: User) -> None:
    incident = factory.resolved(factory.declared(service, ana), ana)
    with pytest.raises(DomainError, match="post-mortem is published"):
        incident_states.move(portal.access(ana), incident=incident, to="closed")
    factory.explained(incident, ana)
    incident_states.move(portal.access(ana), incident=incident, to="closed")
    assert factory.again(incident).state == IncidentState.CLOSED


def test_of_two_at_once_the_second_is_told(service: Service, ana: User) -> None:
    incident, access = factory.declared(service, ana), portal.access(ana)
    incident_states.change_severity(access, incident=incident, severity=1, text="All payments.", seen=1)
    with pytest.raises(Conflict, match="in between"):
        incident_states.move(access, incident=incident, to="identified", text="The cache.", seen=1)
    assert factory.again(incident).state == IncidentState.INVESTIGATING


def test_a_step_is_ticked_once(service: Service, ana: User) -> None:
    incident, access = factory.declared(service, ana, playbook="alert.drift"), portal.access(ana)
    timelines.step(access, incident=incident, number=1, did="done")
    with pytest.raises(DomainError) as refused:
        timelines.step(access, incident=incident, number=1, did="done")
    assert refused.value.errors == {"step": ["Step 1 is done already."]}
    timelines.step(access, incident=incident, number=1, did="open")
    assert [row.did for row in StepRun.objects.filter(incident=incident)] == ["done", "open"]
    assert ("step", "Automated retraining stays paused until step 5 is done.") in lines(incident)


def test_command_goes_to_who_may_respond(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    outsider, lead = portal.member(portal.team(), Role.CONTRIBUTOR), service.owner
    with pytest.raises(DomainError) as refused:
        incident_reach.command(portal.access(ana), incident=incident, person=outsider)
    assert list(refused.value.errors) == ["commander"]
    incident_reach.command(portal.access(ana), incident=incident, person=lead, text="so that I can evaluate")
    assert factory.again(incident).commander == lead
    assert Notification.objects.filter(recipient=lead, subject__startswith="You have command").count() == 1


def test_a_status_update_reaches_the_teams_and_promises_the_next_word(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    timelines.update(portal.access(ana), incident=incident, text="Going back to 41.", next_word=30)
    promised = factory.again(incident).next_word_at
    assert promised is not None
    assert abs(promised - clock.now() - datetime.timedelta(minutes=30)) < datetime.timedelta(minutes=1)
    said = Notification.objects.filter(recipient=service.owner, subject__contains="Going back to 41.")
    assert said.count() == 1


def test_no_word_is_promised_on_what_is_over(service: Service, ana: User) -> None:
    incident = factory.resolved(factory.declared(service, ana), ana)
    with pytest.raises(DomainError) as refused:
        timelines.update(portal.access(ana), incident=incident, text="All is well.", next_word=30)
    assert refused.value.errors == {"next_word": ["It is over: no further word is promised."]}
    timelines.update(portal.access(ana), incident=incident, text="All is well.")
    assert factory.again(incident).next_word_at is None


def test_what_is_said_of_it_changes_as_a_revision(service: Service, ana: User) -> None:
    incident = factory.declared(service, ana)
    version = readiness.model_version(readiness.model(service))
    facts = Facts(title="Payments are held", harm="310 an hour", model_version=version)
    incident_facts.change(portal.access(ana), incident=incident, facts=facts)
    assert (factory.again(incident).title, IncidentRevision.objects.filter(subject=incident).count()) == (
        "Payments are held",
        2,
    )
    incident_facts.change(portal.access(ana), incident=incident, facts=facts)
    assert factory.again(incident).revision == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"severity": 7}, "severity"),
        ({"text": ""}, "text"),
        ({"playbook": "alert.none"}, "playbook"),
        ({"started_at": datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)}, "started_at"),
        ({"harm": "x" * 5000}, "harm"),
    ],
)
def test_what_is_wrong_with_a_new_one_is_said_at_its_field(
    service: Service, ana: User, said: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        factory.declared(service, ana, **said)
    assert list(refused.value.errors) == [field]
    assert not Incident.objects.exists()


def test_an_alert_declares_one_without_a_person(service: Service) -> None:
    new = incidents.NewIncident("Accuracy drop", 2, "Below 90 % since 13:47.", playbook="alert.accuracy-drop")
    incident = incidents.declare(None, service=service, new=new)
    assert (incident.declared_by, TimelineEntry.objects.filter(incident=incident).first().by) == (None, None)  # type: ignore[union-attr]
    assert Notification.objects.filter(recipient=service.owner, kind="incident").exists()


def test_the_record_of_it_verifies(service: Service, ana: User) -> None:
    factory.explained(factory.resolved(factory.declared(service, ana, playbook="alert.drift"), ana), ana)
    call_command("verify_record")
