"""What a pack says of a service is what the portal would have said at the end of the period, by the same rules."""

import datetime
import hashlib
import io
import json
import zipfile
from decimal import Decimal

import pypdf
import pytest
import time_machine
from django.db.models import Model

from portal import audit, clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness import verbs
from readiness.actions import answers, audit_packs, ownership, signoffs, status, targets, waivers
from readiness.choices import AssignmentRole
from readiness.models import AuditPack, Deployment, OwnershipDomain, Release, Service, ServiceStatus
from readiness.queries import portfolio
from readiness.queries.packs import moments, services
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings
from readiness.rules.measures import Targets
from readiness.rules.pack_contents import ServiceChapterData
from tests.factories import launches, portal, readiness, waiving
from tests.factories import reviews as made
from tests.factories.days import today

pytestmark = pytest.mark.django_db


def moment(since: datetime.date | None = None, until: datetime.date | None = None) -> Moment:
    event = AuditEvent.objects.order_by("number").last()
    assert event is not None
    return moments.moment(event, since or today(-7), until or today(), clock.now())


def chapters(service: Service, at: Moment | None = None) -> ServiceChapterData:
    return services.chapters(service, at or moment(), Meanings())


def live(release: Release | None) -> None:
    assert release is not None
    deployment = Deployment.objects.create(
        release=release,
        environment=release.service.environments.get(kind="production"),
        deployed_by=release.service.owner,
        deployed_at=clock.now(),
    )
    status.refresh(Service.objects.get(pk=release.service_id))
    recorded(release.service, verbs.RELEASE_DEPLOYED, deployment)


def recorded(service: Service, verb: audit.Verb, target: Model) -> None:
    """What a row that was made by hand lacks: its entry in the record."""
    audit.record(portal.access(service.owner), verb, target, scope=service.scope, facts={"service": service.slug})


def test_numbers_and_pillars_are_those_of_the_portfolio_while_the_next_release_is_prepared() -> None:
    service = readiness.service()
    engineer, _ = made.people(service)
    running, prepared = made.started(service), made.started(service)
    made.green(engineer, made.answer(running, "env.infrastructure"))
    made.green(engineer, made.answer(running, "env.secrets"))
    live(running.release)

    found = chapters(service)

    row = ServiceStatus.objects.get(service=service)
    assert prepared.started_at > running.started_at
    assert (found.glance.answered, found.glance.applicable, found.glance.green) == (2, row.applicable, row.green)
    assert [(one.title, one.state, one.open_items) for one in found.glance.pillars] == [
        (one.title, one.state, one.open) for one in portfolio.pillars_of(Service.objects.get(pk=service.pk))
    ]
    assert [review.release for review in found.current_reviews] == [running.release.label]  # type: ignore[union-attr]
    assert found.glance.rests_on == (f"Deployment review, release {running.release.label}",)  # type: ignore[union-attr]


def test_a_release_that_went_live_after_the_moment_colours_nothing() -> None:
    service = readiness.service()
    first, second = made.started(service), made.started(service)
    live(first.release)
    at = moment()
    live(second.release)

    assert [review.release for review in chapters(service, at).current_reviews] == [first.release.label]  # type: ignore[union-attr]


def test_items_after_the_go_count_only_once_the_release_is_live() -> None:
    review = made.started(readiness.service())
    before = chapters(review.service)
    live(review.release)
    after = chapters(review.service)

    assert before.reviews[0].uncounted == after.reviews[0].applicable - before.reviews[0].applicable > 0
    assert after.reviews[0].uncounted == 0


def test_a_release_is_listed_with_the_model_versions_it_carries_and_no_other() -> None:
    service = readiness.service()
    model = readiness.model(service, "fraud-gbm")
    old, new = (readiness.model_version(model, version) for version in ("5.8.1", "5.9.0"))
    made.started(service, release=readiness.release(service, "5.8.0", carries=[old]))
    made.started(service, release=readiness.release(service, "5.9.0", carries=[new]))
    live(Release.objects.get(label="5.8.0"))

    glance = chapters(service).glance

    assert (glance.release, glance.models) == ("5.8.0", ("fraud-gbm 5.8.1",))
    assert glance.release_words.startswith("live in production since ")
    assert [(one.label, one.models, one.is_live) for one in glance.releases] == [
        ("5.9.0", ("fraud-gbm 5.9.0",), False),
        ("5.8.0", ("fraud-gbm 5.8.1",), True),
    ]


