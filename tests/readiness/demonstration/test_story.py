"""What the demonstration's services show: one of each kind, from a draft to a service that is live."""

import datetime
from collections import Counter
from itertools import groupby

import pytest

from portal import clock
from portal.access import access_of
from portal.models import User
from readiness.choices import (
    ActionOrigin,
    ActionState,
    AssignmentRole,
    DecisionState,
    DependencyState,
    DrillResult,
    FindingState,
    ItemState,
    ServiceState,
    TriggerState,
    Verdict,
)
from readiness.models import (
    Absence,
    ActionItem,
    Assignment,
    AuditPack,
    Dependency,
    Drill,
    Evidence,
    Finding,
    LaunchDecision,
    Release,
    Review,
    Service,
    SignOff,
    SignOffReturn,
)
from readiness.queries import abandoned, decisions, launch, launch_subjects, live_releases, waiver_list
from readiness.queries import status as status_queries
from readiness.rules.triggers import Key, Trigger
from tests.harness.databases import Database


def outlook(slug: str, label: str, who: str = "decider@example.com") -> str:
    """What somebody sees of a go for production."""
    service = Service.objects.get(slug=slug)
    release = Release.objects.get(service=service, label=label)
    subject = launch_subjects.again(release, service.environments.get(name="production"))
    return launch.look(subject, access_of(User.objects.get(email=who)), clock.now()).outlook.word


def today() -> datetime.date:
    return clock.now().date()


def test_eight_services_stand_in_different_places_of_their_lives(demo_database: Database) -> None:
    states = Counter(Service.objects.values_list("state", flat=True))
    assert states == {ServiceState.DRAFT: 1, ServiceState.IN_REVIEW: 5, ServiceState.LIVE: 2}
    assert {service.tier for service in Service.objects.all()} == {1, 2, 3, 4}
    assert {service.sourcing for service in Service.objects.all()} == {"self-hosted", "third-party-api", "hybrid"}
    assert [service.slug for service in Service.objects.filter(scope__restricted=True)] == ["kyc-face-match"]
    assert max(len(service.name) for service in Service.objects.all()) > 50


def worth(slug: str, label: str, environment: str) -> str:
    """What the newest decision on a release is worth now."""
    taken = LaunchDecision.objects.filter(
        service__slug=slug, release__label=label, environment__name=environment
    ).latest("sequence")
    return decisions.now_of(taken, clock.now()).state


def test_there_is_a_decision_of_each_kind_and_both_live_services_stand_on_theirs(demo_database: Database) -> None:
    taken = {decision.verdict for decision in LaunchDecision.objects.all()}
    assert taken == set(Verdict)
    standing = {service.slug: service.status.standing for service in Service.objects.all()}
    assert standing["fraud-scoring"] == Verdict.GO
    assert standing["support-copilot"] == Verdict.EMERGENCY_GO
    assert standing["kyc-face-match"] == Verdict.NO_GO


WORTH = (
    ("fraud-scoring", "5.8.0", "production", DecisionState.CURRENT),
    ("support-copilot", "3.2.0", "production", DecisionState.LAPSED),
    ("support-copilot", "3.2.1", "production", DecisionState.CURRENT),
    ("claims-triage", "2.4.0", "staging", DecisionState.WITHDRAWN),
    ("document-search", "1.4.0", "preview", DecisionState.EXPIRED),
    ("document-search", "1.4.0", "staging", DecisionState.CURRENT),
)


@pytest.mark.parametrize(("slug", "label", "environment", "state"), WORTH)
def test_decisions_are_current_lapsed_withdrawn_and_expired(
    demo_database: Database, slug: str, label: str, environment: str, state: str
) -> None:
    assert worth(slug, label, environment) == state


WAIVERS = (
    ("asked", "fraud-scoring", "perf.load", 0),
    ("lapsing", "support-copilot", "mon.alerts", 0),
    ("standing", "fraud-scoring", "spend.showback", 2),
    ("lapsed", "voice-transcription", "mon.alerts", 0),
    ("ended", "kyc-face-match", "sec.output", 0),
)
"""A filter of the list, whose item it finds, and how often its waiver was renewed."""


