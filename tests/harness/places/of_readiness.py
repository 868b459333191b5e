"""The places of services: lists, reviews, decisions, documents, packs."""

from collections.abc import Iterator

from django.urls import reverse

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
    Review,
    ServedModel,
    Waiver,
)
from readiness.rules.card_formats import formats
from tests.harness.places.place import APPROVER, COMPLIANCE, DECIDER, ENGINEER, LEAD, RELEASE, REVIEW, SERVICE, Place


def everywhere() -> Iterator[Place]:
    """Every place of services and their reviews, decisions, documents and packs."""
    yield from _lists()
    yield from _documents()
    yield from _registration()
    yield from _of_service()
    yield from _forms_of_service()
    yield from _releases()
    yield from _review()
    yield from _decisions()
    yield from _packs()


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
