"""Alerts, their sources and rules read by machine."""

import pytest

from incidents.actions import alert_posts, alert_rules, alert_tray
from incidents.actions.alert_rules import Written
from incidents.models import Alert, AlertRule
from portal.models import User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, callers, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    found = readiness.service(slug="fraud-scoring")
    made = alerts.source(found.scope.team)
    rule = Written("Cost", {"alertname": "CostSpike"}, threshold="over 20 %")
    alert_rules.make(portal.access(portal.member(found.scope.team, Role.LEAD)), service=found, written=rule)
    body = alerts.group(alerts.told(), alerts.told("Noise"), alerts.told("Over", "resolved", service=found.slug))
    alert_posts.work_off(alert_posts.receive(made.source, body=body).pk)
    return found


@pytest.fixture
def engineer(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR)


def names(tool: callers.Caller, query: str) -> set[str]:
    return {row["name"] for row in tool.get(f"alerts/?{query}").json()["results"]}


def test_alerts_are_listed_filtered_and_told_one_by_one(engineer: User) -> None:
    tool = callers.caller(engineer)
    assert names(tool, "") == {"CostSpike", "Noise", "Over"}
    assert names(tool, "tray=true") == {"Noise", "Over"}
    assert names(tool, "tray=false") == {"CostSpike"}
    assert names(tool, "state=resolved&service=fraud-scoring") == {"Over"}
    assert names(tool, "since=2026-11-21T12:01:00Z") == set()
    assert names(tool, f"rule={AlertRule.objects.get().public_id}") == {"CostSpike"}
    one = Alert.objects.get(name="CostSpike")
    told = tool.get(f"alerts/told/{one.public_id}/")
    assert (told.json()["labels"], told.json()["service"]) == ({"alertname": "CostSpike"}, "fraud-scoring")
    assert tool.get("alerts/?colour=red").status_code == 422


@pytest.mark.parametrize(
    ("role", "trays", "sources"),
    [(Role.COMPLIANCE, {"Noise"}, 1), (Role.ADMINISTRATOR, set(), 1), (Role.AUDITOR, set(), 0)],
)
def test_of_those_across_teams_compliance_alone_reads_every_tray(
    service: Service, role: Role, trays: set[str], sources: int
) -> None:
    tool = callers.caller(portal.member(None, role))
    assert names(tool, "tray=true") - {"Over"} == trays
    assert len(tool.get("alert-sources/").json()["results"]) == sources
    noise = Alert.objects.get(name="Noise")
    assert tool.get(f"alerts/told/{noise.public_id}/").status_code == (200 if trays else 404)


def test_who_placed_an_alert_is_told(service: Service, engineer: User) -> None:
    tool, noise = callers.caller(engineer), Alert.objects.get(name="Noise")
    assert tool.get(f"alerts/told/{noise.public_id}/").json()["placements"] == []
    alert_tray.leave_out(portal.access(engineer), alert=noise, reason="A test.")
    placed = tool.get(f"alerts/told/{noise.public_id}/").json()["placements"]
    assert [(one["act"], one["by"]) for one in placed] == [("left-out", engineer.email)]


def test_pages_go_on_by_cursor(engineer: User) -> None:
    tool = callers.caller(engineer)
    first = tool.get("alerts/?page_size=2").json()
    assert (len(first["results"]), bool(first["next"])) == (2, True)


def test_sources_and_rules_are_told_without_secrets(service: Service, engineer: User) -> None:
    tool = callers.caller(engineer)
    source = tool.get(f"alert-sources/?team={service.scope.team.slug}&revoked=false").json()["results"][0]
    assert source["last_post_at"]
    assert not {"token", "token_digest", "secret"} & set(source)
    assert tool.get(f"alert-sources/{source['id']}/").json() == source
    rule = tool.get("alert-rules/?service=fraud-scoring&ended=false").json()["results"][0]
    assert (rule["name"], rule["threshold"], rule["revision"]) == ("Cost", "over 20 %", 1)
    assert tool.get(f"alert-rules/{rule['id']}/").json() == rule


def test_another_team_reads_no_tray_and_no_source(service: Service) -> None:
    tool = callers.caller(portal.member(portal.team(), Role.LEAD))
    assert names(tool, "") == {"CostSpike", "Over"}
    assert tool.get("alert-sources/").json()["results"] == []
    assert tool.get(f"alerts/told/{Alert.objects.get(name='Noise').public_id}/").status_code == 404