@pytest.mark.parametrize(("found_by", "service", "key", "renewals"), WAIVERS)
def test_a_waiver_waits_one_runs_out_one_was_renewed_twice_one_lapsed_and_one_was_refused(
    demo_database: Database, found_by: str, service: str, key: str, renewals: int
) -> None:
    access = access_of(User.objects.get(email="compliance@example.com"))
    listed = waiver_list.in_state(waiver_list.listed(access, clock.now()), found_by)
    assert (service, key, renewals) in listed.values_list("service__slug", "item_key", "renewals")


def test_of_the_conditions_one_is_met_one_is_overdue_and_the_others_are_still_to_come(demo_database: Database) -> None:
    conditions = LaunchDecision.objects.get(verdict=Verdict.CONDITIONAL_GO).conditions.all()
    open_ones = [condition for condition in conditions if not hasattr(condition, "met")]
    assert len(conditions) - len(open_ones) == 1
    overdue = [condition.item_key for condition in open_ones if condition.due_on < today()]
    assert overdue == ["docs.user"]
    assert len(open_ones) == 3


def test_what_the_emergency_go_skipped_is_owed_and_was_asked_for_by_somebody_else(demo_database: Database) -> None:
    hurried = LaunchDecision.objects.get(verdict=Verdict.EMERGENCY_GO)
    keys = {condition.item_key for condition in hurried.conditions.all()}
    assert keys == {"env.configuration", "mon.alerts", "mon.logging", "deploy.rollout"}
    assert hurried.emergency.request.asked_by != hurried.decided_by
    assert hurried.acknowledged["dependency"] == "It is why we hurry."


def test_items_after_the_emergency_go_are_late_and_its_decider_is_asked(demo_database: Database) -> None:
    live = live_releases.of(Service.objects.get(slug="support-copilot"), clock.now())
    assert live is not None
    assert live.release.label == "3.2.1"
    assert live.is_late
    decider = access_of(User.objects.get(email="samuel.adeyemi@example.com"))
    assert live.deployment in live_releases.waiting_for_a_decider(decider)


def trigger(slug: str, label: str, key: str) -> Trigger:
    """One trigger of a go for production."""
    release = Release.objects.get(service__slug=slug, label=label)
    subject = launch_subjects.again(release, release.service.environments.get(name="production"))
    seen = launch.look(subject, access_of(User.objects.get(email="decider@example.com")), clock.now())
    return next(found for found in seen.watch.triggers if found.key == key)


def test_the_cost_of_a_live_service_broke_the_baseline_of_its_go(demo_database: Database) -> None:
    found = trigger("fraud-scoring", "5.9.0", Key.UNUSUAL_METRICS)
    assert found.state == TriggerState.FIRING
    assert "the baseline" in found.facts


def test_on_the_planned_day_somebody_is_away_and_a_deputy_stands_in(demo_database: Database) -> None:
    found = trigger("fraud-scoring", "5.9.0", Key.KEY_PERSON)
    assert found.state == TriggerState.CLEAR
    assert "Bjørn Aasland is away until" in found.facts
    assert "the deputy Jürgen Großmann stands in" in found.facts


def test_without_a_deputy_the_same_holds_a_go_back(demo_database: Database) -> None:
    found = trigger("voice-transcription", "1.10.0", Key.KEY_PERSON)
    assert found.state == TriggerState.FIRING
    assert "Yusuf Demir" in found.facts


def test_one_service_is_ready_for_its_decider_and_another_is_not(demo_database: Database) -> None:
    assert outlook("claims-triage", "2.4.0") == "Ready"
    assert outlook("kyc-face-match", "2.3.1") == "Not ready"


def test_a_review_is_half_done_with_items_in_every_colour(demo_database: Database) -> None:
    service = Service.objects.get(slug="customer-identity-resolution-and-household-matching")
    states = Counter(service.reviews.get().answers.values_list("state", flat=True))
    assert set(states) == {state for state in ItemState if state != ItemState.WAIVED}


