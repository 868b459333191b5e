"""What goes out is what the schema says, operation by operation; nothing stands outside the schema."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver
from jsonschema import Draft202012Validator, ValidationError

from incidents.actions import alert_posts, alert_rules, playbooks
from incidents.models import Alert
from portal.checks import every_pattern
from readiness.actions import reviews
from tests.factories import alerts, callers, launches, portal
from tests.factories import incidents as incident_factory
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict[str, Any]:
    answer = callers.caller(portal.member(portal.team(), portal.Role.VIEWER)).get("schema/")
    assert answer["Content-Type"].startswith("application/json")
    document: dict[str, Any] = callers.as_json(answer)
    assert document["openapi"].startswith("3.1")
    return document


def _holds(schema: dict[str, Any], operation: str, answer: HttpResponse) -> None:
    """The body is one that the operation may give with this status and media type."""
    found = next(one for path in schema["paths"].values() for one in path.values() if one["operationId"] == operation)
    told = found["responses"][str(answer.status_code)]["content"][answer["Content-Type"].split(";")[0]]["schema"]
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": schema["components"], **told}
    Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(callers.as_json(answer))


def test_every_answer_of_a_conditional_launch_holds_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    tool, service = callers.caller(scene.lead, may="write"), f"services/{scene.service.slug}"
    gate = f"{service}/gate?release=3.2.0&environment=staging"
    told = f"releases/{scene.release.public_id}/deployed"
    _holds(schema, "service_gate", tool.get(gate))
    _holds(schema, "service_status", tool.get(f"{service}/status"))
    launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    _holds(schema, "services", tool.get("services/"))
    _holds(schema, "service", tool.get(f"{service}/"))
    _holds(schema, "service_status", tool.get(f"{service}/status"))
    _holds(schema, "service_gate", tool.get(gate))
    _holds(schema, "release_deployed", tool.post(told, {"environment": "staging"}))
    _holds(schema, "service_gate", tool.get(f"{gate}&purpose=rollback"))
    given_up = reviews.start(scene.access("lead"), service=scene.service, kind="pillars")
    reviews.abandon(scene.access("lead"), review=given_up, reason="Too early.")
    _holds(schema, "service_reviews", tool.get(f"{service}/reviews/"))
    _holds(schema, "decisions", tool.get("decisions/"))
    _holds(schema, "decision", tool.get(f"decisions/{scene.service.decisions.get().public_id}/"))


def test_model_cards_hold_to_the_schema(schema: dict[str, Any]) -> None:
    model = things.model(things.service())
    tool = callers.caller(model.service.owner, may="write")
    content = {"users": "Analysts.", "metrics": [{"metric": "Recall", "value": "0.9"}], "risks": [{"risk": "Late"}]}
    made = tool.post("model-cards/", {"service": model.service.slug, "model": model.name, "content": content})
    _holds(schema, "model_card_begin", made)
    card = f"model-cards/{made.json()['id']}"
    _holds(schema, "model_cards", tool.get("model-cards/"))
    _holds(schema, "model_card", tool.get(f"{card}/"))
    _holds(schema, "model_card_revise", tool.patch(f"{card}/", {"content": {"users": ""}, "revision": 1}))
    _holds(schema, "model_card_revise", tool.patch(f"{card}/", {"content": {"users": "x"}, "revision": 9}))
    _holds(schema, "model_card_reviewed", tool.post(f"{card}/reviewed", {"revision": 2}))
    _holds(schema, "model_card_cyclonedx", tool.get(f"{card}/cyclonedx"))


def test_gaps_action_items_and_findings_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    tool, slug = callers.caller(scene.lead, may="write"), scene.service.slug
    office = callers.caller(portal.member(None, portal.Role.COMPLIANCE), may="write")
    _holds(schema, "service_gaps", tool.get(f"services/{slug}/gaps/"))
    _holds(schema, "service_gaps", tool.get(f"services/{slug}/gaps/?limit=none"))
    made = tool.post("action-items/", {"service": slug, "gap": "api.endpoints"})
    _holds(schema, "action_item_open", made)
    item = f"action-items/{made.json()['id']}/"
    _holds(schema, "action_items", tool.get("action-items/"))
    _holds(schema, "action_item", tool.get(item))
    _holds(schema, "action_item_change", tool.patch(item, {"state": "done", "revision": 1}))
    _holds(schema, "action_item_change", tool.patch(item, {"state": "open", "revision": 1}))
    body = {"service": slug, "severity": "low", "title": "No trace", "text": "Show one month."}
    opened = office.post("findings/", body)
    _holds(schema, "finding_open", opened)
    finding = f"findings/{opened.json()['id']}/"
    _holds(schema, "findings", office.get("findings/"))
    _holds(schema, "finding", office.get(finding))
    _holds(schema, "finding_say", tool.post(finding, {"act": "answer", "text": "Here is October."}))
    _holds(schema, "finding_say", tool.post(finding, {"act": "close", "text": "Done."}))


def test_every_refusal_holds_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    tool, service = callers.caller(scene.lead, may="write"), f"services/{scene.service.slug}"
    told = f"releases/{scene.release.public_id}/deployed"
    _holds(schema, "service_gate", tool.get(f"{service}/gate"))
    _holds(schema, "service_gate", tool.get(f"{service}/gate?release=x&environment=y"))
    _holds(schema, "service", tool.get("services/nothing/"))
    _holds(schema, "services", tool.get("services/?tier=many"))
    _holds(schema, "services", tool.get("services/", accept="application/xml"))
    _holds(schema, "release_deployed", tool.post(told, {}))
    _holds(schema, "release_deployed", callers.caller(scene.engineer).post(told, {"environment": "staging"}))
    _holds(schema, "services", callers.Caller("gh_wrong").get("services/"))


def test_the_schema_names_every_address_of_the_api(schema: dict[str, Any]) -> None:
    own = {"api/v1/schema/", "api/v1/"}
    routes = {f"/{route}" for route, _ in every_pattern(get_resolver()) if route.startswith("api/v1/")}
    kinds = {"slug": "slug", "number": "int"} | dict.fromkeys(
        (
            *("release", "check", "item", "finding", "review", "waiver", "decision"),
            *("card", "source", "incident", "record", "runbook", "alert", "rule", "post_mortem"),
        ),
        "uuid",
    )
    parts = {f"{{{name}}}": f"<{kind}:{name}>" for name, kind in kinds.items()}
    shown = {re.sub(r"{\w+}", lambda part: parts[part[0]], path) for path in schema["paths"]}
    assert routes - {f"/{route}" for route in own} == shown


def test_every_operation_names_its_problems_and_how_to_come_in(schema: dict[str, Any]) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            assert {"401", "403", "404", "405", "406", "429", "500"} <= operation["responses"].keys()
            shown = {"alertSource": []} if operation["operationId"] == "alerts_tell" else {"token": []}
            assert shown in operation["security"]


def test_a_wrong_answer_would_be_noticed(schema: dict[str, Any]) -> None:
    answer = HttpResponse(b'{"verdict": "perhaps"}', content_type="application/json")
    with pytest.raises(ValidationError):
        _holds(schema, "service_gate", answer)


def test_decision_records_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    made = tool.post("decision-records/", {"service": scene.service.slug, "title": "Retry once"})
    _holds(schema, "decision_record_propose", made)
    path = f"decision-records/{made.json()['id']}/"
    _holds(schema, "decision_records", tool.get("decision-records/"))
    _holds(schema, "decision_record", tool.get(path))
    _holds(schema, "decision_record_revise", tool.patch(path, {"title": "Retry twice", "revision": 1}))
    _holds(schema, "decision_record_act", tool.post(f"{path}act", {"act": "accept", "revision": 2}))
    _holds(schema, "decision_record_act", tool.post(f"{path}act", {"act": "accept", "revision": 2}))


def test_alerts_their_sources_and_rules_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    made, tool = alerts.source(scene.service.scope.team), callers.caller(scene.lead)
    written = alert_rules.Written("Cost", {"alertname": "CostSpike"})
    rule = alert_rules.make(scene.access("lead"), service=scene.service, written=written)
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(alerts.told())).pk)
    for name, path, one in (
        ("alert", "alerts/told", Alert.objects.get()),
        ("alert_source", "alert-sources", made.source),
        ("alert_rule", "alert-rules", rule),
    ):
        _holds(schema, f"{name}s", tool.get(f"{path.removesuffix('/told')}/"))
        _holds(schema, name, tool.get(f"{path}/{one.public_id}/"))


def test_incidents_and_post_mortems_hold_to_the_schema(schema: dict[str, Any]) -> None:
    playbooks.load()
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    incident = incident_factory.declared(scene.service, scene.lead, playbook="alert.cost-spike")
    base = f"incidents/{incident.public_id}"
    _holds(schema, "incidents", tool.get("incidents/"))
    _holds(schema, "incident", tool.get(f"{base}/"))
    _holds(schema, "incident_steps", tool.get(f"{base}/steps/"))
    _holds(schema, "incident_step", tool.post(f"{base}/steps/1", {"did": "done"}))
    _holds(schema, "incident_step", tool.post(f"{base}/steps/1", {"did": "done"}))
    _holds(schema, "incident_timeline", tool.get(f"{base}/timeline/"))
    _holds(schema, "incident_note", tool.post(f"{base}/timeline/", {"text": "Seen."}))
    _holds(schema, "incident_update", tool.post(f"{base}/updates", {"text": "We are on it.", "next_word": 30}))
    tool.post(f"{base}/steps/1", {"did": "open"})
    over = incident_factory.resolved(incident_factory.again(incident), scene.lead)
    made = tool.post("post-mortems/", {"incident": str(over.public_id), "content": incident_factory.ACCOUNT})
    _holds(schema, "post_mortem_begin", made)
    path = f"post-mortems/{made.json()['id']}/"
    _holds(schema, "post_mortems", tool.get("post-mortems/"))
    _holds(schema, "post_mortem", tool.get(path))
    _holds(schema, "post_mortem_revise", tool.patch(path, {"content": {"lucky": "Morning."}, "revision": 1}))
    _holds(schema, "post_mortem_publish", tool.post(f"{path}publish", {"revision": 1}))
    _holds(schema, "post_mortem_publish", tool.post(f"{path}publish", {"revision": 2}))
