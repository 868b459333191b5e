"""Keeping decision records: proposed, revised while nobody has decided, accepted or rejected, later ended.

Of two who move one record at once the second is told: each locks it, and saves while it stands where they read it.
"""

from dataclasses import replace

from django.db import IntegrityError, transaction

from portal import clock, notifications, permissions
from portal.actions import documents
from portal.actions.documents import Written
from portal.audit import Verb
from portal.document_kinds import Kind, Term
from portal.errors import Conflict, DomainError
from portal.models.base import next_number
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord, DecisionRecordReview, DecisionRecordRevision, Service
from readiness.queries import document_people
from readiness.rules import decision_records as rules

KIND = Kind(
    name="decision record",
    fields=rules.FIELDS,
    revisions=DecisionRecordRevision,
    reviews=DecisionRecordReview,
    begun=verbs.DECISION_RECORD_PROPOSED,
    revised=verbs.DECISION_RECORD_REVISED,
    reviewed=verbs.DECISION_RECORD_REVIEWED,
    own_terms=(
        Term("title", "Title"),
        Term("state", "Where it stands", lambda state: State(state).label, is_written=False),
        Term("decided_on", "Decided", is_written=False),
        Term("superseded_by", "Superseded by", is_written=False),
    ),
)
NO_TITLE = "Give it a title: the decision in a few words."


def propose(access: Access, *, service: Service, title: str, written: Written) -> DecisionRecord:
    """Writes the next record of a service. The older ones that its field `supersedes` names end when it is accepted.

    Raises DomainError at the field that is refused, Conflict where another was proposed at the same moment.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, service.scope)
    named = texts.name(title, "title", needed=NO_TITLE)
    try:
        with transaction.atomic():
            _check_superseded(service, None, written)
            record = DecisionRecord(service=service, number=next_number(service.decision_records.all()))
            documents.begin(access, KIND, record, replace(written, terms={"title": named}))
    except IntegrityError as clash:
        raise Conflict("Another record was proposed at the same moment. Nothing is lost: save again.") from clash
    return record


def revise(access: Access, *, record: DecisionRecord, title: str, written: Written, seen: int) -> list[str]:
    """Writes the next revision of a proposal begun at revision `seen`; the keys of what changed, if anything.

    Raises as documents.revise, and DomainError where the record is decided: its text never changes then.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, record.scope)
    named = texts.name(title, "title", needed=NO_TITLE)
    with transaction.atomic():
        documents.hold(record)
        if words := rules.revise_refusal(record.state):
            raise DomainError(words)
        _check_superseded(record.service, record.number, written)
        return documents.revise(access, KIND, record, replace(written, terms={"title": named}), seen=seen)


def accept(access: Access, *, record: DecisionRecord, seen: int, note: str = "") -> None:
    """Accepts a proposal as it stands in revision `seen`; what it supersedes ends with it, or nothing happens.

    Whom it names as deciding or to be informed, and its keeper, are told.
    Raises DomainError where it may not be accepted, or what it names is not accepted any more; Conflict where it was
    revised since it was read.
    """
    with transaction.atomic():
        _move(access, record, State.ACCEPTED, seen)
        older = _named(record)
        record.decided_on = clock.now().date()
        _keep(access, verbs.DECISION_RECORD_ACCEPTED, record, note, supersedes=[one.number for one in older])
        for one in older:
            one.state, one.superseded_by = State.SUPERSEDED, record
            words = f"{record.number} took its place."
            _keep(access, verbs.DECISION_RECORD_SUPERSEDED, one, words, superseded_by=record.number)
        _tell_accepted(access, record)


def reject(access: Access, *, record: DecisionRecord, seen: int, note: str) -> None:
    """Rejects a proposal as it stands in revision `seen`, with the reason. Raises as `accept`."""
    with transaction.atomic():
        _move(access, record, State.REJECTED, seen)
        record.decided_on = clock.now().date()
        _keep(access, verbs.DECISION_RECORD_REJECTED, record, _reason(note, "Say why it is rejected."))


def deprecate(access: Access, *, record: DecisionRecord, seen: int, note: str) -> None:
    """Ends an accepted record that nothing takes the place of, with the reason. Raises as `accept`."""
    with transaction.atomic():
        _move(access, record, State.DEPRECATED, seen)
        _keep(access, verbs.DECISION_RECORD_DEPRECATED, record, _reason(note, "Say why it holds no longer."))


def confirm(access: Access, *, record: DecisionRecord, seen: int, note: str = "") -> None:
    """Says that an accepted record still holds; the next review is counted from today. Raises as documents.confirm."""
    with transaction.atomic():
        permissions.require(access, Capability.DOCUMENT_REVIEW, record.scope)
        documents.hold(record)
        if words := rules.review_refusal(record.state):
            raise DomainError(words)
        documents.confirm(access, KIND, record, seen=seen, note=note)


def _move(access: Access, record: DecisionRecord, to: State, seen: int) -> None:
    """Holds the record and puts it at its next state, not saved yet."""
    permissions.require(access, Capability.DOCUMENT_REVIEW, record.scope)
    documents.hold(record)
    documents.refuse_older(KIND, record, seen)
    if words := rules.move_refusal(record.state, to):
        raise DomainError(words)
    record.state = to


def _keep(access: Access, verb: Verb, record: DecisionRecord, note: str, **facts: object) -> None:
    is_review = verb is verbs.DECISION_RECORD_ACCEPTED
    documents.move(access, KIND, verb, record, note=note, is_review=is_review, facts=facts)


def _tell_accepted(access: Access, record: DecisionRecord) -> None:
    people = document_people.named(record.service, rules.people(record.content))
    notifications.notify(
        {person.pk: person for person in (record.keeper, *people)}.values(),
        kind="decision-record-accepted",
        key=f"decision-record-accepted-{record.public_id}",
        subject=f"{record.service.name}: decision record {record} is accepted",
        url=record.get_absolute_url(),
        scope=record.scope,
        by=access,
    )


def _named(record: DecisionRecord) -> list[DecisionRecord]:
    """The records that this one ends, locked in the order of their keys."""
    numbers = rules.named(record.content)
    locked = DecisionRecord.objects.select_for_update(of=("self",)).select_related("service__scope__team", "keeper")
    found = list(locked.filter(service=record.service_id, number__in=numbers).order_by("pk"))
    states = {one.number: one.state for one in found}
    if words := rules.supersedes_refusal(rules.line(numbers), record.number, states):
        raise DomainError(f"{words} Revise the proposal first.")
    return found


def _check_superseded(service: Service, own: int | None, written: Written) -> None:
    states = dict(service.decision_records.values_list("number", "state"))
    if words := rules.supersedes_refusal(str(written.content.get(rules.SUPERSEDES.key) or ""), own, states):
        raise DomainError.of({rules.SUPERSEDES.key: [words]})


def _reason(note: str, needed: str) -> str:
    if not note.strip():
        raise DomainError.of({"note": [needed]})
    return note