def test_a_review_over_before_the_period_is_shown_while_the_service_rests_on_it() -> None:
    launches.short_checklist()
    with time_machine.travel(clock.now() - datetime.timedelta(days=30), tick=False):
        scene = launches.scene()
        launches.decide(scene)
        live(scene.release)

    found = chapters(scene.service)

    assert [review.release for review in found.reviews] == ["3.2.0"]
    assert found.reviews[0].is_current
    assert [decision.reference for decision in found.decisions] == ["D-1"]


def test_the_drills_of_the_period_are_in_chapter_ten_with_what_they_prove() -> None:
    scene = launches.scene(answered=False)
    launches.drill(scene, result="failed", note="The old image was gone.")

    words = str([section.blocks for section in chapters(scene.service).sections if section.number == 10])
    for part in ("Passed in 4.2 minutes", "Failed in 4.2 minutes", "back to 3.1.0", "The old image was gone."):
        assert part in words
    assert "does not prove the way back: It did not pass." in words


def test_without_a_drill_chapter_ten_says_that_nothing_proves_the_way_back() -> None:
    found = [one.blocks for one in chapters(readiness.service()).sections if one.number == 10]
    assert "nothing proves the way back" in str(found)


def test_the_gaps_that_weigh_most_are_named_with_their_score() -> None:
    scene = launches.scene(signed=False)
    launches.rated(scene, "env.infrastructure", "red")

    gaps = chapters(scene.service).glance.gaps

    assert [(gap.item_key, gap.score) for gap in gaps] == [("env.infrastructure", "3 × 1 × 3 × 1 = 9")]


def test_targets_are_printed_with_unit_and_which_way_they_bind() -> None:
    service = readiness.service()
    targets.change(
        portal.access(service.owner),
        service=service,
        targets=Targets(p95_ms=Decimal(1840), error_rate=Decimal("0.5"), cost_per_prediction=Decimal("0.0121")),
        revision=0,
    )

    assert {fact.label: fact.value for fact in chapters(service).glance.targets} == {
        "p95 latency": "at most 1.84 s",
        "Error rate": "at most 0.5 %",
        "Cost per prediction": "at most €0.0121",
        "Rollback": "at most 15 min",
    }


def test_evidence_is_judged_at_the_end_of_the_period_not_at_its_newest_entry() -> None:
    key, begun = "inc.runbooks", today(-300)
    with time_machine.travel(clock.now() - datetime.timedelta(days=300), tick=False):
        service = readiness.service()
        review = made.started(service)
        made.green(made.people(service)[0], made.answer(review, key))
    start = today(-330)

    def state(until: datetime.date) -> str:
        review = chapters(service, moment(start, until)).reviews[0]
        return next(item.state for item in review.items if item.key == key)

    assert AuditEvent.objects.latest("number").at.date() == begun
    assert made.answer(review, key).state == "green"
    assert state(begun + datetime.timedelta(days=90)) == "green"
    assert state(begun + datetime.timedelta(days=90 + 1)) == "yellow"


def test_a_sign_off_made_void_after_the_moment_still_stands_in_the_pack() -> None:
    scene = launches.scene()
    at = moment()
    signoffs.reopen(scene.access("engineer"), answer=made.answer(scene.review, "env.secrets"), reason="Moved.")

    found = {one.item_key: one.void for one in chapters(scene.service, at).signoffs}
    assert found["env.secrets"] is None
    assert {one.item_key: one.void for one in chapters(scene.service).signoffs}["env.secrets"] is not None


