"""The places that answer other tools."""

from collections.abc import Iterator

from django.urls import reverse

from incidents.models import (
    Alert,
    AlertRule,
    AlertSource,
    Incident,
    PostMortem,
    Proposal,
    Runbook,
)
from portal.access import access_of
from portal.models import AuditEvent, User
from readiness.models import (
    Absence,
    ActionItem,
    AuditPack,
    CheckOccurrence,
    DecisionRecord,
    Evidence,
    Finding,
    ItemAnswer,
    LaunchDecision,
    ModelCard,
    Release,
    Review,
    Service,
    SignOff,
    Waiver,
)
from tests.harness.places.place import (
    ADAPTED,
    COMPLIANCE,
    ENGINEER,
    LEAD,
    RELEASE,
    REVIEW,
    SERVICE,
    Kind,
    Place,
)


def everywhere() -> Iterator[Place]:
    """Every place of the API."""
    yield _at("schema")
    yield _at("search", query="?q=rollback")
    yield _at("nowhere", status=404)
    yield from _services()
    yield from _reviews()
    yield from _decisions()
    yield from _checks_and_gaps()
    yield from _teams_and_the_record()
    yield from _documents()
    yield from _incidents()
    yield from _alerts()


def _at(
    name: str, *arguments: object, who: str = ENGINEER, kind: Kind = "api", query: str = "", status: int = 200
) -> Place:
    return Place(f"api_{name}", reverse(f"api_{name}", args=arguments) + query, who, kind, status=status)


def _services() -> Iterator[Place]:
    release = Release.objects.get(service__slug=SERVICE, label=RELEASE)
    yield _at("services")
    for name in ("", "_status", "_live", "_ownership", "_targets", "_models", "_dependencies"):
        yield _at(f"service{name}", SERVICE)
    yield _at("service_gate", SERVICE, query=f"?release={release.label}&environment=production")
    yield _at("ownership")
    yield _at("releases")
    yield _at("release", release.public_id)
    yield _at("drills")


def _reviews() -> Iterator[Place]:
    review = Review.objects.get(service__slug=SERVICE, number=REVIEW)
    answered = ItemAnswer.objects.get(review=review, item_key="deploy.rollout")
    file = Evidence.objects.filter(answer__review=review, attachment__isnull=False)[0]
    signature = SignOff.objects.filter(answer__review__service__slug=SERVICE)[0]
    yield _at("reviews", SERVICE)
    # These read what the review page reads, and are held to the same number.
    yield _at("review_items", review.public_id, kind="part")
    yield _at("review", review.public_id, kind="part")
    yield _at("item", answered.public_id, kind="part")
    yield _at("evidence")
    yield _at("one_evidence", file.public_id)
    yield _at("evidence_file", file.public_id, kind="file")
    yield _at("sign_offs")
    yield _at("sign_off", signature.public_id)


def _decisions() -> Iterator[Place]:
    decided = LaunchDecision.objects.filter(service__slug=SERVICE)[0]
    waiver = Waiver.objects.open().filter(service__slug=SERVICE)[0]
    pack = AuditPack.objects.get()
    yield _at("decisions")
    yield _at("decision", decided.public_id)
    yield _at("waivers")
    yield _at("waiver", waiver.public_id)
    yield _at("audit_packs", who=COMPLIANCE)
    yield _at("audit_pack", pack.public_id, who=COMPLIANCE)
    for ending in ("pdf", "archive"):
        yield _at(f"audit_pack_{ending}", pack.public_id, who=COMPLIANCE, kind="file")


def _checks_and_gaps() -> Iterator[Place]:
    check = CheckOccurrence.objects.filter(service__slug=SERVICE).latest("opens_at", "pk")
    item = ActionItem.objects.filter(service__slug=SERVICE)[0]
    finding = Finding.objects.filter(service__slug=SERVICE)[0]
    yield _at("checks")
    yield _at("check", check.public_id)
    yield _at("service_gaps", SERVICE, who=LEAD)
    yield _at("action_items")
    yield _at("action_item", item.public_id)
    yield _at("findings")
    yield _at("finding", finding.public_id)


def _teams_and_the_record() -> Iterator[Place]:
    team = Service.objects.select_related("scope__team").get(slug=SERVICE).team.slug
    away = Absence.objects.filter(person__email=ENGINEER)[0]
    newest = AuditEvent.objects.visible_to(access_of(User.objects.get(email=ENGINEER)))[0]
    yield _at("holdings", query=f"?person={LEAD}")
    yield _at("absences")
    yield _at("absence", away.public_id)
    yield _at("import_file", "services", who=LEAD)
    yield _at("team_timetables", team)
    yield _at("team_timetable", team, "weekly")
    yield _at("audit_trail")
    yield _at("audit_event", newest.number)


def _documents() -> Iterator[Place]:
    card = ModelCard.objects.get(model__service__slug=SERVICE)
    record = DecisionRecord.objects.filter(service__slug=SERVICE)[0]
    book = Runbook.objects.filter(service__slug=SERVICE)[0]
    for name, one in (("model_card", card), ("decision_record", record), ("runbook", book)):
        yield _at(f"{name}s")
        yield _at(name, one.public_id)
        yield _at(f"{name}_pdf", one.public_id)
    for form in ("readme", "markdown", "cyclonedx"):
        yield _at(f"model_card_{form}", card.public_id)


def _incidents() -> Iterator[Place]:
    followed = Incident.objects.exclude(playbook="")[0].public_id
    account = PostMortem.objects.all()[0].public_id
    taken = Proposal.objects.exclude(accepted_in=None)[0].public_id
    yield _at("incidents")
    yield _at("incident", Incident.objects.all()[0].public_id)
    for name in ("steps", "timeline"):
        yield _at(f"incident_{name}", followed)
    yield _at("post_mortems")
    yield _at("post_mortem", account)
    yield _at("post_mortem_pdf", account)
    yield _at("proposals")
    for name in ("proposal", "proposal_services"):
        yield _at(name, taken)
    yield _at("service_playbooks", SERVICE)
    yield _at("service_playbook", SERVICE, ADAPTED)


def _alerts() -> Iterator[Place]:
    access = access_of(User.objects.get(email=LEAD))
    found = {
        "alert": Alert.objects.visible_to(access)[0].public_id,
        "alert_source": AlertSource.objects.visible_to(access)[0].public_id,
        "alert_rule": AlertRule.objects.visible_to(access)[0].public_id,
    }
    for name, one in found.items():
        yield _at(f"{name}s", who=LEAD)
        yield _at(name, one, who=LEAD)
