"""Pages of a playbook that a team adapts: its incidents take the team's own steps from then on."""

import re

import pytest
from django.test import Client

from incidents.actions import alert_rules, playbooks
from incidents.actions.alert_rules import Written
from incidents.models import AdaptedPlaybook, AlertPlaybook, Incident
from portal import catalogue
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, incidents, portal, readiness

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


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("up-2", ["A", "C", "B"]),
        ("down-0", ["B", "A", "C"]),
        ("up-0", ["A", "B", "C"]),
        ("down-2", ["A", "B", "C"]),
        ("remove-1", ["A", "C"]),
        ("add", ["A", "B", "C"]),
    ],
)
def test_without_a_script_buttons_put_the_steps_in_order_and_save_nothing(
    client: Client, service: Service, lead: User, asked: str, order: list[str]
) -> None:
    client.force_login(lead)
    form = typed(("", "A", "As."), ("", "B", "Bs."), ("", "C", ""), note="Half a reason")
    page = client.post(f"/services/{service.slug}/playbooks/{KEY}/adapt/", {**form, "steps-arranged": asked})
    assert page.status_code == 200
    shown = page.content.decode()
    assert re.findall(r'name="steps-\d+-title" value="(\w*)"', shown) == [*order, ""], "and one blank row"
    assert 'value="Half a reason"' in shown
    assert "needs another look" not in shown
    assert not AdaptedPlaybook.objects.exists()


def test_steps_are_followed_in_the_order_of_their_rows(client: Client, service: Service, lead: User) -> None:
    client.force_login(lead)
    form = typed(
        ("2", "Batch first", "Move it."), ("", "Ask Finance", "They see it."), ("1", "Find it", "By the bill.")
    )
    assert client.post(f"/services/{service.slug}/playbooks/{KEY}/adapt/", form).status_code == 302
    assert titles(incidents.declared(service, playbook=KEY)) == ["Batch first", "Ask Finance", "Find it"]


def test_who_was_slower_sees_what_stands_now(client: Client, service: Service, lead: User) -> None:
    client.force_login(lead)
    address = f"/services/{service.slug}/playbooks/{KEY}/"
    client.post(f"{address}adapt/", typed(*OWN))
    late = client.post(f"{address}adapt/", typed(("", "Mine", "As I do it."))).content.decode()
    for words in ("What stands now", "Ask Finance", "We pay elsewhere.", 'value="Mine"'):
        assert words in late
    client.post(f"{address}adapt/", typed(*OWN, seen=1, note="Again."))
    stale = client.post(f"{address}as-shipped/", {"seen": "1", "note": "Nobody asked."})
    assert stale.status_code == 422
    assert 'name="seen" value="2"' in stale.content.decode(), "to send it again is a choice"


def test_a_change_of_what_ships_is_said_until_somebody_adapts_it_again(
    client: Client, service: Service, lead: User
) -> None:
    client.force_login(lead)
    address = f"/services/{service.slug}/playbooks/"
    client.post(f"{address}{KEY}/adapt/", typed(*OWN))
    assert "has changed" not in client.get(f"{address}{KEY}/").content.decode()
    row = AlertPlaybook.objects.get(key=KEY)
    first, *others = row.playbook.steps
    newer = row.playbook.model_copy(update={"steps": (first.model_copy(update={"how": "Ask the vendor."}), *others)})
    AlertPlaybook.objects.filter(pk=row.pk).update(content=catalogue.content(newer), digest=catalogue.digest(newer))

    page = client.get(f"{address}{KEY}/").content.decode()
    assert "What ships has changed since" in page
    assert f"Step 1, {first.title}: said in other words" in page
    assert "What ships has changed" in client.get(address).content.decode()
    told = callers.as_json(callers.caller(lead).get(f"services/{service.slug}/playbooks/{KEY}/"))
    assert told["shipped_changed"] == [{"of": 1, "title": first.title, "what": "said in other words"}]
    client.post(f"{address}{KEY}/adapt/", typed(*OWN, seen=1, note="Read beside it: ours stay."))
    assert "has changed" not in client.get(f"{address}{KEY}/").content.decode()


def test_where_one_looks_it_is_said_who_adapted_it_and_when(client: Client, service: Service, lead: User) -> None:
    client.force_login(lead)
    address = f"/services/{service.slug}/playbooks/"
    written = Written("Cost", {"alertname": "CostSpike"}, playbook=KEY)
    alert_rules.make(portal.access(lead), service=service, written=written)
    assert "adapted by" not in client.get("/alerts/").content.decode()
    client.post(f"{address}{KEY}/adapt/", typed(*OWN))
    assert f"adapted by {lead.name}" in client.get(address).content.decode()
    matrix = client.get("/alerts/").content.decode()
    assert f"adapted by {lead.name}" in matrix
    assert f'href="{address}"' in matrix
    for place in ("incidents/", "incidents/glance/"):
        assert f'href="{address}"' in client.get(f"/services/{service.slug}/{place}").content.decode()
    assert f"by {lead.name}" in client.get("/playbooks/").content.decode()
    client.post(f"{address}{KEY}/as-shipped/", {"seen": "1", "note": "Nobody asked Finance."})
    assert "as it ships again since" in client.get(address).content.decode()
    assert "adapted by" not in client.get("/alerts/").content.decode()


def test_who_may_not_see_a_service_does_not_hear_that_it_adapted_one(client: Client) -> None:
    playbooks.load()
    hidden = readiness.service(name="Hidden from most", restricted=True)
    client.force_login(hidden.owner)
    client.post(f"/services/{hidden.slug}/playbooks/{KEY}/adapt/", typed(*OWN))
    assert "Hidden from most" in client.get("/playbooks/").content.decode()
    client.force_login(portal.member(portal.team(), Role.LEAD))
    assert "Hidden from most" not in client.get("/playbooks/").content.decode()
    assert client.get(f"/services/{hidden.slug}/playbooks/").status_code == 404


def test_others_read_it_and_do_not_write(client: Client, service: Service) -> None:
    client.force_login(portal.member(portal.team(), Role.LEAD))
    address = f"/services/{service.slug}/playbooks/{KEY}/"
    assert "Adapt it" not in client.get(address).content.decode()
    assert client.post(f"{address}adapt/", typed(*OWN)).status_code == 403
    assert client.get(f"/services/{service.slug}/playbooks/alert.nothing/").status_code == 404
