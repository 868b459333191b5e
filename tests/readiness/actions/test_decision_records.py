"""Decision records: revised while proposed, word for word the same once decided, superseded both ways at once."""

import datetime

import pytest
from django.core.management import call_command

from portal import clock
from portal.actions.documents import Written
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from portal.queries import documents
from readiness.actions import decision_records
from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord, Service
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

WHY = {"context": "Ten retries held every worker.", "decision": "Retry once."}


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def fresh(record: DecisionRecord) -> DecisionRecord:
    return DecisionRecord.objects.get(pk=record.pk)


def proposed(service: Service, by: User, title: str = "Retry once", **content: str) -> DecisionRecord:
    written = Written({**WHY, **content})
    return decision_records.propose(portal.access(by), service=service, title=title, written=written)


def accepted(service: Service, by: User, title: str = "Retry once", **content: str) -> DecisionRecord:
    record = proposed(service, by, title, **content)
    decision_records.accept(portal.access(by), record=record, seen=1)
    return fresh(record)


def revise(record: DecisionRecord, by: User, title: str = "Retry once", seen: int = 1, **changed: str) -> list[str]:
    written = Written({**WHY, **changed})
    return decision_records.revise(portal.access(by), record=record, title=title, written=written, seen=seen)


def test_records_are_numbered_per_service(service: Service, ana: User) -> None:
    assert [proposed(service, ana).number, proposed(service, ana).number] == [1, 2]
    other = things.service(slug="other", team=service.scope.team)
    assert proposed(other, ana).number == 1


def test_a_proposal_is_revised_freely_its_title_too(service: Service, ana: User) -> None:
    record = proposed(service, ana)
    revise(record, ana, "Retry once, then fall back", consequences="No request waits longer than 4 s.")
    stands = fresh(record)
    assert (stands.title, stands.revision, stands.state) == ("Retry once, then fall back", 2, State.PROPOSED)


@pytest.mark.parametrize("act", ["accept", "reject"])
def test_the_text_of_a_decided_record_never_changes(service: Service, ana: User, act: str) -> None:
    record = proposed(service, ana)
    getattr(decision_records, act)(portal.access(ana), record=record, seen=1, note="Weighed on Tuesday.")
    before = fresh(record)
    with pytest.raises(DomainError, match="its text never changes"):
        revise(record, ana, "Another title", seen=2, decision="Retry ten times.")
    after = fresh(record)
    assert (after.title, after.content, after.content_digest) == (before.title, before.content, before.content_digest)


def test_accepting_is_a_revision_with_its_day_and_counts_as_a_review(service: Service, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=100)):
        record = proposed(service, ana)
    decision_records.accept(portal.access(ana), record=record, seen=1, note="All of Payments agreed.")
    stands = fresh(record)
    today = clock.now().date()
    assert (stands.state, stands.revision, stands.decided_on, stands.reviewed_on) == (State.ACCEPTED, 2, today, today)
    assert stands.content == WHY
    assert documents.history(stands)[0].note == "All of Payments agreed."
    assert documents.last_written(stands)["decision"] == 1


def test_what_was_revised_since_it_was_read_is_not_accepted(service: Service, ana: User) -> None:
    record = proposed(service, ana)
    revise(record, ana, decision="Retry twice.")
    with pytest.raises(Conflict, match="was revised while you read it"):
        decision_records.accept(portal.access(ana), record=record, seen=1)
    assert fresh(record).state == State.PROPOSED


def test_a_record_that_takes_the_place_of_several_ends_them_when_it_is_accepted(service: Service, ana: User) -> None:
    old, older = accepted(service, ana, "Retry ten times"), accepted(service, ana, "No fallback")
    new = proposed(service, ana, "Retry once", supersedes="2, 1")
    assert fresh(old).state == State.ACCEPTED
    decision_records.accept(portal.access(ana), record=new, seen=1)
    assert {fresh(one).standing for one in (old, older)} == {"Superseded by 3"}
    assert list(fresh(new).supersedes.order_by("number")) == [old, older]
    assert AuditEvent.objects.filter(verb="decision-record.superseded").count() == 2
    call_command("verify_record")


def test_of_two_that_would_end_the_same_record_the_second_is_refused_whole(service: Service, ana: User) -> None:
    old = accepted(service, ana)
    first, second = (proposed(service, ana, title, supersedes="1") for title in ("First", "Second"))
    decision_records.accept(portal.access(ana), record=first, seen=1)
    with pytest.raises(DomainError, match="Record 1 is superseded"):
        decision_records.accept(portal.access(ana), record=second, seen=1)
    assert (fresh(second).state, fresh(second).decided_on) == (State.PROPOSED, None)
    assert fresh(old).superseded_by == first


