"""Keeping runbooks: written, revised, reviewed, retired and brought back, and drilled in a named revision."""

import dataclasses
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from incidents import verbs
from incidents.models import Runbook, RunbookDrill, RunbookReview, RunbookRevision
from incidents.queries import runbooks as queries
from incidents.rules import rehearsals
from incidents.rules import runbooks as rules
from portal import audit, canonical, clock
from portal.actions import documents
from portal.actions.documents import Kind, Written
from portal.audit import Verb
from portal.errors import Conflict, DomainError
from portal.permissions import Access
from portal.rules import document_fields, texts
from readiness.actions import drills, service_locks, way_back
from readiness.actions.drills import Rehearsal
from readiness.models import Drill, Service
from readiness.models.reviews import next_number

KIND = Kind(
    name="runbook",
    fields=rules.FIELDS,
    revisions=RunbookRevision,
    reviews=RunbookReview,
    begun=verbs.RUNBOOK_BEGUN,
    revised=verbs.RUNBOOK_REVISED,
    reviewed=verbs.RUNBOOK_REVIEWED,
)


@dataclass(frozen=True)
class Terms:
    """What a runbook is called, whether it is the way back, and the minutes it may take, where that is said."""

    title: str
    is_rollback: bool = False
    target_minutes: Decimal | None = None


TERMS = {"title": "the title", "is_rollback": "whether it is the way back", "target_minutes": "the minutes it may take"}


def begin(access: Access, *, service: Service, terms: Terms, written: Written) -> Runbook:
    """Writes a runbook of a service. A new way back ends the validity of drills that proved the service without it.

    Raises DomainError at the field that is refused.
    """
    with transaction.atomic(), _around(service, changes_way_back=terms.is_rollback):
        service_locks.hold([service])
        runbook = Runbook(service=service, number=next_number(service.runbooks.all()), drill_remind_at=clock.now())
        _put(runbook, terms, written)
        documents.begin(access, KIND, runbook, written)
        _keep_exercised(runbook)
    return runbook


def revise(access: Access, *, runbook: Runbook, terms: Terms, written: Written, seen: int) -> list[str]:
    """Writes the next revision of what was begun at revision `seen`; returns the keys of what changed, if anything.

    Other steps of the way back end the validity of its drill. Raises Conflict at a field that two people changed, or
    where it was retired in between; DomainError at the field that is refused.
    """
    with transaction.atomic(), _around(runbook.service, changes_way_back=runbook.is_rollback or terms.is_rollback):
        standing = _standing(runbook)
        if standing.retired_at:
            raise Conflict("This runbook is retired. Bring it back first, then revise it.")
        _put(runbook, _merged(standing, terms, seen), written)
        runbook.drilled_digest = standing.drilled_digest
        changed = documents.revise(access, KIND, runbook, written, seen=seen)
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

    def out(row: Runbook) -> None:
        row.retired_at = clock.now()

    _move(access, runbook, verbs.RUNBOOK_RETIRED, seen, reason, out)


def bring_back(access: Access, *, runbook: Runbook, seen: int, reason: str) -> None:
    """Takes a retired runbook into use again. Raises as `retire`, and where another is the way back meanwhile."""

    def back(row: Runbook) -> None:
        row.retired_at, row.drill_remind_at = None, clock.now()
        if row.is_rollback:
            _refuse_second(row)

    _move(access, runbook, verbs.RUNBOOK_RETURNED, seen, reason, back)


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


def _move(
    access: Access, runbook: Runbook, verb: Verb, seen: int, reason: str, change: Callable[[Runbook], None]
) -> None:
    reason = texts.tidied(reason)
    if words := texts.refusal(reason, rules.LONGEST_REASON) if reason else "Say why, in a few words.":
        raise DomainError.of({"note": [words]})
    kind = dataclasses.replace(KIND, revised=verb)
    with transaction.atomic(), _around(runbook.service, changes_way_back=runbook.is_rollback):
        standing = _standing(runbook)
        if standing.revision != seen:
            raise Conflict("This runbook was revised while you read it. Look at what changed, then say so again.")
        runbook.exercised_digest, runbook.drilled_digest = standing.exercised_digest, standing.drilled_digest
        change(runbook)
        documents.revise(access, kind, runbook, Written(runbook.content, reason), seen=seen)


def _keep_exercised(runbook: Runbook) -> None:
    """Keeps the digest of what a drill carries out, by which a list finds the ways back that changed since theirs."""
    runbook.exercised_digest = queries.content_digest(runbook.content)
    Runbook.objects.filter(pk=runbook.pk).update(exercised_digest=runbook.exercised_digest)


def _standing(runbook: Runbook) -> Runbook:
    """The row as it stands, locked where the database can."""
    return Runbook.objects.select_for_update().get(pk=runbook.pk)


def _merged(standing: Runbook, terms: Terms, seen: int) -> Terms:
    """The terms with what others changed since `seen`, where this person left it as it was; both is a Conflict."""
    base = RunbookRevision.objects.filter(subject=standing, number=seen).first()
    if base is None or standing.revision == seen:
        return terms
    was, mine = json.loads(base.content), canonical.plain(vars(terms))
    stands = canonical.plain({name: getattr(standing, name) for name in mine})
    for name, words in TERMS.items():
        if mine[name] not in (was[name], stands[name]) and stands[name] != was[name]:
            now = {True: "yes", False: "no", None: "open"}.get(stands[name], stands[name])
            said = f"Somebody changed {words} in between: it is “{now}” now. What you typed is kept; save it again."
            raise Conflict(said, field=name, saved=stands[name])
    return Terms(**{name: getattr(standing if mine[name] == was[name] else terms, name) for name in mine})


def _around(service: Service, *, changes_way_back: bool) -> AbstractContextManager[None]:
    return way_back.changing(service) if changes_way_back else nullcontext()


def _put(runbook: Runbook, terms: Terms, written: Written) -> None:
    errors = rules.refusals(document_fields.tidied(rules.FIELDS, written.content))
    title = texts.tidied(terms.title)
    if words := rules.title_refusal(title):
        errors["title"] = [words]
    if terms.target_minutes is not None and not 0 < terms.target_minutes <= rules.MOST_MINUTES:
        errors["target_minutes"] = ["Give the minutes it may take: above 0, a day at most."]
    if errors:
        raise DomainError.of(errors)
    runbook.title, runbook.is_rollback, runbook.target_minutes = title, terms.is_rollback, terms.target_minutes
    if terms.is_rollback:
        _refuse_second(runbook)


def _refuse_second(runbook: Runbook) -> None:
    """A service has one way back; whoever calls holds the service."""
    others = Runbook.objects.filter(service=runbook.service, is_rollback=True).in_use().exclude(pk=runbook.pk)
    if other := others.first():
        words = f"“{other.title}” is the way back of this service. Retire it first, or revise that one."
        raise DomainError.of({"is_rollback": [words]})