def test_an_item_given_away_after_the_moment_has_its_old_owner() -> None:
    scene = launches.scene(answered=False)
    at = moment()
    answers.assign(scene.access("lead"), answer=made.answer(scene.review, "env.secrets"), person=scene.engineer)

    def owner(seen: Moment) -> str:
        items = chapters(scene.service, seen).reviews[0].items
        return next(item.owner for item in items if item.key == "env.secrets")

    assert owner(at) == "Priya Lead"
    assert owner(moment()) == "Enno Engineer"


def test_what_changed_hands_in_the_period_is_told_with_both_names_and_the_reason() -> None:
    scene = launches.scene(answered=False)
    domain = OwnershipDomain.objects.get(key="inference")
    lead = scene.access("lead")
    ownership.assign(lead, service=scene.service, domain=domain, person=scene.engineer, role=AssignmentRole.ACCOUNTABLE)
    ownership.vacate(lead, service=scene.service, domain=domain, person=scene.engineer, reason="Left the team.")

    told = [one for one in chapters(scene.service).ownership.handovers if one.domain == domain.title]

    assert [(one.before, one.after, one.reason) for one in told] == [
        ("", "Priya Lead", ""),
        ("Priya Lead", "Enno Engineer", ""),
        ("Enno Engineer", "", "Left the team."),
    ]


def test_one_person_who_holds_everything_is_warned_about() -> None:
    scene = launches.scene(answered=False)
    assert "One person, Priya Lead, is accountable for all" in chapters(scene.service).ownership.warnings[0]


def test_a_waiver_names_who_settled_it() -> None:
    scene = launches.scene()
    waived = launches.waived(scene, "env.infrastructure", today(+20))
    recorded(scene.service, verbs.WAIVER_APPROVED, waived)

    waiver = chapters(scene.service).waivers[0]

    assert waiver.in_force
    assert waiver.settled_by is not None
    assert waiver.settled_by.name == "Dora Decider"


@launches.unwatched()
def test_the_pdf_of_a_decided_release_answers_what_an_auditor_asks() -> None:
    scene = launches.scene()
    launches.decide(scene)
    compliance = portal.access(portal.member(None, Role.COMPLIANCE, name="Cora Compliance"))
    pack = audit_packs.request(compliance, services=[scene.service], since=today(-7), until=today())
    for part in pack.parts.all():
        audit_packs.build_part(part.pk)
    audit_packs.finish(pack.pk)
    ready = AuditPack.objects.get(pk=pack.pk)
    assert ready.state == "ready", ready.error
    with ready.pdf.open("rb") as file:
        pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(file.read())).pages]
    with ready.archive.open("rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    text = " ".join(pages)

    for words in (
        "What was decided Verdict State Release, environment By, when (UTC)",
        "D-1 Go Current 3.2.0; staging Dora Decider",
        "Not known, and accepted: A sev-1 incident is open Dora Decider",
        "Watched by hand until it is connected.",
        "Prepared by Enno Engineer",
        "Signed by Alma Approver",
        "Rollback drill",
        "Decided by Dora Decider",
    ):
        assert words in text, words
    decision = scene.service.decisions.get()
    assert hashlib.sha256(archive.read(f"decisions/{scene.service.slug}-D-1.json")).hexdigest() == (
        decision.snapshot_digest
    )
    assert decision.snapshot_digest in text.replace(" ", "")
    assert f"decisions/{scene.service.slug}-D-1.json" in archive.read("record.sha256").decode()
    assert len(json.loads(archive.read("data.json"))["services"][0]["trail"]["events"]) == (
        AuditEvent.objects.filter(scope=scene.service.scope, number__lte=ready.as_of.number).count()
    )


def test_a_waiver_names_who_revoked_it_and_what_it_renews() -> None:
    of = launches.scene(answered=False)
    first = waiving.approved(of, days=10)
    renewal = waiving.approved(of, days=40)
    waivers.revoke(of.access("decider"), waiver=renewal, reason="It failed in the drill.")

    newest, before = chapters(of.service).waivers

    assert (newest.state, newest.renews, newest.note) == ("Revoked", f"W-{first.pk}", "It failed in the drill.")
    assert newest.revoked_by is not None
    assert newest.revoked_by.name == "Dora Decider"
    assert (before.state, before.renews, before.revoked_by) == ("Renewed", "", None)