def test_only_accepted_records_of_the_service_are_named_as_superseded(service: Service, ana: User) -> None:
    proposed(service, ana)
    for given in ("1", "7", "the first"):
        with pytest.raises(DomainError) as refused:
            proposed(service, ana, supersedes=given)
        assert list(refused.value.errors) == ["supersedes"]


def test_rejecting_and_deprecating_need_a_reason(service: Service, ana: User) -> None:
    record, held = proposed(service, ana), accepted(service, ana)
    for act, one, seen in ((decision_records.reject, record, 1), (decision_records.deprecate, held, 2)):
        with pytest.raises(DomainError) as refused:
            act(portal.access(ana), record=one, seen=seen, note=" ")
        assert list(refused.value.errors) == ["note"]
    decision_records.deprecate(portal.access(ana), record=held, seen=2, note="The provider is gone.")
    assert fresh(held).standing == "Deprecated"


def test_only_what_is_accepted_grows_stale_and_is_reviewed(service: Service, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=100)):
        waiting, held = proposed(service, ana), accepted(service, ana)
    assert (fresh(waiting).freshness.is_stale, fresh(held).freshness.is_stale) == (False, True)
    with pytest.raises(DomainError, match="Only an accepted record is reviewed"):
        decision_records.confirm(portal.access(ana), record=waiting, seen=1)
    decision_records.confirm(portal.access(ana), record=fresh(held), seen=2, note="Still so.")
    assert not fresh(held).freshness.is_stale
    assert fresh(held).revision == 2


def test_two_people_at_title_and_text_lose_nothing(service: Service, ana: User) -> None:
    record = proposed(service, ana)
    ben = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ben")
    revise(record, ana, "Retry once, then fall back")
    revise(record, ben, "Retry once", seen=1, consequences="No request waits.")
    stands = fresh(record)
    assert (stands.title, stands.content["consequences"]) == ("Retry once, then fall back", "No request waits.")
    with pytest.raises(Conflict) as told:
        revise(record, ben, "Fall back", seen=1)
    assert told.value.field == "title"


def test_a_record_needs_a_title_and_who_may_write(service: Service, ana: User) -> None:
    with pytest.raises(DomainError) as refused:
        proposed(service, ana, " ")
    assert list(refused.value.errors) == ["title"]
    approver = portal.member(service.scope.team, Role.APPROVER)
    with pytest.raises(NotPermitted):
        proposed(service, approver)
    decision_records.accept(portal.access(approver), record=proposed(service, ana), seen=1)
    viewer = portal.member(service.scope.team, Role.VIEWER)
    with pytest.raises(NotPermitted):
        decision_records.accept(portal.access(viewer), record=proposed(service, ana), seen=1)


def test_whom_it_names_hears_that_it_is_accepted_once(service: Service, ana: User) -> None:
    team = service.scope.team
    _bob, cem, dee = (portal.member(team, Role.CONTRIBUTOR, name=name) for name in ("Bob Ott", "Cem Kaya", "Dee Wu"))
    outside = portal.person("Eve Outside")
    people = {"decision_makers": f"bob ott (lead), Ana; Eve Outside, {cem.email}", "consulted": "Dee Wu"}
    record = proposed(service, ana, **people)
    decision_records.accept(portal.access(service.owner), record=record, seen=1)
    told = Notification.objects.filter(kind="decision-record-accepted")
    assert sorted(notice.recipient.name for notice in told) == ["Ana", "Bob Ott", "Cem Kaya"]
    assert {notice.url for notice in told} == {record.get_absolute_url()}
    assert told[0].subject == f"{service.name}: decision record 1. Retry once is accepted"
    assert not Notification.objects.filter(recipient__in=[outside, dee]).exists()


def test_who_accepts_it_is_not_told_of_their_own_act(service: Service, ana: User) -> None:
    record = proposed(service, ana, decision_makers="Ana")
    decision_records.accept(portal.access(ana), record=record, seen=1)
    assert not Notification.objects.filter(kind="decision-record-accepted").exists()


def test_a_rejected_one_is_told_to_nobody(service: Service, ana: User) -> None:
    record = proposed(service, ana, decision_makers=service.owner.name)
    decision_records.reject(portal.access(ana), record=record, seen=1, note="Too early.")
    assert not Notification.objects.filter(kind="decision-record-accepted").exists()
