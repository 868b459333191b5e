"""Every place that answers GET: an address of it in the demonstration, who comes, and what kind of answer it gives.

The tests that go everywhere (statements, accessibility) share this list; a URL that is missing from it fails them, so
a new page is named here once and is held to all of them.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incidents.actions import alert_rules, alert_sources
from incidents.models import (
    Alert,
    AlertRule,
    AlertSource,
    Incident,
    PostMortem,
    Proposal,
    Runbook,
)
from incidents.views.incident_acts import ACTS
from portal import checks, clock, password_links, unsubscribing
from portal.access import access_of
from portal.actions import searching, tokens
from portal.models import AuditEvent, Notification, OutboxMessage, Team, User
from readiness.actions import absences, drills, findings, recurring_checks
from readiness.actions.drills import Rehearsal
from readiness.models import (
    Absence,
    ActionItem,
    Assignment,
    AuditPack,
    CheckOccurrence,
    Condition,
    DecisionRecord,
    Dependency,
    Drill,
    Evidence,
    Finding,
    ItemAnswer,
    LaunchDecision,
    ModelCard,
    Release,
    Review,
    ServedModel,
    Service,
    SignOff,
    Waiver,
)
from readiness.rules.card_formats import formats
from readiness.rules.check_results import Told
from tests.factories import passkeys

Kind = Literal["list", "page", "review", "part", "file", "api", "led on"]
"""A list of rows; a page of one thing; the review page; a part of a page that htmx asks for; a download; JSON for other
tools; an address that always leads on to another."""

ENGINEER, LEAD, APPROVER, DECIDER = (f"{who}@example.com" for who in ("engineer", "lead", "approver", "decider"))
COMPLIANCE, ADMINISTRATOR = "compliance@example.com", "admin@example.com"
WITH_FACTORS = "deshawn.carter@example.com"
"""Has an authenticator app, a passkey and recovery codes."""
WITHOUT_PASSWORD = "elena.vasquez@example.com"
WHO_EXPLAINS = "maya.thompson@example.com"
"""Leads the team whose incident has a post-mortem."""
SERVICE, REVIEW, RELEASE = "fraud-scoring", 4, "5.9.0"
"""The live service whose next release is being reviewed."""
ADAPTED = "alert.cost-spike"
"""The playbook that its team adapted."""


NO_PAGES = frozenset(
    {
        "action_item_export",
        "heaviest_gaps",
        "leadership_gaps",
        "findings_waiting",
        "answer",
        "answered_for",
        "answer_assign",
        "api_action_item",
        "api_action_items",
        "api_check",
        "api_checks",
        "api_decision",
        "api_decisions",
        "api_decision_record",
        "api_decision_records",
        "decision_record_export",
        "decision_record_pdf",
        "runbook_pdf",
        "api_decision_record_pdf",
        "api_runbook_pdf",
        "decision_records_export",
        "api_review_items",
        "api_reviews",
        "api_finding",
        "api_incident",
        "api_incidents",
        "api_incident_steps",
        "api_incident_timeline",
        "api_post_mortem",
        "api_post_mortem_pdf",
        "api_post_mortems",
        "api_proposal",
        "api_proposal_services",
        "api_proposals",
        "api_service_playbook",
        "api_service_playbooks",
        "api_findings",
        "check_file",
        "api_model_card",
        "api_model_card_cyclonedx",
        "api_model_card_markdown",
        "api_model_card_pdf",
        "api_model_card_readme",
        "api_model_cards",
        "api_audit_event",
        "api_audit_pack",
        "api_audit_pack_archive",
        "api_audit_pack_pdf",
        "api_audit_packs",
        "api_audit_trail",
        "api_drills",
        "api_evidence",
        "api_evidence_file",
        "api_item",
        "api_nowhere",
        "api_one_evidence",
        "api_ownership",
        "api_holdings",
        "api_absence",
        "api_absences",
        "api_import_file",
        "api_team_timetable",
        "api_team_timetables",
        "api_service_live",
        "api_release",
        "api_releases",
        "api_review",
        "api_service_dependencies",
        "api_service_models",
        "api_service_ownership",
        "api_service_targets",
        "api_sign_off",
        "api_sign_offs",
        "api_schema",
        "api_alert",
        "api_alert_rule",
        "api_alert_rules",
        "api_alert_source",
        "api_alert_sources",
        "api_alerts",
        "api_search",
        "api_runbook",
        "api_runbooks",
        "api_service",
        "api_service_gaps",
        "api_service_gate",
        "api_service_status",
        "api_services",
        "api_waiver",
        "api_waivers",
        "decision_snapshot",
        "documents_waiting",
        "drill_file",
        "evidence_add",
        "evidence_file",
        "healthz",
        "import_file",
        "incidents_of_service",
        "alerts_waiting",
        "incidents_waiting",
        "runbooks_waiting",
        "mfa_download_recovery_codes",
        "model_card_export",
        "model_card_pdf",
        "notification_open",
        "pack_download",
        "post_mortem_pdf",
        "proposal_asked",
        "readyz",
        "review_present",
        "review_way",
        "service_applicable",
        "service_runbooks",
        "service_slug",
        "signoff_ask",
        "signoff_grant",
        "waivers_waiting",
        "way_to_go",
    }
)
"""What answers with something else than a page of its own: known before there is a demonstration to ask."""


@dataclass(frozen=True)
class Place:
    """One address, and who comes there by e-mail; None is a stranger."""

    name: str
    path: str
    who: str | None
    kind: Kind = "page"
    proven: bool = False
    """Whether the person has to have proven who they are a moment ago."""
    status: int = 200

    @property
    def is_page(self) -> bool:
        """Whether it is a page of its own."""
        return self.kind in {"list", "page", "review"}


def furnish() -> None:
    """Adds what the demonstration has none of, so that every page has something to show."""
    engineer, factors = User.objects.get(email=ENGINEER), User.objects.get(email=WITH_FACTORS)
    tokens.issue(access_of(engineer), name="Pipeline of fraud scoring")
    TOTP.activate(factors, generate_totp_secret())
    RecoveryCodes.activate(factors)
    passkey = {"name": "Work laptop", "passwordless": False, "credential": passkeys.credential()}
    Authenticator.objects.create(user=factors, type=Authenticator.Type.WEBAUTHN, data=passkey)
    nobody = User.objects.get(email=WITHOUT_PASSWORD)
    nobody.set_unusable_password()
    nobody.save()
    today = clock.today_in(engineer.time_zone)
    week = today + datetime.timedelta(days=7)
    absences.enter(access_of(engineer), person=engineer, starts_on=today + datetime.timedelta(days=3), ends_on=week)
    _drill_with_file(engineer)
    _check_with_file(engineer)
    _finding()
    _alert_in_the_tray()
    searching.follow()


def _check_with_file(engineer: User) -> None:
    """The newest check of the service, which runs still."""
    newest = CheckOccurrence.objects.filter(service__slug=SERVICE).latest("opens_at", "pk")
    file = SimpleUploadedFile("flags.txt", b"One flag, explained.")
    told = Told("fail", "One flag, explained on Friday.")
    recurring_checks.answer(access_of(engineer), occurrence=newest, told=told, revision=newest.revision, file=file)


def _finding() -> None:
    compliance, service = User.objects.get(email=COMPLIANCE), Service.objects.get(slug=SERVICE)
    findings.open_finding(
        access_of(compliance), service=service, severity=2, title="No record of deletions", text="Show one month."
    )


def _alert_in_the_tray() -> None:
    lead, service = User.objects.get(email=LEAD), Service.objects.get(slug=SERVICE)
    if not AlertSource.objects.filter(team=service.team).exists():
        alert_sources.make(access_of(lead), team=service.team, name="Alertmanager", kind="alertmanager")
    source = AlertSource.objects.filter(team=service.team, kind="alertmanager")[0]
    terms = alert_rules.Written("Queue too long", {"alertname": "QueueTooLong"})
    alert_rules.make(access_of(lead), service=service, written=terms)
    now = clock.now()
    told = {"source": source, "fingerprint": "tray", "name": "LagHigh", "labels": {"alertname": "LagHigh"}}
    Alert.objects.create(**told, starts_at=now, first_told_at=now, last_told_at=now)


def _drill_with_file(engineer: User) -> None:
    service = Service.objects.get(slug=SERVICE)
    rehearsal = Rehearsal(
        kind="rollback",
        environment=service.environments.get(name="staging"),
        from_version=RELEASE,
        to_version="5.8.0",
        performed_by=engineer,
        performed_at=clock.now() - datetime.timedelta(hours=1),
        result="passed",
        minutes=Decimal("4.5"),
    )
    log = SimpleUploadedFile("drill.txt", b"back on 5.8.0 after 4.5 minutes\n")
    drills.record(access_of(engineer), service=service, rehearsal=rehearsal, file=log)


def names() -> set[str]:
    """The name of every URL that answers GET."""
    return {str(pattern.name) for _, pattern in checks.every_pattern() if "GET" in (checks.door_of(pattern) or {})}


def everywhere() -> list[Place]:
    """Every place, in the demonstration of the database in use, after `furnish`."""
    return [
        *_entrance(),
        *_own(),
        *_second_factors(),
        *_teams_and_people(),
        *_administration(),
        *_lists(),
        *_documents(),
        *_incidents(),
        *_alerts(),
        *_runbooks(),
        *_registration(),
        *_of_service(),
        *_forms_of_service(),
        *_releases(),
        *_review(),
        *_decisions(),
        *_packs(),
        *_machines(),
    ]


def _entrance() -> Iterator[Place]:
    yield Place("healthz", reverse("healthz"), None, "api")
    yield Place("readyz", reverse("readyz"), None, "api")
    for name in (
        "account_login",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ):
        yield Place(name, reverse(name), None)
    invited = password_links.link_for(User.objects.get(email=WITHOUT_PASSWORD))
    yield Place("account_reset_password_from_key", invited, None)
    leaving = unsubscribing.path_for(User.objects.get(email=ENGINEER))
    yield Place("unsubscribe", leaving, None)
    yield Place("account_logout", reverse("account_logout"), ENGINEER)


def _own() -> Iterator[Place]:
    yield Place("profile", reverse("portal:profile"), LEAD)
    yield Place("search", f"{reverse('portal:search')}?q=rollback", LEAD, "list")
    yield Place("notifications", reverse("portal:notifications"), LEAD, "list")
    notice = Notification.objects.filter(recipient__email=LEAD).exclude(url="")[0]
    yield Place(
        "notification_open", reverse("portal:notification_open", args=[notice.public_id]), LEAD, "led on", status=302
    )
    yield Place("tokens", reverse("portal:tokens"), ENGINEER, "list")
    yield Place("token_issue", reverse("portal:token_issue"), ENGINEER)
    token = User.objects.get(email=ENGINEER).auth_token_set.all()[0]
    yield Place("token_revoke", reverse("portal:token_revoke", args=[token.public_id]), ENGINEER)
    yield Place("account_change_password", reverse("account_change_password"), ENGINEER)
    yield Place("account_set_password", reverse("account_set_password"), WITHOUT_PASSWORD)
    yield Place("account_reauthenticate", reverse("account_reauthenticate"), ENGINEER)


def _second_factors() -> Iterator[Place]:
    for name in (
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_list_webauthn",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ):
        yield Place(name, reverse(name), WITH_FACTORS, proven=name != "mfa_reauthenticate")
    yield Place("mfa_add_webauthn", reverse("mfa_add_webauthn"), WITH_FACTORS, proven=True)
    yield Place("mfa_reauthenticate_webauthn", reverse("mfa_reauthenticate_webauthn"), WITH_FACTORS)
    yield Place("mfa_activate_totp", reverse("mfa_activate_totp"), ENGINEER, proven=True)
    codes = reverse("mfa_download_recovery_codes")
    yield Place("mfa_download_recovery_codes", codes, WITH_FACTORS, "file", proven=True)
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield Place(name, reverse(name, args=[passkey.pk]), WITH_FACTORS, proven=True)


def _teams_and_people() -> Iterator[Place]:
    team, person = Team.objects.get(slug="payments-risk"), User.objects.get(email=ENGINEER)
    yield Place("teams", reverse("portal:teams"), LEAD, "list")
    yield Place("team_add", reverse("portal:team_add"), ADMINISTRATOR)
    yield Place("team", reverse("portal:team", args=[team.slug]), LEAD)
    for name in ("team_change", "membership_add"):
        yield Place(name, reverse(f"portal:{name}", args=[team.slug]), LEAD)
    for name in ("membership", "membership_end"):
        yield Place(name, reverse(f"portal:{name}", args=[team.slug, person.public_id]), LEAD)
    yield Place("people", reverse("portal:people"), ADMINISTRATOR, "list")
    yield Place("person_add", reverse("portal:person_add"), ADMINISTRATOR)
    for name in ("person", "person_roles", "person_audit", "person_close", "person_same", "person_apart"):
        yield Place(name, reverse(f"portal:{name}", args=[person.public_id]), ADMINISTRATOR)


def _administration() -> Iterator[Place]:
    message = OutboxMessage.objects.all()[0]
    yield Place("outbox", reverse("portal:outbox"), ADMINISTRATOR, "list")
    yield Place("outbox_message", reverse("portal:outbox_message", args=[message.public_id]), ADMINISTRATOR)
    yield Place("audit_trail", reverse("portal:audit_trail"), COMPLIANCE, "list")
    yield Place("api_docs", reverse("api_docs"), ENGINEER)
    yield Place("api_docs_part", reverse("api_docs_part", args=["reviews"]), ENGINEER)
    yield Place("api_trial", reverse("api_trial"), ENGINEER)
    yield Place("playbooks", reverse("incidents:playbooks"), ENGINEER)
    yield Place("templates", reverse("readiness:templates"), ENGINEER)


def _lists() -> Iterator[Place]:
    yield Place("my_work", reverse("readiness:my_work"), LEAD)
    yield Place("answered_for", reverse("readiness:answered_for"), ENGINEER, "part")
    yield Place("my_items", reverse("readiness:my_items"), ENGINEER, "list")
    yield Place("my_signoffs", reverse("readiness:my_signoffs"), APPROVER, "list")
    yield Place("portfolio", reverse("readiness:portfolio"), LEAD, "list")
    yield Place("leadership", reverse("readiness:leadership"), LEAD, "list")
    yield Place("leadership_gaps", reverse("readiness:leadership_gaps"), LEAD, "part")
    yield Place("checks", reverse("readiness:checks"), LEAD, "list")
    yield Place("check_list", reverse("readiness:check_list"), LEAD, "list")
    yield Place("timetables", reverse("readiness:timetables", args=["payments-risk"]), LEAD)
    check = CheckOccurrence.objects.filter(service__slug=SERVICE).latest("opens_at", "pk")
    yield Place("check", check.get_absolute_url(), ENGINEER)
    yield Place("check_file", reverse("readiness:check_file", args=[check.public_id]), ENGINEER, "file")
    yield from _action_items()
    yield Place("waivers", reverse("readiness:waivers"), LEAD, "list")
    yield Place("waivers_waiting", reverse("readiness:waivers_waiting"), DECIDER, "part")
    waiver = Waiver.objects.open().filter(service__slug=SERVICE)[0]
    yield Place("waiver", waiver.get_absolute_url(), DECIDER)
    yield Place("ownership", reverse("readiness:ownership"), LEAD, "list")
    yield Place("absences", reverse("readiness:absences"), LEAD, "list")
    absence = Absence.objects.get(person__email=ENGINEER)
    yield Place("hand_over_whose", reverse("readiness:hand_over_whose"), LEAD)
    yield Place("hand_over", reverse("readiness:hand_over", args=[absence.person.public_id]), LEAD)
    yield Place("absence_deputy", reverse("readiness:absence_deputy", args=[absence.public_id]), ENGINEER)


def _action_items() -> Iterator[Place]:
    yield Place("action_items", reverse("readiness:action_items"), LEAD, "list")
    yield Place("action_item_board", reverse("readiness:action_item_board"), LEAD, "list")
    yield Place("action_item_export", reverse("readiness:action_item_export", args=["jira"]), LEAD, "file")
    yield Place("action_item_open", reverse("readiness:action_item_open", args=[SERVICE]), LEAD)
    item = ActionItem.objects.filter(service__slug=SERVICE).latest("number")
    yield Place("service_gaps", reverse("readiness:service_gaps", args=[SERVICE]), LEAD)
    yield Place("service_checks", reverse("readiness:service_checks", args=[SERVICE]), LEAD, "list")
    yield Place("heaviest_gaps", reverse("readiness:heaviest_gaps", args=[SERVICE]), LEAD, "part")
    yield Place("findings", reverse("readiness:findings"), COMPLIANCE, "list")
    yield Place("findings_waiting", reverse("readiness:findings_waiting"), COMPLIANCE, "part")
    yield Place("finding_new", reverse("readiness:finding_new"), COMPLIANCE)
    yield Place("finding_open", reverse("readiness:finding_open", args=[SERVICE]), COMPLIANCE)
    yield Place("finding", Finding.objects.filter(service__slug=SERVICE)[0].get_absolute_url(), COMPLIANCE)
    yield Place("action_item", item.get_absolute_url(), ENGINEER)


def _documents() -> Iterator[Place]:
    yield Place("documents_waiting", reverse("readiness:documents_waiting"), ENGINEER, "part")
    yield Place("documents", reverse("readiness:documents"), LEAD, "list")
    yield Place("service_documents", reverse("readiness:service_documents", args=[SERVICE]), ENGINEER)
    model = ServedModel.objects.get(service__slug=SERVICE)
    for name in ("model_card", "model_card_revise", "model_card_compare", "model_card_import"):
        yield Place(name, reverse(f"readiness:{name}", args=[SERVICE, model.public_id]), ENGINEER)
    for form in formats.FORMATS:
        exported = reverse("readiness:model_card_export", args=[SERVICE, model.public_id, form])
        yield Place("model_card_export", exported, ENGINEER, "file")
    yield Place(
        "model_card_pdf", reverse("readiness:model_card_pdf", args=[SERVICE, model.public_id]), ENGINEER, "file"
    )
    bare = ServedModel.objects.filter(card=None, service__scope__team__slug="payments-risk")[0]
    begin = reverse("readiness:model_card_begin", args=[bare.service.slug, bare.public_id])
    yield Place("model_card_begin", begin, ENGINEER)
    yield Place("decision_records", reverse("readiness:decision_records"), LEAD, "list")
    yield Place("decision_record_propose", reverse("readiness:decision_record_propose", args=[SERVICE]), ENGINEER)
    yield Place("decision_records_import", reverse("readiness:decision_records_import", args=[SERVICE]), ENGINEER)
    yield Place("decision_records_export", reverse("readiness:decision_records_export", args=[SERVICE]), LEAD, "file")
    held = DecisionRecord.objects.filter(service__slug=SERVICE, state="accepted")[0]
    waiting = DecisionRecord.objects.filter(service__slug=SERVICE, state="proposed")[0]
    for name, record in (
        ("decision_record", held),
        ("decision_record_revise", waiting),
        ("decision_record_compare", held),
    ):
        yield Place(name, reverse(f"readiness:{name}", args=[SERVICE, record.number]), ENGINEER)
    export = reverse("readiness:decision_record_export", args=[SERVICE, held.number])
    yield Place("decision_record_export", export, LEAD, "file")
    paper = reverse("readiness:decision_record_pdf", args=[SERVICE, held.number])
    yield Place("decision_record_pdf", paper, LEAD, "file")


def _incidents() -> Iterator[Place]:
    yield Place("incidents", reverse("incidents:incidents"), ENGINEER, "list")
    yield Place("runbooks_waiting", reverse("incidents:runbooks_waiting"), ENGINEER, "part")
    yield Place("incidents_waiting", reverse("incidents:incidents_waiting"), ENGINEER, "part")
    yield Place("incident_new", reverse("incidents:incident_new"), ENGINEER)
    yield Place("service_incidents", reverse("incidents:service_incidents", args=[SERVICE]), ENGINEER, "list")
    for name in ("incident_declare", "incidents_of_service"):
        kind: Kind = "part" if name == "incidents_of_service" else "page"
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE]), ENGINEER, kind)
    open_one = Incident.objects.open().filter(service__slug=SERVICE)[0]
    for what in ("incident", *(f"incident_{what}" for what in ACTS)):
        yield Place(what, reverse(f"incidents:{what}", args=[SERVICE, open_one.number]), ENGINEER)
    written = PostMortem.objects.select_related("incident__service")[0]
    of = [written.incident.service.slug, written.incident.number]
    for what in ("", "_revise", "_compare", "_follow_up", "_propose"):
        yield Place(f"post_mortem{what}", reverse(f"incidents:post_mortem{what}", args=of), WHO_EXPLAINS)
    yield Place("post_mortem_pdf", reverse("incidents:post_mortem_pdf", args=of), WHO_EXPLAINS, "file")
    made = {row.state: row for row in Proposal.objects.filter(post_mortem=written)}
    waits = [made["proposed"].public_id]
    yield Place("proposal_accept", reverse("incidents:proposal_accept", args=waits), ADMINISTRATOR)
    yield Place("proposal_decline", reverse("incidents:proposal_decline", args=waits), ADMINISTRATOR)
    asked = [*of, made["accepted"].public_id]
    yield Place("proposal_asked", reverse("incidents:proposal_asked", args=asked), WHO_EXPLAINS, "part")


def _alerts() -> Iterator[Place]:
    service = Service.objects.get(slug=SERVICE)
    yield Place("alerts", reverse("incidents:alerts"), LEAD, "list")
    yield Place("alerts_waiting", reverse("incidents:alerts_waiting"), LEAD, "part")
    yield Place("alerts_all", reverse("incidents:alerts_all"), LEAD, "list")
    yield Place("alert_sources", reverse("incidents:alert_sources"), LEAD, "list")
    yield Place("alert_source_make", reverse("incidents:alert_source_make"), LEAD)
    source = AlertSource.objects.filter(team=service.team, revoked_at=None)[0]
    yield Place("alert_source", reverse("incidents:alert_source", args=[source.public_id]), LEAD)
    yield Place("alert_source_revoke", reverse("incidents:alert_source_revoke", args=[source.public_id]), LEAD)
    alert = Alert.objects.get(fingerprint="tray")
    for name in ("alert", "alert_end", "alert_join", "alert_match", "alert_leave_out"):
        yield Place(name, reverse(f"incidents:{name}", args=[alert.public_id]), LEAD)
    yield Place("service_playbooks", reverse("incidents:service_playbooks", args=[SERVICE]), LEAD, "list")
    for name in ("service_playbook", "playbook_adapt", "playbook_use_shipped"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, ADAPTED]), LEAD)
    yield Place("alert_rule_make", reverse("incidents:alert_rule_make", args=[SERVICE]), LEAD)
    rule = AlertRule.objects.filter(service=service, ended_at=None)[0]
    for name in ("alert_rule", "alert_rule_end"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, rule.public_id]), LEAD)


def _runbooks() -> Iterator[Place]:
    yield Place("runbooks", reverse("incidents:runbooks"), LEAD, "list")
    yield Place("service_runbooks", reverse("incidents:service_runbooks", args=[SERVICE]), ENGINEER, "part")
    yield Place("runbook_begin", reverse("incidents:runbook_begin", args=[SERVICE]), ENGINEER)
    for name in ("runbook", "runbook_revise", "runbook_compare", "runbook_drill"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, 1]), ENGINEER)


def _registration() -> Iterator[Place]:
    yield Place("service_register", reverse("readiness:service_register"), LEAD)
    yield Place("service_applicable", reverse("readiness:service_applicable") + "?retrains=on", LEAD, "part")
    yield Place("service_slug", reverse("readiness:service_slug") + "?name=Claims%20Helper", LEAD, "part")
    yield Place("services_import", reverse("readiness:services_import"), LEAD)
    yield Place("import_file", reverse("readiness:import_file", args=["services"]), LEAD, "file")


def _of_service() -> Iterator[Place]:
    lists = ("reviews", "decisions", "history", "dependencies", "environments", "models", "releases", "drills")
    yield Place("service", reverse("readiness:service", args=[SERVICE]), LEAD)
    yield Place("way_to_go", reverse("readiness:way_to_go", args=[SERVICE]), LEAD, "part")
    yield Place("service_ownership", reverse("readiness:service_ownership", args=[SERVICE]), LEAD, "list")
    yield Place("service_targets", reverse("readiness:service_targets", args=[SERVICE]), LEAD)
    for name in lists:
        yield Place(f"service_{name}", reverse(f"readiness:service_{name}", args=[SERVICE]), LEAD, "list")


def _forms_of_service() -> Iterator[Place]:
    for name in (
        "service_edit",
        "service_pause",
        "service_retire",
        "dependency_add",
        "environment_add",
        "model_add",
        "targets_change",
        "drill_record",
        "release_plan",
        "review_start",
    ):
        yield Place(name, reverse(f"readiness:{name}", args=[SERVICE]), LEAD)
    held = Assignment.objects.current().filter(service__slug=SERVICE)[0]
    assign = reverse("readiness:ownership_assign", args=[SERVICE, held.domain.key])
    yield Place("ownership_assign", assign, LEAD)
    yield Place("ownership_vacate", reverse("readiness:ownership_vacate", args=[SERVICE, held.public_id]), LEAD)
    dependency = Dependency.objects.filter(service__slug=SERVICE)[0]
    declare = reverse("readiness:dependency_declare", args=[SERVICE, dependency.public_id])
    yield Place("dependency_declare", declare, LEAD)
    model = ServedModel.objects.filter(service__slug=SERVICE)[0]
    record = reverse("readiness:model_version_record", args=[SERVICE, model.public_id])
    yield Place("model_version_record", record, LEAD)


def _releases() -> Iterator[Place]:
    for name in ("release", "release_change", "release_cancel", "release_deploy"):
        yield Place(name, reverse(f"readiness:{name}", args=[SERVICE, RELEASE]), LEAD)


def _review() -> Iterator[Place]:
    review = Review.objects.get(service__slug=SERVICE, number=REVIEW)
    at = [SERVICE, REVIEW]
    yield Place("review", reverse("readiness:review", args=at), ENGINEER, "review")
    yield Place("review_abandon", reverse("readiness:review_abandon", args=at), LEAD)
    yield Place("signoffs_grant", reverse("readiness:signoffs_grant", args=at), APPROVER, "review")
    green = review.answers.filter(state="green", signoff=None)[0]
    yield Place("answer", reverse("readiness:answer", args=[*at, green.item_key]), ENGINEER, "part")
    yield Place("answer_assign", reverse("readiness:answer_assign", args=[*at, green.item_key]), ENGINEER, "part")
    yield Place("review_present", reverse("readiness:review_present", args=at), ENGINEER, "part")
    yield Place("review_way", reverse("readiness:review_way", args=at), ENGINEER, "part")
    yield Place("evidence_add", reverse("readiness:evidence_add", args=[*at, green.item_key]), ENGINEER, "part")
    yield Place("waiver_ask", reverse("readiness:waiver_ask", args=[*at, "sec.input"]), ENGINEER)
    yield Place("signoff_ask", reverse("readiness:signoff_ask", args=[*at, green.item_key]), ENGINEER, "part")
    yield Place("signoff_grant", reverse("readiness:signoff_grant", args=[*at, green.item_key]), APPROVER, "part")
    file = Evidence.objects.filter(answer__review=review, attachment__isnull=False)[0]
    yield Place("evidence_file", reverse("readiness:evidence_file", args=[file.public_id]), ENGINEER, "file")


def _decisions() -> Iterator[Place]:
    yield Place("decide", reverse("readiness:decide", args=[SERVICE, RELEASE]), DECIDER)
    yield Place("emergency", reverse("readiness:emergency", args=[SERVICE, RELEASE]), DECIDER)
    open_one = Condition.objects.filter(met=None).select_related("decision__service")[0]
    decided = [open_one.decision.service.slug, open_one.decision.number]
    who = "deshawn.carter@example.com"
    yield Place("decision", reverse("readiness:decision", args=decided), who)
    yield Place("decision_withdraw", reverse("readiness:decision_withdraw", args=decided), "samuel.adeyemi@example.com")
    yield Place("live", reverse("readiness:live", args=[SERVICE]), DECIDER)
    yield Place("decision_snapshot", reverse("readiness:decision_snapshot", args=decided), who, "file")
    yield Place("condition_meet", reverse("readiness:condition_meet", args=[*decided, open_one.public_id]), who)
    drill = Drill.objects.filter(service__slug=SERVICE, attachment__isnull=False)[0]
    yield Place("drill_file", reverse("readiness:drill_file", args=[SERVICE, drill.public_id]), ENGINEER, "file")


def _packs() -> Iterator[Place]:
    pack = AuditPack.objects.get()
    packed = reverse("readiness:service_packs", args=[pack.parts.all()[0].service.slug])
    yield Place("packs", reverse("readiness:packs"), COMPLIANCE, "list")
    yield Place("service_packs", packed, COMPLIANCE, "list")
    yield Place("pack_request", reverse("readiness:pack_request"), COMPLIANCE)
    yield Place("pack", reverse("readiness:pack", args=[pack.number]), COMPLIANCE)
    yield Place("pack_download", reverse("readiness:pack_download", args=[pack.number, "pdf"]), COMPLIANCE, "file")


def _machines() -> Iterator[Place]:
    release = Release.objects.get(service__slug=SERVICE, label=RELEASE)
    gate = reverse("api_service_gate", args=[SERVICE]) + f"?release={release.label}&environment=production"
    yield Place("api_schema", reverse("api_schema"), ENGINEER, "api")
    yield Place("api_search", reverse("api_search") + "?q=rollback", ENGINEER, "api")
    yield Place("api_services", reverse("api_services"), ENGINEER, "api")
    yield Place("api_service", reverse("api_service", args=[SERVICE]), ENGINEER, "api")
    yield Place("api_service_status", reverse("api_service_status", args=[SERVICE]), ENGINEER, "api")
    yield Place("api_service_gate", gate, ENGINEER, "api")
    yield Place("api_checks", reverse("api_checks"), ENGINEER, "api")
    check = CheckOccurrence.objects.filter(service__slug=SERVICE).latest("opens_at", "pk")
    yield Place("api_check", reverse("api_check", args=[check.public_id]), ENGINEER, "api")
    decided = LaunchDecision.objects.filter(service__slug=SERVICE)[0]
    yield Place("api_decisions", reverse("api_decisions"), ENGINEER, "api")
    yield Place("api_decision", reverse("api_decision", args=[decided.public_id]), ENGINEER, "api")
    yield Place("api_reviews", reverse("api_reviews", args=[SERVICE]), ENGINEER, "api")
    review = Review.objects.get(service__slug=SERVICE, number=REVIEW)
    # It reads what the review page reads, and is held to the same number.
    yield Place("api_review_items", reverse("api_review_items", args=[review.public_id]), ENGINEER, "part")
    yield Place("api_review", reverse("api_review", args=[review.public_id]), ENGINEER, "part")
    answered = ItemAnswer.objects.get(review=review, item_key="deploy.rollout")
    yield Place("api_item", reverse("api_item", args=[answered.public_id]), ENGINEER, "part")
    file = Evidence.objects.filter(answer__review=review, attachment__isnull=False)[0]
    yield Place("api_evidence", reverse("api_evidence"), ENGINEER, "api")
    yield Place("api_one_evidence", reverse("api_one_evidence", args=[file.public_id]), ENGINEER, "api")
    yield Place("api_evidence_file", reverse("api_evidence_file", args=[file.public_id]), ENGINEER, "file")
    signature = SignOff.objects.filter(answer__review__service__slug=SERVICE)[0]
    yield Place("api_sign_offs", reverse("api_sign_offs"), ENGINEER, "api")
    yield Place("api_sign_off", reverse("api_sign_off", args=[signature.public_id]), ENGINEER, "api")
    yield Place("api_ownership", reverse("api_ownership"), ENGINEER, "api")
    yield Place("api_holdings", f"{reverse('api_holdings')}?person={LEAD}", ENGINEER, "api")
    yield Place("api_absences", reverse("api_absences"), ENGINEER, "api")
    away = Absence.objects.filter(person__email=ENGINEER)[0]
    yield Place("api_absence", reverse("api_absence", args=[away.public_id]), ENGINEER, "api")
    yield Place("api_import_file", reverse("api_import_file", args=["services"]), LEAD, "api")
    team = Service.objects.select_related("scope__team").get(slug=SERVICE).team.slug
    yield Place("api_team_timetables", reverse("api_team_timetables", args=[team]), ENGINEER, "api")
    yield Place("api_team_timetable", reverse("api_team_timetable", args=[team, "weekly"]), ENGINEER, "api")
    yield Place("api_service_live", reverse("api_service_live", args=[SERVICE]), ENGINEER, "api")
    yield Place("api_drills", reverse("api_drills"), ENGINEER, "api")
    for name in ("service_ownership", "service_targets", "service_models", "service_dependencies"):
        yield Place(f"api_{name}", reverse(f"api_{name}", args=[SERVICE]), ENGINEER, "api")
    yield Place("api_releases", reverse("api_releases"), ENGINEER, "api")
    yield Place("api_release", reverse("api_release", args=[release.public_id]), ENGINEER, "api")
    pack = AuditPack.objects.get()
    yield Place("api_audit_packs", reverse("api_audit_packs"), COMPLIANCE, "api")
    yield Place("api_audit_pack", reverse("api_audit_pack", args=[pack.public_id]), COMPLIANCE, "api")
    for ending in ("pdf", "archive"):
        handed_out = reverse(f"api_audit_pack_{ending}", args=[pack.public_id])
        yield Place(f"api_audit_pack_{ending}", handed_out, COMPLIANCE, "file")
    newest = AuditEvent.objects.visible_to(access_of(User.objects.get(email=ENGINEER)))[0]
    yield Place("api_audit_trail", reverse("api_audit_trail"), ENGINEER, "api")
    yield Place("api_audit_event", reverse("api_audit_event", args=[newest.number]), ENGINEER, "api")
    item, finding = (
        ActionItem.objects.filter(service__slug=SERVICE)[0],
        Finding.objects.filter(service__slug=SERVICE)[0],
    )
    yield Place("api_service_gaps", reverse("api_service_gaps", args=[SERVICE]), LEAD, "api")
    yield Place("api_action_items", reverse("api_action_items"), ENGINEER, "api")
    yield Place("api_action_item", reverse("api_action_item", args=[item.public_id]), ENGINEER, "api")
    yield Place("api_incidents", reverse("api_incidents"), ENGINEER, "api")
    yield Place("api_incident", reverse("api_incident", args=[Incident.objects.all()[0].public_id]), ENGINEER, "api")
    followed = [Incident.objects.exclude(playbook="")[0].public_id]
    for name in ("api_incident_steps", "api_incident_timeline"):
        yield Place(name, reverse(name, args=followed), ENGINEER, "api")
    yield Place("api_post_mortems", reverse("api_post_mortems"), ENGINEER, "api")
    account = PostMortem.objects.all()[0].public_id
    yield Place("api_post_mortem", reverse("api_post_mortem", args=[account]), ENGINEER, "api")
    yield Place("api_post_mortem_pdf", reverse("api_post_mortem_pdf", args=[account]), ENGINEER, "api")
    yield Place("api_proposals", reverse("api_proposals"), ENGINEER, "api")
    taken = [Proposal.objects.exclude(accepted_in=None)[0].public_id]
    for name in ("api_proposal", "api_proposal_services"):
        yield Place(name, reverse(name, args=taken), ENGINEER, "api")
    yield Place("api_service_playbooks", reverse("api_service_playbooks", args=[SERVICE]), ENGINEER, "api")
    yield Place("api_service_playbook", reverse("api_service_playbook", args=[SERVICE, ADAPTED]), ENGINEER, "api")
    yield Place("api_findings", reverse("api_findings"), ENGINEER, "api")
    yield Place("api_finding", reverse("api_finding", args=[finding.public_id]), ENGINEER, "api")
    record = DecisionRecord.objects.filter(service__slug=SERVICE)[0]
    yield Place("api_decision_records", reverse("api_decision_records"), ENGINEER, "api")
    yield Place("api_decision_record", reverse("api_decision_record", args=[record.public_id]), ENGINEER, "api")
    on_paper = reverse("api_decision_record_pdf", args=[record.public_id])
    yield Place("api_decision_record_pdf", on_paper, ENGINEER, "api")
    waiver = Waiver.objects.open().filter(service__slug=SERVICE)[0]
    yield Place("api_waivers", reverse("api_waivers"), ENGINEER, "api")
    yield Place("api_waiver", reverse("api_waiver", args=[waiver.public_id]), ENGINEER, "api")
    card = ModelCard.objects.get(model__service__slug=SERVICE)
    yield Place("api_model_cards", reverse("api_model_cards"), ENGINEER, "api")
    for name in ("", "_readme", "_markdown", "_cyclonedx", "_pdf"):
        one = reverse(f"api_model_card{name}", args=[card.public_id])
        yield Place(f"api_model_card{name}", one, ENGINEER, "api")
    book = Runbook.objects.filter(service__slug=SERVICE)[0]
    yield Place("api_runbooks", reverse("api_runbooks"), ENGINEER, "api")
    yield Place("api_runbook", reverse("api_runbook", args=[book.public_id]), ENGINEER, "api")
    yield Place("api_runbook_pdf", reverse("api_runbook_pdf", args=[book.public_id]), ENGINEER, "api")
    yield Place("runbook_pdf", reverse("incidents:runbook_pdf", args=[SERVICE, book.number]), ENGINEER, "file")
    told = {"alert": Alert, "alert_source": AlertSource, "alert_rule": AlertRule}
    for name, model in told.items():
        yield Place(f"api_{name}s", reverse(f"api_{name}s"), LEAD, "api")
        found: Any = model._default_manager.visible_to(access_of(User.objects.get(email=LEAD)))  # type: ignore[attr-defined]
        yield Place(f"api_{name}", reverse(f"api_{name}", args=[found[0].public_id]), LEAD, "api")
    yield Place("api_nowhere", reverse("api_nowhere"), ENGINEER, "api", status=404)
