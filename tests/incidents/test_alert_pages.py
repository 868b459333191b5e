"""The pages of alerts: what covers each, the tray, the sources, and what one does there."""

import pytest
from django.test import Client

from incidents.actions import alert_posts, alert_rules, alert_tray
from incidents.actions.alert_rules import Written
from incidents.models import Alert, AlertRule, AlertSource
from incidents.queries import alert_gaps
from portal import clock
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, callers, incidents, portal, readiness, runbooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def lead(service: Service) -> User:
    return portal.member(service.scope.team, Role.LEAD)


def _rule(service: Service, lead: User, **written: object) -> AlertRule:
    terms = {"name": "Cost spike", "matchers": {"alertname": "CostSpike"}, **written}
    return alert_rules.make(portal.access(lead), service=service, written=Written(**terms))  # type: ignore[arg-type]


def _told(service: Service, *rows: dict[str, object]) -> AlertSource:
    made = alerts.source(service.scope.team)
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(*rows)).pk)
    return made.source


def test_a_lead_connects_a_source_and_sees_its_token_once(client: Client, service: Service, lead: User) -> None:
    client.force_login(lead)
    form = {"name": "Grafana", "team": service.scope.team.slug, "kind": "grafana"}
    page = client.post("/alerts/sources/new/", form)
    source = AlertSource.objects.get()
    assert page.status_code == 200
    assert "gha_" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    overview = client.get("/alerts/sources/").content.decode()
    assert "Grafana" in overview
    assert "gha_" not in overview
    assert client.post("/alerts/sources/new/", form).status_code == 422, "the name is taken"

    assert client.post(f"/alerts/sources/{source.public_id}/revoke/").status_code == 302
    source.refresh_from_db()
    assert source.revoked_at
    assert {"alert-source.made", "alert-source.revoked"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_nobody_connects_a_source_of_a_team_that_they_do_not_lead(client: Client, service: Service) -> None:
    client.force_login(portal.member(service.scope.team, Role.CONTRIBUTOR))
    assert client.get("/alerts/sources/new/").status_code == 403
    client.force_login(portal.member(portal.team(), Role.LEAD))
    form = {"name": "Grafana", "team": service.scope.team.slug, "kind": "grafana"}
    assert client.post("/alerts/sources/new/", form).status_code == 422
    assert not AlertSource.objects.exists()


def test_an_alert_of_the_tray_becomes_a_rule_that_knows_the_next_one(
    client: Client, service: Service, lead: User
) -> None:
    _told(service, alerts.told(tenant="north"))
    client.force_login(lead)
    assert "CostSpike" in client.get("/alerts/").content.decode()
    alert = Alert.objects.get()
    assert client.get(f"/alerts/{alert.public_id}/match/").status_code == 200

    address = f"/services/fraud-scoring/alert-rules/new/?alert={alert.public_id}"
    assert "tenant=north" in client.get(address).content.decode()
    form = {"name": "Cost", "matchers": "alertname=CostSpike\ntenant=north", "severity": "3"}
    assert client.post(address, form).status_code == 302

    alert.refresh_from_db()
    assert (alert.service, alert.rule) == (service, AlertRule.objects.get())
    page = client.get("/alerts/").content.decode()
    assert "No runbook" in page
    assert "Nothing waits here" in page


def test_an_alert_is_matched_to_a_rule_that_is_there_or_left_out_with_a_reason(
    client: Client, service: Service, lead: User
) -> None:
    rule = _rule(service, lead, matchers={"alertname": "Other"})
    _told(service, alerts.told(), alerts.told("Noise"))
    known, noise = Alert.objects.get(name="CostSpike"), Alert.objects.get(name="Noise")
    client.force_login(lead)

    assert client.post(f"/alerts/{known.public_id}/match/", {"rule": rule.public_id}).status_code == 302
    assert client.post(f"/alerts/{noise.public_id}/leave-out/", {"reason": " "}).status_code == 422
    assert client.post(f"/alerts/{noise.public_id}/leave-out/", {"reason": "A test."}).status_code == 302

    known.refresh_from_db()
    noise.refresh_from_db()
    assert known.rule == rule
    assert (noise.state, noise.left_out_reason, noise.left_out_by) == ("left-out", "A test.", lead)
    assert client.get(f"/alerts/{noise.public_id}/match/").status_code == 404
    assert "Left out" in client.get("/alerts/all/").content.decode()


def test_an_alert_of_one_service_is_not_given_to_another_of_the_team(
    client: Client, service: Service, lead: User
) -> None:
    other = readiness.service(slug="other", team=service.scope.team)
    _told(service, alerts.told(service=service.slug))
    alert = Alert.objects.get()
    client.force_login(lead)
    address = f"/services/other/alert-rules/new/?alert={alert.public_id}"
    assert "CostSpike" not in client.get(address).content.decode()
    form = {"name": "Cost", "matchers": "alertname=CostSpike", "severity": "3"}
    assert client.post(address, form).status_code == 302, "the rule is made, and knows what comes for it"
    with pytest.raises(DomainError, match="service"):
        alert_tray.match(portal.access(lead), alert=alert, rule=AlertRule.objects.get(service=other))
    alert.refresh_from_db()
    assert (alert.service, alert.rule, alert.state) == (service, None, "firing")


def test_what_an_incident_waits_for_is_left_out_by_who_responds_to_it_and_told_there(
    service: Service, lead: User
) -> None:
    _told(service, alerts.told())
    elsewhere = incidents.declared(readiness.service(slug="elsewhere"))
    Alert.objects.update(incident=elsewhere)
    alert = Alert.objects.select_related("source", "service").get()
    with pytest.raises(NotPermitted):
        alert_tray.leave_out(portal.access(lead), alert=alert, reason="A test.")
    portal.member(elsewhere.service.scope.team, Role.CONTRIBUTOR, who=lead)
    alert_tray.leave_out(portal.access(lead), alert=alert, reason="A test.")
    said = elsewhere.timeline.order_by("pk").last()
    assert said is not None
    assert (said.text, said.by) == ("The alert CostSpike is left out: A test.", lead)


def test_what_another_team_may_not_see_or_do(client: Client, service: Service) -> None:
    _told(service, alerts.told())
    client.force_login(portal.member(portal.team(), Role.LEAD))
    assert "CostSpike" not in client.get("/alerts/").content.decode()
    assert client.get(f"/alerts/{Alert.objects.get().public_id}/match/").status_code == 404
    rule = _rule(service, portal.member(service.scope.team, Role.LEAD))
    address = f"/services/fraud-scoring/alert-rules/{rule.public_id}/"
    assert client.post(address, {"name": "x", "matchers": "a=b", "severity": "1", "seen": "1"}).status_code == 403


def test_a_changed_threshold_has_to_be_reviewed_again(client: Client, service: Service, lead: User) -> None:
    rule = _rule(service, lead, threshold="over 20 %")
    client.force_login(lead)
    address = f"/services/fraud-scoring/alert-rules/{rule.public_id}/"
    client.post(f"{address}reviewed/", {"seen": "1"})
    rule.refresh_from_db()
    assert (rule.threshold_reviewed_by, rule.revision) == (lead, 2)

    form = {"name": "Cost spike", "matchers": "alertname=CostSpike", "severity": "3", "threshold": "over 30 %"}
    assert client.post(address, {**form, "seen": "1"}).status_code == 422, "somebody was faster"
    assert client.post(address, {**form, "seen": "2"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.threshold, rule.threshold_reviewed_on) == ("over 30 %", None)
    assert rule.revisions.count() == 3


def test_a_rule_ends_with_a_reason_and_matches_nothing_more(client: Client, service: Service, lead: User) -> None:
    rule = _rule(service, lead)
    client.force_login(lead)
    address = f"/services/fraud-scoring/alert-rules/{rule.public_id}/end/"
    assert client.post(address, {"seen": "1", "reason": ""}).status_code == 422
    assert client.post(address, {"seen": "1", "reason": "The job is gone."}).status_code == 302
    _told(service, alerts.told())
    assert Alert.objects.get().rule is None


@pytest.mark.parametrize("matchers", ["", "alertname"])
def test_a_rule_that_asks_for_no_label_is_refused_at_its_field(
    client: Client, service: Service, lead: User, matchers: str
) -> None:
    client.force_login(lead)
    form = {"name": "Cost", "matchers": matchers, "severity": "3"}
    page = client.post("/services/fraud-scoring/alert-rules/new/", form)
    assert page.status_code == 422
    assert not AlertRule.objects.exists()


def test_each_hole_is_a_gap_of_the_service(service: Service, lead: User) -> None:
    _rule(service, lead, playbook="alert.cost-spike")
    found = {gap.title for _, gap in alert_gaps.of_services(Service.objects.filter(pk=service.pk), clock.now())}
    assert found == {
        "Write a runbook for the alert Cost spike",
        "Review the threshold of the alert Cost spike",
    }
    told = callers.caller(lead).get("services/fraud-scoring/gaps/").json()
    assert found <= {gap["title"] for gap in told["results"]}


def test_the_page_of_an_alert_says_what_it_tells_and_what_covers_it(
    client: Client, service: Service, lead: User
) -> None:
    _rule(service, lead, playbook="alert.cost-spike")
    _told(service, alerts.told(tenant="north"), alerts.told("Noise"))
    client.force_login(lead)
    known, noise = Alert.objects.get(name="CostSpike"), Alert.objects.get(name="Noise")

    page = client.get(f"/alerts/{known.public_id}/").content.decode()
    for words in ("tenant=north", "Cost spike", "It belongs to no incident"):
        assert words in page
    assert "Leave out" not in page
    waiting = client.get(f"/alerts/{noise.public_id}/").content.decode()
    assert "Leave out" in waiting
    client.force_login(portal.member(portal.team(), Role.LEAD))
    assert client.get(f"/alerts/{noise.public_id}/").status_code == 404


def test_the_page_of_an_alert_says_how_it_was_placed_and_by_whom(client: Client, service: Service, lead: User) -> None:
    rule = _rule(service, lead)
    _told(service, alerts.told(), alerts.told("Noise"), alerts.told("Lag", service=service.slug), alerts.told("Late"))
    client.force_login(lead)

    def page(name: str) -> str:
        return client.get(f"/alerts/{Alert.objects.get(name=name).public_id}/").content.decode()

    assert "Told, and known by the rule Cost spike" in page("CostSpike")
    assert f"Told as an alert of {service.name}: no rule knew it" in page("Lag")
    assert "kept in the tray" in page("Late")
    for name, address, form in (
        ("Late", "match", {"rule": rule.public_id}),
        ("Noise", "leave-out", {"reason": "A test."}),
        ("Lag", "join", {"incident": incidents.declared(service).public_id}),
    ):
        done = client.post(f"/alerts/{Alert.objects.get(name=name).public_id}/{address}/", form)
        assert done.status_code == 302, name
        assert lead.name in page(name).partition("How it was placed")[2]
    assert "Given to the rule Cost spike" in page("Late")
    assert "kept in the tray" in page("Late"), "what came first stays"
    assert "Left out: A test." in page("Noise")
    assert "Joined to INC-0001" in page("Lag")


def test_an_alert_of_one_service_is_given_to_no_rule_of_another(service: Service, lead: User) -> None:
    other = readiness.service(team=service.scope.team)
    _told(service, alerts.told("Lag", service=service.slug))
    rule = _rule(other, lead)
    with pytest.raises(DomainError) as refused:
        alert_tray.match(portal.access(lead), alert=Alert.objects.get(), rule=rule)
    assert list(refused.value.errors) == ["rule"]


def test_an_incident_is_declared_from_an_alert_and_another_alert_joins_it(
    client: Client, service: Service, lead: User
) -> None:
    _told(service, alerts.told(), alerts.told("Latency", service=service.slug, severity="critical"))
    cost, latency = Alert.objects.get(name="CostSpike"), Alert.objects.get(name="Latency")
    client.force_login(lead)

    assert "Declare an incident" in client.get("/alerts/").content.decode(), "the tray offers it"
    address = f"/services/{service.slug}/incidents/new/?alert={latency.public_id}"
    assert address in client.get(f"/alerts/{latency.public_id}/").content.decode()
    page = client.get(address).content.decode()
    assert 'value="Latency"' in page
    form = {"title": "Answers late", "severity": "2", "text": "As the alert says.", "take_command": "on"}
    assert client.post(address, {**form, "title": ""}).status_code == 422
    declared = client.post(address, form)
    assert declared.status_code == 302
    incident = client.get(declared["Location"]).content.decode()
    assert f"/alerts/{latency.public_id}/" in incident
    assert client.get(address).status_code == 404, "it is in an incident already"

    chosen = client.get(f"/incidents/new/?alert={cost.public_id}&service={service.slug}")
    assert chosen["Location"].endswith(f"?alert={cost.public_id}")
    latency.refresh_from_db()
    assert latency.incident is not None
    joined = client.post(f"/alerts/{cost.public_id}/join/", {"incident": latency.incident.public_id})
    assert joined["Location"] == declared["Location"]
    assert "INC-0001" in client.get("/alerts/").content.decode(), "the tray says where it is"


@pytest.mark.parametrize("named", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_no_incident_is_declared_from_an_alert_that_is_not_there(
    client: Client, service: Service, lead: User, named: str
) -> None:
    client.force_login(lead)
    assert client.get(f"/services/{service.slug}/incidents/new/?alert={named}").status_code == 404


def test_the_runbook_at_hand_is_named_on_an_incident(client: Client, service: Service, lead: User) -> None:
    incident, book = incidents.declared(service), runbooks.runbook(service, lead)
    client.force_login(lead)
    address = f"{incident.get_absolute_url()}runbook/"
    assert book.title in client.get(address).content.decode()
    assert client.post(address, {"seen": incident.revision, "runbook": ""}).status_code == 422
    assert client.post(address, {"seen": incident.revision, "runbook": book.public_id}).status_code == 302
    assert "revision 1" in client.get(incident.get_absolute_url()).content.decode()


def test_the_matrix_is_filtered_by_team_and_hole_in_pages_and_goes_out_as_a_file(
    client: Client, service: Service, lead: User
) -> None:
    other = readiness.service(slug="other", name="Other service")
    _rule(service, lead, playbook="alert.cost-spike")
    _rule(other, portal.member(other.scope.team, Role.LEAD), name="Elsewhere")
    client.force_login(lead)

    def shown(query: str) -> str:
        return client.get(f"/alerts/{query}").content.decode()

    assert "Elsewhere" in shown("")
    assert "Elsewhere" not in shown(f"?team={service.scope.team.slug}")
    assert "Elsewhere" in shown("?hole=playbook")
    assert "cost-spike" not in shown("?hole=playbook")
    assert "No service knows" not in shown("?q=nothing")
    told = client.get(f"/alerts/?team={service.scope.team.slug}&_export=csv").content.decode("utf-8-sig").splitlines()
    assert len(told) == 2
    assert told[0].startswith("Service,Team,Alert,")
    assert told[1].endswith('"runbook missing, threshold missing"')


def test_the_matrix_shows_fifty_alerts_a_page(client: Client, service: Service, lead: User) -> None:
    for number in range(53):
        _rule(service, lead, name=f"Alert {number:02}", matchers={"alertname": f"A{number}"})
    client.force_login(lead)
    first, second = (client.get(f"/alerts/?page={page}").content.decode() for page in (1, 2))
    assert ("Alert 49" in first, "Alert 50" in first, "Alert 50" in second) == (True, False, True)
    assert "53 alerts" in second, "the service still counts all of its own"