def test_a_sign_off_is_void_and_its_item_was_signed_anew_by_one_who_wrote_none_of_it(demo_database: Database) -> None:
    void = SignOff.objects.get(void__isnull=False)
    assert void.answer.signoff is not None
    assert void.answer.signoff.round == void.round + 1
    assert void.answer.text_by != void.answer.signoff.person


def test_items_were_returned_and_one_waits_with_who_answered_it(demo_database: Database) -> None:
    assert SignOffReturn.objects.filter(standing_on__isnull=True).exists()
    assert SignOffReturn.objects.filter(standing_on__item_key="env.configuration").exists()


def test_drills_passed_failed_and_are_too_old(demo_database: Database) -> None:
    assert Drill.objects.filter(result=DrillResult.FAILED).exists()
    newest = Drill.objects.filter(result=DrillResult.PASSED).order_by("service", "-performed_at")
    ages = [(clock.now() - next(of).performed_at).days for _, of in groupby(newest, lambda drill: drill.service_id)]
    assert min(ages) < 60
    assert max(ages) > 90


def test_owners_leave_holes_and_one_person_holds_everything(demo_database: Database) -> None:
    held = Assignment.objects.current().filter(role=AssignmentRole.ACCOUNTABLE).select_related("person", "service")
    alone = {row.person.name for row in held if row.service.slug == "voice-transcription"}
    assert alone == {"Yusuf Demir"}
    assert Service.objects.get(slug="customer-identity-resolution-and-household-matching").status.owner_holes == 2


def test_two_people_will_be_away_one_of_them_without_a_deputy(demo_database: Database) -> None:
    away = Absence.objects.filter(ends_on__gte=today())
    assert sorted(absence.deputy is None for absence in away) == [False, True]


def test_dependencies_are_stable_degraded_and_never_declared(demo_database: Database) -> None:
    states = set(Dependency.objects.values_list("state", flat=True))
    assert states == {DependencyState.STABLE, DependencyState.DEGRADED, DependencyState.UNKNOWN}


def test_evidence_is_files_links_and_a_drill_each_naming_what_it_proves(demo_database: Database) -> None:
    kinds = Counter(Evidence.objects.values_list("kind", flat=True))
    assert set(kinds) == {"file", "link", "drill"}
    assert not Evidence.objects.filter(release__isnull=True).exclude(kind="drill").exists()


def test_an_audit_pack_is_ready(demo_database: Database) -> None:
    pack = AuditPack.objects.get()
    assert (pack.state, pack.error) == ("ready", "")
    assert pack.requested_by.email == "compliance@example.com"
    with pack.pdf.open("rb") as pdf:
        assert pdf.read(5) == b"%PDF-"


def test_status_rows_are_those_that_counting_anew_gives(demo_database: Database) -> None:
    for service in Service.objects.all():
        fields = status_queries.standing_of(service).as_fields()
        assert {name: getattr(service.status, name) for name in fields} == fields, service.slug


def test_action_items_stand_in_every_column_and_come_from_everything_that_opens_one(demo_database: Database) -> None:
    items = ActionItem.objects.select_related("service")
    assert {item.state for item in items} == set(ActionState)
    assert {item.origin for item in items} == set(ActionOrigin)
    assert {item.state for item in items if item.origin == ActionOrigin.CHECK} == {ActionState.OPEN, ActionState.DONE}
    assert any(not item.is_finished and item.due_on < today() for item in items)
    assert any(item.tracker for item in items)


def test_a_finding_is_open_another_answered_and_a_third_closed(demo_database: Database) -> None:
    assert {finding.state for finding in Finding.objects.with_state()} == set(FindingState)


def test_a_finding_stands_on_an_item_of_the_review_that_is_open(demo_database: Database) -> None:
    finding = Finding.objects.exclude(item_key="").get()
    open_ones = finding.service.reviews.filter(state="open", answers__item_key=finding.item_key, answers__applies=True)
    assert open_ones.exists()


def test_a_review_was_given_up_with_a_reason(demo_database: Database) -> None:
    review = Review.objects.get(state="abandoned")
    assert abandoned.of_service(review.service)[str(review.public_id)].value.startswith("Begun too early")
