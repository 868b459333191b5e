"""Naming who answers for a domain, replacing them, taking them off."""

import json

import pytest
from django.db import IntegrityError, transaction

from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Notification
from portal.permissions import Role
from readiness.actions import ownership, service_states
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries import ownership as ownership_queries
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


def domain(key: str = "drift") -> OwnershipDomain:
    return OwnershipDomain.objects.get(key=key)


def holders(service: Service, key: str = "drift") -> dict[str, str]:
    held = Assignment.objects.current().filter(service=service, domain__key=key).select_related("person")
    return {assignment.person.name: assignment.role for assignment in held}


def test_naming_somebody_fills_the_hole_is_recorded_and_told() -> None:
    service = readiness.service()
    ana = portal.member(service.team, Role.CONTRIBUTOR, name="Ana")

    ownership.assign(portal.access(service.owner), service=service, domain=domain(), person=ana, role="accountable")

    event = AuditEvent.objects.get(verb="ownership.assigned")
    assert holders(service) == {"Ana": "accountable"}
    assert json.loads(event.body)["facts"] == {
        "service": service.slug,
        "domain": "drift",
        "role": "accountable",
        "person": str(ana.public_id),
    }
    assert Service.objects.get(pk=service.pk).status.owner_holes == 3
    assert Notification.objects.get(recipient=ana).subject == (
        f"You are now accountable for Drift monitoring of {service.name}"
    )


def test_naming_another_replaces_the_first_in_one_act_and_keeps_the_history() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    ana, ben = (portal.member(service.team, Role.CONTRIBUTOR, name=name) for name in ("Ana", "Ben"))
    ownership.assign(lead, service=service, domain=domain(), person=ana, role="accountable")

    ownership.assign(lead, service=service, domain=domain(), person=ben, role="accountable")

    assert holders(service) == {"Ben": "accountable"}
    before = Assignment.objects.get(service=service, person=ana)
    assert before.ended_at is not None
    assert before.ended_event is not None
    assert before.ended_event.verb == "ownership.vacated"
    assert "in your place" in Notification.objects.filter(recipient=ana).latest("created_at").subject


def test_any_number_support_and_a_supporter_can_become_accountable() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    ana, ben = (portal.member(service.team, Role.CONTRIBUTOR, name=name) for name in ("Ana", "Ben"))
    for person in (ana, ben):
        ownership.assign(lead, service=service, domain=domain(), person=person, role="supporting")

    ownership.assign(lead, service=service, domain=domain(), person=ben, role="accountable")

    assert holders(service) == {"Ana": "supporting", "Ben": "accountable"}


def test_vacating_needs_a_reason_and_opens_the_hole_again() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    ana = portal.member(service.team, Role.CONTRIBUTOR, name="Ana")
    ownership.assign(lead, service=service, domain=domain(), person=ana, role="accountable")

    with pytest.raises(DomainError) as refusal:
        ownership.vacate(lead, service=service, domain=domain(), person=ana, reason="  ")
    ownership.vacate(lead, service=service, domain=domain(), person=ana, reason="Moves to another team")

    assert list(refusal.value.errors) == ["reason"]
    assert holders(service) == {}
    assert Service.objects.get(pk=service.pk).status.owner_holes == 4
    assert "Moves to another team" in Notification.objects.filter(recipient=ana).latest("created_at").subject


def test_taking_off_somebody_who_holds_nothing_is_refused() -> None:
    service = readiness.service()

    with pytest.raises(DomainError) as refusal:
        ownership.vacate(
            portal.access(service.owner), service=service, domain=domain(), person=service.owner, reason="Leaves"
        )

    assert list(refusal.value.errors) == ["person"]


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER, Role.VIEWER])
def test_only_a_lead_of_the_team_names_owners(role: Role) -> None:
    service = readiness.service()
    member = portal.member(service.team, role)

    with pytest.raises(NotPermitted):
        ownership.assign(portal.access(member), service=service, domain=domain(), person=member, role="accountable")

    assert holders(service) == {}


def test_a_lead_of_another_team_and_an_administrator_name_nobody() -> None:
    service = readiness.service()

    for stranger in (portal.member(portal.team(), Role.LEAD), portal.member(None, Role.ADMINISTRATOR)):
        with pytest.raises(NotPermitted):
            ownership.assign(
                portal.access(stranger), service=service, domain=domain(), person=service.owner, role="accountable"
            )


def test_who_cannot_see_the_service_cannot_hold_it() -> None:
    service = readiness.service(restricted=True)
    lead = portal.access(service.owner)
    colleague = portal.member(portal.team(), Role.CONTRIBUTOR, name="Olga")
    nobody = portal.person("Nele")

    for person in (colleague, nobody):
        with pytest.raises(DomainError) as refusal:
            ownership.assign(lead, service=service, domain=domain(), person=person, role="supporting")
        assert list(refusal.value.errors) == ["person"]

    assert colleague not in ownership_queries.candidates(service)
    assert colleague in ownership_queries.candidates(readiness.service(team=service.team, lead=service.owner))


def test_a_closed_account_cannot_hold_a_domain() -> None:
    service = readiness.service()
    gone = portal.member(service.team, Role.CONTRIBUTOR, name="Gone")
    gone.is_active = False
    gone.save()

    with pytest.raises(DomainError, match="is closed"):
        ownership.assign(portal.access(service.owner), service=service, domain=domain(), person=gone, role="supporting")


def test_a_domain_that_is_not_part_of_the_service_is_refused_with_its_rule() -> None:
    service = readiness.service(sourcing="third-party-api")

    with pytest.raises(DomainError) as refusal:
        ownership.assign(
            portal.access(service.owner), service=service, domain=domain(), person=service.owner, role="accountable"
        )

    assert "third-party API" in refusal.value.errors["domain"][0]


def test_the_owners_of_a_retired_service_stay_as_they_were() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    service_states.retire(lead, service=service, reason="Replaced")
    service = Service.objects.get(pk=service.pk)

    with pytest.raises(DomainError, match="retired"):
        ownership.assign(lead, service=service, domain=domain(), person=service.owner, role="accountable")


def test_the_accountable_person_cannot_slip_into_support_and_leave_a_hole() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    ownership.assign(lead, service=service, domain=domain(), person=service.owner, role="accountable")

    with pytest.raises(DomainError, match="Name somebody else accountable first"):
        ownership.assign(lead, service=service, domain=domain(), person=service.owner, role="supporting")

    assert holders(service) == {service.owner.name: "accountable"}


@pytest.mark.postgres
def test_the_database_holds_that_one_person_is_accountable() -> None:
    service = readiness.service()
    ana, ben = (portal.member(service.team, Role.CONTRIBUTOR) for _ in range(2))
    made = ownership.assign(
        portal.access(service.owner), service=service, domain=domain(), person=ana, role="accountable"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            service=service, domain=domain(), person=ben, role="accountable", since=made.since, event=made.event
        )


def test_a_role_that_does_not_exist_is_refused_at_its_field() -> None:
    service = readiness.service()

    with pytest.raises(DomainError) as refusal:
        ownership.assign(
            portal.access(service.owner),
            service=service,
            domain=OwnershipDomain.objects.all()[0],
            person=service.owner,
            role="boss",
        )
    assert list(refusal.value.errors) == ["role"]
