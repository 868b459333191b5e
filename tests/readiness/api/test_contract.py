"""What goes out is what the schema says, operation by operation; nothing stands outside the schema."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import get_resolver
from jsonschema import Draft202012Validator, ValidationError

from incidents.actions import alert_posts, alert_rules, playbooks
from incidents.models import Alert, AlertPost
from portal import clock
from portal.checks import every_pattern
from readiness.actions import reviews
from tests.factories import alerts, callers, launches, portal, runbooks
from tests.factories import incidents as incident_factory
from tests.factories import readiness as things
from tests.factories import reviews as review_factory

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
    _holds(schema, "decision_ask", tool.post(f"releases/{scene.release.public_id}/ask-decision", {}))
    wanted = {"release": str(scene.release.public_id), "environment": "staging", "verdict": "go"}
    _holds(schema, "decision_take", callers.caller(scene.decider, may="write").post("decisions/", wanted))
    owed = scene.service.decisions.get().conditions.get()
    meeting = f"decisions/{owed.decision.public_id}/conditions/{owed.public_id}/meet"
    _holds(schema, "condition_meet", tool.post(meeting, {"note": "Run 1190 is green."}))
    _holds(schema, "decision", tool.get(f"decisions/{scene.service.decisions.get().public_id}/"))


def test_a_review_and_all_that_is_done_to_an_item_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene(answered=False, drilled=False)
    tool, approver = (callers.caller(who, may="write") for who in (scene.engineer, scene.approver))
    review, lead = f"reviews/{scene.review.public_id}/", callers.caller(scene.lead, may="write")
    _holds(schema, "review", tool.get(review))
    _holds(schema, "review_items", tool.get(f"{review}items/"))
    _holds(schema, "review_use", tool.post(f"{review}use", {}))
    _holds(schema, "review_close", lead.post(f"{review}close", {}))
    _holds(schema, "review_start", lead.post(f"services/{scene.service.slug}/reviews/", {"kind": "pillars"}))
    item = f"items/{review_factory.answer(scene.review, 'deploy.rollout').public_id}/"
    read = tool.get(item)
    _holds(schema, "item", read)
    _holds(schema, "item_answer", tool.patch(item, {"text": "Unseen."}))
    _holds(schema, "item_answer", tool.patch(item, {"text": "Seen.", "text_version": 5}))
    made = tool.post(f"{item}evidence", {"url": "https://ci.example.com/1184"})
    _holds(schema, "evidence_attach", made)
    _holds(schema, "evidence_attach", tool.post(f"{item}evidence", {}))
    _holds(schema, "evidence_list", tool.get("evidence/"))
    _holds(schema, "evidence", tool.get(f"evidence/{made.json()['id']}/"))
    _holds(schema, "evidence_file", tool.get(f"evidence/{made.json()['id']}/file"))
    point = {"number": 1, "state": "ticked", "version": 0}
    _holds(schema, "item_answer", tool.patch(item, {"points": [point], "rating": "green", "rating_version": 0}))
    _holds(schema, "item_guardrail_add", tool.post(f"{item}guardrails", {"name": "Toxicity"}))
    _holds(schema, "item_comment", tool.post(f"{item}comments", {"text": "Looked at it."}))
    _holds(schema, "item_assign", tool.post(f"{item}assign", {"person": scene.engineer.email}))
    _holds(schema, "item_use", tool.post(f"{item}use", {}))
    _holds(schema, "item_answer_here", tool.post(f"{item}answer-here", {}))
    _holds(schema, "sign_off_ask", tool.post(f"{item}ask", {}))
    _holds(schema, "sign_off_return", approver.post(f"{item}return", {"reason": "Which run?"}))
    _holds(schema, "sign_off_grant", approver.post(f"{item}sign-off", {"digest": "0" * 64}))
    launches.sign(scene, "deploy.rollout")
    _holds(schema, "item", approver.get(item))
    signed = approver.get("sign-offs/")
    _holds(schema, "sign_offs", signed)
    _holds(schema, "sign_off", approver.get(f"sign-offs/{signed.json()['results'][0]['id']}/"))
    _holds(schema, "sign_off_void", approver.post(f"{item}reopen", {"reason": "The run was deleted."}))
    _holds(schema, "evidence_withdraw", tool.post(f"evidence/{made.json()['id']}/withdraw", {"reason": "Wrong run."}))
    _holds(schema, "review_abandon", lead.post(f"{review}abandon", {"reason": "Put off."}))


def test_what_is_declared_planned_and_owned_holds_to_the_schema(schema: dict[str, Any]) -> None:
    service = things.service()
    tool, path = callers.caller(service.owner, may="write"), f"services/{service.slug}/"
    facts = {"name": "Chat", "tier": 3, "tier_reason": "Few notice.", "sourcing": "hybrid", "team": service.team.slug}
    _holds(schema, "service_register", tool.post("services/", facts))
    _holds(schema, "service_register", tool.post("services/", {"name": ""}))
    _holds(schema, "service_change", tool.patch(path, {"caching": True, "revision": 1}))
    _holds(schema, "service_change", tool.patch(path, {"caching": True}))
    _holds(schema, "service_confirm_tier", tool.post(f"{path}confirm-tier", {"revision": 2}))
    _holds(schema, "service_environment_add", tool.post(f"{path}environments", {"name": "lab", "kind": "staging"}))
    _holds(schema, "service_targets", tool.get(f"{path}targets"))
    _holds(schema, "service_targets_change", tool.patch(f"{path}targets", {"p95_ms": 800, "revision": 0}))
    model = tool.post(f"{path}models/", {"name": "fraud-gbm"})
    _holds(schema, "model_add", model)
    version = tool.post(f"models/{model.json()['id']}/versions", {"version": "3.1"})
    _holds(schema, "model_version_record", version)
    _holds(schema, "service_models", tool.get(f"{path}models/"))
    needed = tool.post(f"{path}dependencies/", {"name": "Provider"})
    _holds(schema, "dependency_add", needed)
    dependency = f"dependencies/{needed.json()['id']}/"
    _holds(schema, "dependency_declare", tool.post(f"{dependency}declare", {"state": "stable"}))
    _holds(schema, "service_dependencies", tool.get(f"{path}dependencies/"))
    _holds(schema, "dependency_remove", tool.post(f"{dependency}remove", {}))
    told = {"kind": "restore", "environment": "staging", "from_version": "1", "to_version": "0", "result": "passed"}
    told |= {"minutes": "4.5", "link": "https://ci.example.com/1", "performed_at": "2026-01-02T10:00:00Z"}
    _holds(schema, "drill_record", tool.post(f"{path}drills", {**told, "performed_by": service.owner.email}))
    _holds(schema, "drill_record", tool.post(f"{path}drills", told))
    _holds(schema, "drills", tool.get("drills/"))
    person = {"person": service.owner.email}
    _holds(schema, "ownership_assign", tool.post(f"{path}ownership/inference/assign", person))
    _holds(schema, "service_ownership", tool.get(f"{path}ownership/"))
    _holds(schema, "ownership", tool.get("ownership/"))
    left = {**person, "reason": "Moved on."}
    _holds(schema, "ownership_vacate", tool.post(f"{path}ownership/inference/vacate", left))
    body = {"service": service.slug, "label": "2.4.0", "changes": ["code"], "planned_on": "2026-12-24"}
    body["model_versions"] = [version.json()["versions"][0]["id"]]
    planned = tool.post("releases/", body)
    _holds(schema, "release_plan", planned)
    release = f"releases/{planned.json()['id']}/"
    _holds(schema, "releases", tool.get("releases/"))
    _holds(schema, "release", tool.get(release))
    _holds(schema, "release_change", tool.patch(release, {"summary": "x", "seen": planned.json()["seen"]}))
    _holds(schema, "release_cancel", tool.post(f"{release}cancel", {"reason": "Put off."}))
    _holds(schema, "service_act", tool.post(f"{path}act", {"act": "retire", "reason": "Replaced."}))


def test_audit_packs_and_the_trail_hold_to_the_schema(schema: dict[str, Any]) -> None:
    service, today = things.service(), str(clock.today_in("UTC"))
    office = callers.caller(portal.member(None, portal.Role.COMPLIANCE), may="write")
    asked = office.post("audit-packs/", {"services": [service.slug], "since": today, "until": today})
    _holds(schema, "audit_pack_request", asked)
    _holds(schema, "audit_packs", office.get("audit-packs/"))
    _holds(schema, "audit_pack", office.get(f"audit-packs/{asked.json()['id']}/"))
    _holds(schema, "audit_pack_pdf", office.get(f"audit-packs/{asked.json()['id']}/pdf"))
    _holds(schema, "audit_pack_archive", office.get(f"audit-packs/{asked.json()['id']}/archive"))
    trail = office.get("audit-trail/")
    _holds(schema, "audit_events", trail)
    _holds(schema, "audit_event", office.get(f"audit-trail/{trail.json()['results'][0]['number']}/"))


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
    _holds(schema, "finding_say", tool.post(finding, {"act": "answer", "text": "Here is October.", "seen": 0}))
    _holds(schema, "finding_say", tool.post(finding, {"act": "close", "text": "Done.", "seen": 1}))
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
            *("evidence", "signoff", "pack", "condition", "model", "dependency", "absence", "proposal"),
        ),
        "uuid",
    )
    kinds |= dict.fromkeys(("domain", "team", "cadence", "kind"), "slug") | {"key": "str"}
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
    made, tool = alerts.source(scene.service.scope.team), callers.caller(scene.lead, may="write")
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
    AlertPost.objects.update(worked_at=None, error="The disk is full.")
    for _ in range(2):
        _holds(schema, "alert_source_try_again", tool.post(f"alert-sources/{made.source.public_id}/try-again", {}))


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


def test_proposals_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    administrator = callers.caller(portal.member(None, portal.Role.ADMINISTRATOR), may="write")
    account = incident_factory.explained(incident_factory.resolved(incident_factory.declared(scene.service)))
    said = {
        "post_mortem": str(account.public_id),
        "template": "deployment",
        "text": "It is asked.",
        "why": "It was not.",
    }
    made = tool.post("proposals/", {**said, "item": "deploy.rollout"})
    _holds(schema, "proposal_make", made)
    _holds(schema, "proposal_make", tool.post("proposals/", {**said, "item": "deploy.nothing"}))
    path = f"proposals/{made.json()['id']}/"
    _holds(schema, "proposals", tool.get("proposals/"))
    _holds(schema, "proposal", tool.get(path))
    _holds(schema, "proposal_services", tool.get(f"{path}services/"))
    _holds(schema, "proposal_accept", administrator.post(f"{path}accept", {"reason": "Learnt."}))
    _holds(schema, "proposal_accept", administrator.post(f"{path}accept", {"point": {}, "reason": "Learnt."}))
    _holds(schema, "proposal_services", tool.get(f"{path}services/?missing=true"))
    other = tool.post("proposals/", said).json()["id"]
    _holds(schema, "proposal_decline", administrator.post(f"proposals/{other}/decline", {"reason": "Asked already."}))
    _holds(schema, "proposal_decline", administrator.post(f"proposals/{other}/decline", {"reason": "Asked already."}))


def test_playbooks_of_a_service_hold_to_the_schema(schema: dict[str, Any]) -> None:
    playbooks.load()
    service = things.service()
    tool, path = callers.caller(service.owner, may="write"), f"services/{service.slug}/playbooks/"
    steps = [
        {"title": "Ask Finance", "how": "They see it first."},
        {"of": 1, "title": "Find it", "how": "By the bill."},
    ]
    own = {"steps": steps, "note": "Ours."}
    _holds(schema, "service_playbooks", tool.get(path))
    one = f"{path}alert.cost-spike/"
    _holds(schema, "service_playbook", tool.get(one))
    _holds(schema, "service_playbook_adapt", tool.patch(one, own))
    _holds(schema, "service_playbook_adapt", tool.patch(one, {**own, "revision": 0}))
    _holds(schema, "service_playbook_adapt", tool.patch(one, {**own, "revision": 0}))
    _holds(schema, "service_playbook", tool.get(one))
    _holds(schema, "service_playbook_use_shipped", tool.post(f"{one}use-shipped", {"note": "No.", "revision": 1}))
    _holds(schema, "service_playbook_use_shipped", tool.post(f"{one}use-shipped", {"note": "No.", "revision": 2}))


def test_runbooks_and_the_search_hold_to_the_schema(schema: dict[str, Any]) -> None:
    service = things.service(name="Parcel routing")
    tool = callers.caller(service.owner, may="write")
    made = tool.post(
        "runbooks/", {"service": service.slug, "title": "Roll back", "is_rollback": True, "content": runbooks.CONTENT}
    )
    path = f"runbooks/{made.json()['id']}"
    _holds(schema, "runbook_write", made)
    _holds(schema, "runbook_act", tool.post(f"{path}/act", {"act": "review", "revision": 1}))
    _holds(schema, "runbook_act", tool.post(f"{path}/act", {"act": "retire", "revision": 1}))
    _holds(schema, "runbook_drill", tool.post(f"{path}/drills", {"revision": 1}))
    _holds(schema, "search", tool.get("search/?q=parcel+rout"))
    _holds(schema, "search", tool.get("search/?q=parcel&kind=nothing"))


def test_absences_timetables_imports_and_what_is_handed_over_hold_to_the_schema(schema: dict[str, Any]) -> None:
    scene = launches.two_live()
    tool = callers.caller(scene.lead, may="write")
    today = clock.today_in("UTC").isoformat()
    made = tool.post("absences/", {"starts_on": today, "ends_on": today, "deputy": scene.engineer.email})
    _holds(schema, "absence_enter", made)
    path = f"absences/{made.json()['id']}/"
    _holds(schema, "absences", tool.get("absences/"))
    _holds(schema, "absence", tool.get(path))
    _holds(schema, "absence_deputy", tool.post(f"{path}deputy", {"deputy": None}))
    _holds(schema, "absence_cancel", tool.post(f"{path}cancel", {}))
    timetables = f"teams/{scene.service.scope.team.slug}/timetables/"
    _holds(schema, "team_timetables", tool.get(timetables))
    _holds(schema, "team_timetable", tool.get(f"{timetables}monthly/"))
    _holds(schema, "team_timetable_change", tool.patch(f"{timetables}monthly/", {"due_day": 12}, if_match="*"))
    _holds(schema, "team_timetable_change", tool.patch(f"{timetables}monthly/", {"due_day": 12}))
    owners = f"service,domain,person,role\n{scene.service.slug},drift,{scene.engineer.email},supporting\n"
    for body in ({"dry_run": True}, {}, {"expected": "0" * 64}):
        _holds(schema, "import", tool.post("imports/", {"kind": "owners", "file": owners, **body}))
    held = tool.get(f"holdings/?person={scene.lead.email}")
    _holds(schema, "holdings", held)
    body = {"person": scene.lead.email, "to": scene.engineer.email, "things": [held.json()["results"][0]["key"]]}
    _holds(schema, "holdings_hand_over", tool.post("holdings/hand-over", body))
    _holds(schema, "holdings_hand_over", tool.post("holdings/hand-over", body))
    _holds(schema, "service_live", tool.get(f"services/{scene.service.slug}/live"))
