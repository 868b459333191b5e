"""Pages of a playbook that a team adapts: its incidents take the team's own steps from then on."""

import pytest
from django.test import Client

from incidents.actions import playbooks
from incidents.models import AdaptedPlaybook, Incident
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import incidents, portal, readiness

pytestmark = pytest.mark.django_db
KEY = "alert.cost-spike"


@pytest.fixture
def service() -> Service:
    playbooks.load()
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def lead(service: Service) -> User:
    return portal.member(service.scope.team, Role.LEAD)


def typed(*rows: tuple[str, str, str], seen: int = 0, note: str = "We pay elsewhere.") -> dict[str, str]:
    form = {"seen": str(seen), "note": note}
    for number, (of, title, how) in enumerate(rows):
        form |= {f"steps-{number}-of": of, f"steps-{number}-title": title, f"steps-{number}-how": how}
    return form


def titles(incident: Incident) -> list[str]:
    return [step.title for step in incident.steps_followed.steps]


OWN = (("", "Ask Finance", "They see the invoice first."), ("1", "Find the caller", "By the bill of the hour."))


def test_incidents_take_the_adapted_steps_and_those_that_ship_after_going_back(
    client: Client, service: Service, lead: User
) -> None:
    address = f"/services/{service.slug}/playbooks/{KEY}/"
    before = incidents.declared(service, playbook=KEY)
    client.force_login(lead)
    assert "Nobody adapted it" in client.get(address).content.decode()
    assert client.post(f"{address}adapt/", typed(*OWN)).status_code == 302
    page = client.get(address).content.decode()
    for words in ("Ask Finance", "What ships", "We pay elsewhere.", "a step of this team"):
        assert words in page
    assert titles(incidents.declared(service, playbook=KEY)) == ["Ask Finance", "Find the caller"]
    assert titles(Incident.objects.get(pk=before.pk)) == titles(before), "an open one keeps its steps"
    assert titles(incidents.declared(readiness.service(slug="else"), playbook=KEY)) == titles(before)

    assert client.post(f"{address}as-shipped/", {"seen": "1", "note": ""}).status_code == 422
    assert client.post(f"{address}as-shipped/", {"seen": "1", "note": "Nobody asked Finance."}).status_code == 302
    assert titles(incidents.declared(service, playbook=KEY)) == titles(before)
    assert AdaptedPlaybook.objects.get().revisions.count() == 2
    assert {"playbook.adapted", "playbook.returned"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_who_was_slower_is_told_and_keeps_what_was_typed(client: Client, service: Service, lead: User) -> None:
    address = f"/services/{service.slug}/playbooks/{KEY}/adapt/"
    client.force_login(lead)
    assert client.post(address, typed(*OWN)).status_code == 302
    late = client.post(address, typed(("", "Mine", "As I do it.")))
    assert late.status_code == 422
    assert "As I do it." in late.content.decode()
    assert client.post(address, typed(("", "Mine", ""), seen=1)).status_code == 422
    assert client.post(address, typed(("", "Mine", "As I do it."), seen=1)).status_code == 302
    assert AdaptedPlaybook.objects.get().revision == 2


def test_others_read_it_and_do_not_write(client: Client, service: Service) -> None:
    client.force_login(portal.member(portal.team(), Role.LEAD))
    address = f"/services/{service.slug}/playbooks/{KEY}/"
    assert "Adapt it" not in client.get(address).content.decode()
    assert client.post(f"{address}adapt/", typed(*OWN)).status_code == 403
    assert client.get(f"/services/{service.slug}/playbooks/alert.nothing/").status_code == 404
