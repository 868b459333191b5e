"""Keeping runbooks: written, revised, reviewed, retired and brought back, and drilled in a named revision."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from incidents import verbs
from incidents.models import Runbook, RunbookDrill, RunbookReview, RunbookRevision
from incidents.queries import runbooks as queries
from incidents.rules import rehearsals
from incidents.rules import runbooks as rules
from portal import audit, clock, permissions
from portal.actions import documents
from portal.actions.documents import Written
from portal.document_kinds import Kind, Term
from portal.errors import Conflict, DomainError
from portal.models.base import next_number
from portal.permissions import Access, Capability
from portal.rules import document_fields, texts
from readiness.actions import drills, service_locks, way_back
from readiness.actions.drills import Rehearsal
from readiness.models import Drill, Service

KIND = Kind(
    name="runbook",
    fields=rules.FIELDS,
    revisions=RunbookRevision,
    reviews=RunbookReview,
    begun=verbs.RUNBOOK_BEGUN,
    revised=verbs.RUNBOOK_REVISED,
    reviewed=verbs.RUNBOOK_REVIEWED,
    own_terms=(
        Term("title", "What it does"),
        Term("is_rollback", "Way back of the service"),
        Term("target_minutes", "Minutes it may take"),
        Term("retired", "Retired", is_written=False),
    ),
)


@dataclass(frozen=True)
class Terms:
    """What a runbook is called, whether it is the way back, and the minutes it may take, where that is said."""

    title: str
    is_rollback: bool = False
    target_minutes: Decimal | None = None


def begin(access: Access, *, service: Service, terms: Terms, written: Written) -> Runbook:
    """Writes a runbook of a service. A new way back ends the validity of drills that proved the service without it.

    Raises DomainError at the field that is refused.
    """
    with transaction.atomic(), _around(service, changes_way_back=terms.is_rollback):
        service_locks.hold([service])
        runbook = Runbook(service=service, number=next_number(service.runbooks.all()), drill_remind_at=clock.now())
        documents.begin(access, KIND, runbook, _checked(runbook, terms, written))
        _keep_exercised(runbook)
    return runbook


def revise(access: Access, *, runbook: Runbook, terms: Terms, written: Written, seen: int) -> list[str]:
    """Writes the next revision of what was begun at revision `seen`; returns the keys of what changed, if anything.

    Other steps of the way back end the validity of its drill. Raises as documents.revise, and Conflict where it was
    retired in between.
    """
    with transaction.atomic(), _around(runbook.service, changes_way_back=runbook.is_rollback or terms.is_rollback):
        documents.hold(runbook)
        if runbook.retired_at:
            raise Conflict("This runbook is retired. Bring it back first, then revise it.")
        changed = documents.revise(access, KIND, runbook, _checked(runbook, terms, written), seen=seen)
        if changed:
            _keep_exercised(runbook)
        return changed


def confirm(access: Access, *, runbook: Runbook, seen: int, note: str = "") -> None:
    """Says that revision `seen` is still true; the next review is counted from today. Raises as documents.confirm."""
    documents.confirm(access, KIND, runbook, seen=seen, note=note)


def retire(access: Access, *, runbook: Runbook, seen: int, reason: str) -> None:
    """Takes a runbook out of use: it stays readable and covers nothing. A retired way back ends its drill's validity.

    `seen` is the revision the person read: Conflict where it was revised since. Raises DomainError at `note`.
    """
    note = _reason(reason)
    with transaction.atomic(), _around(runbook.service, changes_way_back=runbook.is_rollback):
        _hold(access, runbook, seen)
        if runbook.retired_at:
            raise Conflict("This runbook is retired already.")
        runbook.retired_at = clock.now()
        documents.move(access, KIND, verbs.RUNBOOK_RETIRED, runbook, note=note)


def bring_back(access: Access, *, runbook: Runbook, seen: int, reason: str) -> None:
    """Takes a retired runbook into use again. Raises as `retire`, and where another is the way back meanwhile."""
    note = _reason(reason)
    with transaction.atomic(), _around(runbook.service, changes_way_back=runbook.is_rollback):
        _hold(access, runbook, seen)
        if runbook.retired_at is None:
            raise Conflict("This runbook is in use.")
        if runbook.is_rollback:
            _refuse_second(runbook)
        runbook.retired_at, runbook.drill_remind_at = None, clock.now()
        documents.move(access, KIND, verbs.RUNBOOK_RETURNED, runbook, note=note)


def record_drill(
    access: Access, *, runbook: Runbook, revision: int, rehearsal: Rehearsal, file: "UploadedFile[Any] | None" = None
) -> Drill:
    """Puts a drill on record together with the revision of the runbook that it exercised, in one transaction.

    A drill of an older revision of the way back proves that one, not the one that stands. Raises DomainError with every
    refused field.
    """
    exercised = RunbookRevision.objects.filter(subject=runbook, number=revision).first()
    if exercised is None:
        raise DomainError.of({"revision": [f"This runbook has no revision {revision}."]})
    if rehearsal.kind not in rehearsals.kinds(runbook.is_rollback):
        words = "The way back is drilled as a rollback." if runbook.is_rollback else "This runbook is not the way back."
        raise DomainError.of({"kind": [words]})
    proves = {queries.WAY_BACK: queries.exercised_digest(exercised)} if runbook.is_rollback else {}
    with transaction.atomic():
        drill = drills.record(access, service=runbook.service, rehearsal=rehearsal, file=file, exercised=proves)
        RunbookDrill.objects.create(drill=drill, revision=exercised)
        drilled = queries.last_passed_digest(runbook)
        Runbook.objects.filter(pk=runbook.pk).update(drill_remind_at=clock.now(), drilled_digest=drilled)
        facts: dict[str, audit.Fact] = {**runbook.recorded_facts(), "revision": revision, "digest": exercised.digest}
        facts |= {"drill": str(drill.public_id), "result": drill.result}
        audit.record(access, verbs.RUNBOOK_DRILLED, runbook, scope=runbook.scope, facts=facts)
    return drill


def _reason(given: str) -> str:
    reason = texts.tidied(given)
    if words := texts.refusal(reason, rules.LONGEST_REASON) if reason else "Say why, in a few words.":
        raise DomainError.of({"note": [words]})
    return reason


def _hold(access: Access, runbook: Runbook, seen: int) -> None:
    permissions.require(access, Capability.DOCUMENT_WRITE, runbook.scope)
    documents.hold(runbook)
    documents.refuse_older(KIND, runbook, seen)


def _keep_exercised(runbook: Runbook) -> None:
    """Keeps the digest of what a drill carries out, by which a list finds the ways back that changed since theirs."""
    runbook.exercised_digest = queries.content_digest(runbook.content)
    Runbook.objects.filter(pk=runbook.pk).update(exercised_digest=runbook.exercised_digest)


def _around(service: Service, *, changes_way_back: bool) -> AbstractContextManager[None]:
    return way_back.changing(service) if changes_way_back else nullcontext()


def _checked(runbook: Runbook, terms: Terms, written: Written) -> Written:
    """What was written with its terms, where nothing of both is refused; whoever calls holds the service."""
    errors = rules.refusals(document_fields.tidied(rules.FIELDS, written.content))
    terms = replace(terms, title=texts.tidied(terms.title))
    if words := rules.title_refusal(terms.title):
        errors["title"] = [words]
    if terms.target_minutes is not None and not 0 < terms.target_minutes <= rules.MOST_MINUTES:
        errors["target_minutes"] = ["Give the minutes it may take: above 0, a day at most."]
    if errors:
        raise DomainError.of(errors)
    if terms.is_rollback:
        _refuse_second(runbook)
    return replace(written, terms=vars(terms))


def _refuse_second(runbook: Runbook) -> None:
    """A service has one way back; whoever calls holds the service."""
    others = Runbook.objects.filter(service=runbook.service, is_rollback=True).in_use().exclude(pk=runbook.pk)
    if other := others.first():
        words = f"“{other.title}” is the way back of this service. Retire it first, or revise that one."
        raise DomainError.of({"is_rollback": [words]})
