"""Keeping decision records: proposed, revised while nobody has decided, accepted or rejected, later ended.

Of two who move one record at once the second is told: each locks it, and saves while it stands where they read it.
"""

import json

from django.db import IntegrityError, transaction

from portal import clock, notifications, permissions
from portal.actions import documents
from portal.actions.documents import Kind, Written
from portal.audit import Verb
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord, DecisionRecordReview, DecisionRecordRevision, Service
from readiness.models.reviews import next_number
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
            record = DecisionRecord(service=service, title=named, number=next_number(service.decision_records.all()))
            documents.begin(access, KIND, record, written)
    except IntegrityError as clash:
        raise Conflict("Another record was proposed at the same moment. Nothing is lost: save again.") from clash
    return record


def revise(access: Access, *, record: DecisionRecord, title: str, written: Written, seen: int) -> list[str]:
    """Writes the next revision of a proposal begun at revision `seen`; the keys of what changed, if anything.

    Raises Conflict at a field that two people changed, DomainError at the field that is refused, or where the record
    is decided: its text never changes then.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, record.scope)
    named = texts.name(title, "title", needed=NO_TITLE)
    with transaction.atomic():
        standing = _locked(record)
        if words := rules.revise_refusal(standing.state):
            raise DomainError(words)
        _check_superseded(standing.service, standing.number, written)
        standing.title = _merged_title(standing, named, seen)
        changed = documents.revise(access, KIND, standing, written, seen=seen)
    record.revision = standing.revision
    return changed


def accept(access: Access, *, record: DecisionRecord, seen: int, note: str = "") -> None:
    """Accepts a proposal as it stands in revision `seen`; what it supersedes ends with it, or nothing happens.

    Whom it names as deciding or to be informed, and its keeper, are told.
    Raises DomainError where it may not be accepted, or what it names is not accepted any more; Conflict where it was
    revised since it was read.
    """
    with transaction.atomic():
        standing = _moved(access, record, State.ACCEPTED, seen)
        older = _named(standing)
        standing.decided_on = clock.now().date()
        _keep(access, verbs.DECISION_RECORD_ACCEPTED, standing, note, supersedes=[one.number for one in older])
        for one in older:
            one.state, one.superseded_by = State.SUPERSEDED, standing
            words = f"{standing.number} took its place."
            _keep(access, verbs.DECISION_RECORD_SUPERSEDED, one, words, superseded_by=standing.number)
        _tell_accepted(access, standing)


def reject(access: Access, *, record: DecisionRecord, seen: int, note: str) -> None:
    """Rejects a proposal as it stands in revision `seen`, with the reason. Raises as `accept`."""
    with transaction.atomic():
        standing = _moved(access, record, State.REJECTED, seen)
        standing.decided_on = clock.now().date()
        _keep(access, verbs.DECISION_RECORD_REJECTED, standing, _reason(note, "Say why it is rejected."))


def deprecate(access: Access, *, record: DecisionRecord, seen: int, note: str) -> None:
    """Ends an accepted record that nothing takes the place of, with the reason. Raises as `accept`."""
    with transaction.atomic():
        standing = _moved(access, record, State.DEPRECATED, seen)
        _keep(access, verbs.DECISION_RECORD_DEPRECATED, standing, _reason(note, "Say why it holds no longer."))


def confirm(access: Access, *, record: DecisionRecord, seen: int, note: str = "") -> None:
    """Says that an accepted record still holds; the next review is counted from today. Raises as documents.confirm."""
    with transaction.atomic():
        permissions.require(access, Capability.DOCUMENT_REVIEW, record.scope)
        standing = _locked(record)
        if words := rules.review_refusal(standing.state):
            raise DomainError(words)
        documents.confirm(access, KIND, standing, seen=seen, note=note)


def _locked(record: DecisionRecord) -> DecisionRecord:
    found = DecisionRecord.objects.select_for_update(of=("self",))
    return found.select_related("service__scope__team", "keeper", "superseded_by").get(pk=record.pk)


def _moved(access: Access, record: DecisionRecord, to: State, seen: int) -> DecisionRecord:
    """The locked record at its next state, not saved yet."""
    permissions.require(access, Capability.DOCUMENT_REVIEW, record.scope)
    standing = _locked(record)
    if standing.revision != seen:
        raise Conflict("It was changed while you read it. Look at what changed, then decide again.")
    if words := rules.move_refusal(standing.state, to):
        raise DomainError(words)
    standing.state = to
    return standing


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


def _merged_title(standing: DecisionRecord, mine: str, seen: int) -> str:
    """My title, unless only somebody else changed it since `seen`; both is a Conflict at the title."""
    if mine == standing.title or seen == standing.revision:
        return mine
    base = standing.revisions.filter(number=seen).values_list("content", flat=True).first()
    before = json.loads(base)["title"] if base else None
    if mine == before:
        return standing.title
    if before == standing.title:
        return mine
    raise Conflict(
        "Somebody changed the title in between. Nothing you typed is lost: compare both, then save again.",
        field="title",
        saved=standing.title,
    )


def _reason(note: str, needed: str) -> str:
    if not note.strip():
        raise DomainError.of({"note": [needed]})
    return note
