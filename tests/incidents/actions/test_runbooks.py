"""Runbooks: every revision is kept, one of a service is its way back, and a drill names the revision it ran."""

import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command

from incidents.actions import runbooks as actions
from incidents.actions.runbooks import Terms
from incidents.models import Runbook, RunbookDrill, RunbookRevision
from incidents.queries import runbooks as queries
from portal import clock
from portal.actions.documents import Written
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent, User
from portal.permissions import Role
from portal.queries import documents
from readiness.models import Drill, Service
from tests.factories import portal, record
from tests.factories import readiness as things
from tests.factories import runbooks as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def test_a_runbook_is_numbered_within_its_service_and_counts_as_reviewed(service: Service, ana: User) -> None:
    first, second = factory.runbook(service, ana), factory.runbook(service, ana, "Empty the cache", is_rollback=False)
    assert (first.number, second.number, first.revision, first.keeper) == (1, 2, 1, ana)
    assert first.review_on == first.reviewed_on + datetime.timedelta(days=90)
    assert AuditEvent.objects.latest("number").verb == "runbook.begun"


def test_a_service_has_one_way_back(service: Service, ana: User) -> None:
    factory.runbook(service, ana)
    with pytest.raises(DomainError, match="“Roll back” is the way back") as refused:
        factory.runbook(service, ana, "Another way")
    assert list(refused.value.errors) == ["is_rollback"]
    other = factory.runbook(service, ana, "Empty the cache", is_rollback=False)
    terms, written = Terms("Empty the cache", is_rollback=True), Written(other.content)
    with pytest.raises(DomainError, match="is the way back"):
        actions.revise(portal.access(ana), runbook=other, terms=terms, written=written, seen=1)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(" "), "title"),
        (Terms("x" * 121), "title"),
        (Terms("Roll back", target_minutes=Decimal(0)), "target_minutes"),
        (Terms("Roll back", target_minutes=Decimal(1441)), "target_minutes"),
    ],
)
def test_what_is_refused_is_said_at_its_field(service: Service, ana: User, terms: Terms, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.begin(portal.access(ana), service=service, terms=terms, written=Written(factory.CONTENT))
    assert list(refused.value.errors) == [field]
    assert not Runbook.objects.exists()


def test_a_link_that_leads_nowhere_is_refused(service: Service, ana: User) -> None:
    with pytest.raises(DomainError) as refused:
        factory.runbook(service, ana, links=[{"title": "Board", "url": "javascript:alert(1)"}])
    assert refused.value.errors["links"][0].startswith("Row 1, address: ")


def test_two_people_at_two_fields_lose_nothing_and_at_one_the_second_is_told(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    ben = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ben")
    mine = dict(runbook.content)
    factory.revise(runbook, ana, symptoms="Errors above 0.5 %")
    terms = Terms(runbook.title, is_rollback=True, target_minutes=Decimal(15))
    written = Written({**mine, "not_for": "The provider is down."})
    actions.revise(portal.access(ben), runbook=factory.again(runbook), terms=terms, written=written, seen=1)
    stands = factory.again(runbook).content
    assert (stands["symptoms"], stands["not_for"]) == ("Errors above 0.5 %", "The provider is down.")
    written = Written({**mine, "symptoms": "Something else"})
    with pytest.raises(Conflict) as told:
        actions.revise(portal.access(ben), runbook=factory.again(runbook), terms=terms, written=written, seen=1)
    assert (told.value.field, told.value.saved) == ("symptoms", "Errors above 0.5 %")


def test_who_changes_the_text_takes_no_new_title_back(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    read = factory.again(runbook)
    renamed = Terms("Go back", is_rollback=True, target_minutes=Decimal(20))
    written = Written(runbook.content)
    actions.revise(portal.access(ana), runbook=factory.again(runbook), terms=renamed, written=written, seen=1)
    mine = Terms("Roll back", is_rollback=True, target_minutes=Decimal(15))
    written = Written({**runbook.content, "symptoms": "Errors"})
    actions.revise(portal.access(ana), runbook=read, terms=mine, written=written, seen=1)
    stands = factory.again(runbook)
    assert (stands.title, stands.target_minutes, stands.content["symptoms"]) == ("Go back", Decimal(20), "Errors")


def test_of_two_who_change_the_title_the_second_is_told(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    for title, said in (("Roll back all", "saved"), ("Roll back one", "told"), ("Roll back all", "saved")):
        terms = Terms(title, is_rollback=True, target_minutes=Decimal(15))
        written, row = Written(factory.CONTENT, "", ana), factory.again(runbook)
        if said == "saved":
            actions.revise(portal.access(ana), runbook=row, terms=terms, written=written, seen=1)
            continue
        with pytest.raises(Conflict) as told:
            actions.revise(portal.access(ana), runbook=row, terms=terms, written=written, seen=1)
        assert (told.value.field, told.value.saved) == ("title", "Roll back all")
    assert factory.again(runbook).title == "Roll back all"


def test_what_was_retired_meanwhile_is_not_brought_back_by_a_revision(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    read = factory.again(runbook)
    actions.retire(portal.access(ana), runbook=factory.again(runbook), seen=1, reason="Old")
    terms, written = Terms("Roll back", is_rollback=True), Written({"purpose": "Something else"})
    with pytest.raises(Conflict, match="retired"):
        actions.revise(portal.access(ana), runbook=read, terms=terms, written=written, seen=1)
    assert factory.again(runbook).retired_at is not None


def test_a_retired_runbook_keeps_its_revisions_and_comes_back(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    actions.retire(portal.access(ana), runbook=factory.again(runbook), seen=1, reason="The gateway does it now")
    stands = factory.again(runbook)
    assert (stands.retired_at is not None, stands.revision) == (True, 2)
    assert documents.history(stands)[0].note == "The gateway does it now"
    assert AuditEvent.objects.latest("number").verb == "runbook.retired"
    with pytest.raises(Conflict, match="Bring it back first"):
        factory.revise(runbook, ana, symptoms="Errors")
    actions.bring_back(portal.access(ana), runbook=factory.again(runbook), seen=2, reason="It does not")
    assert factory.again(runbook).retired_at is None
    assert AuditEvent.objects.latest("number").verb == "runbook.returned"


def test_a_retired_way_back_does_not_come_back_beside_another(service: Service, ana: User) -> None:
    old = factory.runbook(service, ana)
    actions.retire(portal.access(ana), runbook=factory.again(old), seen=1, reason="Written anew")
    factory.runbook(service, ana, "Roll back, the new way")
    with pytest.raises(DomainError, match="the new way"):
        actions.bring_back(portal.access(ana), runbook=factory.again(old), seen=2, reason="Better after all")
    assert factory.again(old).retired_at is not None


def test_retiring_wants_a_reason_and_what_was_read(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    with pytest.raises(DomainError) as refused:
        actions.retire(portal.access(ana), runbook=factory.again(runbook), seen=1, reason=" ")
    assert list(refused.value.errors) == ["note"]
    factory.revise(runbook, ana, symptoms="Errors")
    with pytest.raises(Conflict, match="revised while you read it"):
        actions.retire(portal.access(ana), runbook=factory.again(runbook), seen=1, reason="Old")


def test_a_drill_is_kept_with_the_revision_it_exercised(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana, "Restore the index", is_rollback=False)
    factory.revise(runbook, ana, symptoms="The index is gone")
    drill = factory.drill(runbook, ana, revision=1, kind="restore")
    assert RunbookDrill.objects.get(drill=drill).revision.number == 1
    event = AuditEvent.objects.latest("number")
    assert event.verb == "runbook.drilled"
    found = queries.drills_of(factory.again(runbook), clock.now())
    assert [(line.revision, line.refusal) for line in found.lines] == [(1, "")]
    assert [person for person, _ in found.people] == [ana]
    assert found.due_on == drill.performed_at.date() + datetime.timedelta(days=90)


def test_a_drill_that_is_refused_leaves_nothing(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    with pytest.raises(DomainError) as refused:
        factory.drill(runbook, ana, kind="runbook")
    assert list(refused.value.errors) == ["kind"]
    with pytest.raises(DomainError) as refused:
        factory.drill(runbook, ana, revision=2)
    assert list(refused.value.errors) == ["revision"]
    with pytest.raises(DomainError):
        factory.drill(runbook, ana, link="")
    assert not Drill.objects.exists()
    assert not RunbookDrill.objects.exists()


def test_who_failed_cannot_run_it_yet_and_the_next_drill_is_due_now(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana, is_rollback=False)
    factory.drill(runbook, ana, result="failed", note="The prompt was left behind.", minutes=Decimal("23.6"))
    found = queries.drills_of(factory.again(runbook), clock.now())
    assert (list(found.people), found.is_due) == ([], True)
    assert (found.lines[0].refusal, found.lines[0].kept_time) == ("It did not pass.", "red")


def test_only_those_who_contribute_write_and_drill(service: Service, ana: User) -> None:
    approver = portal.member(service.scope.team, Role.APPROVER)
    with pytest.raises(NotPermitted):
        factory.runbook(service, approver)
    runbook = factory.runbook(service, ana)
    with pytest.raises(NotPermitted):
        factory.drill(runbook, approver)
    with pytest.raises(NotPermitted):
        actions.retire(portal.access(approver), runbook=factory.again(runbook), seen=1, reason="Old")


def test_the_record_verifies_with_runbooks_in_it_and_a_changed_revision_is_found(service: Service, ana: User) -> None:
    runbook = factory.runbook(service, ana)
    factory.drill(runbook, ana)
    factory.revise(runbook, ana, symptoms="Errors")
    actions.confirm(portal.access(ana), runbook=factory.again(runbook), seen=2)
    actions.retire(portal.access(ana), runbook=factory.again(runbook), seen=2, reason="Old")
    call_command("verify_record")
    record.put_guards_aside()
    RunbookRevision.objects.filter(number=1).update(content="{}")
    with pytest.raises(SystemExit):
        call_command("verify_record")
