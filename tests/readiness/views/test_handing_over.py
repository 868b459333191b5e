"""The page on which a person's things are handed over."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import User
from portal.permissions import Role
from readiness.actions import ownership
from readiness.models import Assignment, OwnershipDomain, Service
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def leaver(service: Service) -> User:
    leaver = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Lena Leaves")
    lead = portal.access(portal.member(service.scope.team, Role.LEAD))
    domain = OwnershipDomain.objects.get(key="inference")
    ownership.assign(lead, service=service, domain=domain, person=leaver, role="accountable")
    return leaver


@pytest.fixture
def lead(client: Client, service: Service) -> Client:
    client.force_login(portal.member(service.scope.team, Role.LEAD, name="Lea Lead"))
    return client


def test_a_lead_hands_over_what_is_chosen_beforehand(lead: Client, service: Service, leaver: User) -> None:
    page = reverse("readiness:hand_over", args=[leaver.public_id])
    successor = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Stan Stays")
    held = Assignment.objects.current().get()
    assert f'value="domain:{held.public_id}" id="held-1" checked' in lead.get(page).content.decode()

    answer = lead.post(page, {"to": successor.public_id, "things": [f"domain:{held.public_id}"]}, follow=True)

    assert "Stan Stays has taken over 1 of what was Lena Leaves" in answer.content.decode()
    assert Assignment.objects.current().get().person == successor


def test_without_a_person_or_a_thing_the_form_says_so_and_keeps_the_choice(lead: Client, leaver: User) -> None:
    page = reverse("readiness:hand_over", args=[leaver.public_id])

    answer = lead.post(page, {"to": "", "things": []})

    assert answer.status_code == 422
    assert "Choose what is handed over." in answer.content.decode()


def test_who_may_not_hand_over_sees_the_list_without_a_button(client: Client, service: Service, leaver: User) -> None:
    client.force_login(leaver)

    html = client.get(reverse("readiness:hand_over", args=[leaver.public_id])).content.decode()

    assert "hands it over" in html
    assert ">Hand over</button>" not in html


def test_an_auditor_finds_nobody_beyond_the_teams_they_audit(client: Client, leaver: User) -> None:
    client.force_login(portal.member(None, Role.AUDITOR))

    assert client.get(reverse("readiness:hand_over", args=[leaver.public_id])).status_code == 404


def test_the_card_on_a_person_page_lists_it(lead: Client, leaver: User) -> None:
    html = lead.get(reverse("readiness:hand_over", args=[leaver.public_id]), headers={"HX-Request": "true"})

    assert "accountable" in html.content.decode()
    assert "<html" not in html.content.decode()


def test_the_way_there_starts_at_the_persons_page_the_teams_page_and_the_ownership_page(
    lead: Client, service: Service, leaver: User
) -> None:
    there = reverse("readiness:hand_over", args=[leaver.public_id])
    whose = reverse("readiness:hand_over_whose")
    team = service.scope.team.slug

    assert there in lead.get(reverse("portal:person", args=[leaver.public_id])).content.decode()
    assert f"{whose}?team={team}" in lead.get(reverse("portal:team", args=[team])).content.decode()
    assert whose in lead.get(reverse("readiness:ownership")).content.decode()
    assert whose in lead.get(reverse("readiness:service_ownership", args=[service.slug])).content.decode()
    assert "Lena Leaves" in lead.get(whose, {"team": team}, headers={"HX-Request": "true"}).content.decode()
    assert lead.get(whose, {"person": str(leaver.public_id)})["Location"] == there
    assert lead.get(whose, {"person": ""}).status_code == 422


def test_only_who_owns_something_one_may_see_is_offered(lead: Client, leaver: User) -> None:
    hidden = readiness.service(team=portal.team(), restricted=True)
    page = lead.get(reverse("readiness:hand_over_whose")).content.decode()
    assert str(leaver.public_id) in page
    assert str(hidden.owner.public_id) not in page


def test_a_services_owner_is_replaced_from_its_ownership_page(lead: Client, service: Service) -> None:
    heir = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Hera Heir")
    page = lead.get(reverse("readiness:service_ownership", args=[service.slug])).content.decode()
    link = re.search(r'href="([^"]+\?things=service:[^"]+)"[^>]*>Replace<', page)
    assert link
    form = lead.get(link[1]).content.decode()
    assert re.findall(r'value="([^"]+)" id="held-\d+" checked', form) == [f"service:{service.public_id}"]

    lead.post(link[1], {"to": heir.public_id, "things": [f"service:{service.public_id}"]})

    service.refresh_from_db()
    assert service.owner == heir
