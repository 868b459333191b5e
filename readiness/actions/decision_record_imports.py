"""Taking in a folder of decision records: a dry run that only reads, then all files in one transaction, or none."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from portal import permissions
from portal.actions import documents
from portal.actions.documents import Written
from portal.errors import Conflict
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions.decision_records import KIND
from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord, Service
from readiness.rules import adr_folder
from readiness.rules.adr_folder import FileReport, Report

IMPORTED = replace(KIND, begun=verbs.DECISION_RECORD_IMPORTED)

Files = Sequence[tuple[str, bytes]]


def dry_run(access: Access, *, service: Service, files: Files) -> Report:
    """What these files would become, file by file. Nothing is written."""
    permissions.require(access, Capability.DOCUMENT_WRITE, service.scope)
    permissions.require(access, Capability.DOCUMENT_REVIEW, service.scope)
    known = service.decision_records.only("number", "title", "content")
    existing = {one.number: (one.title, adr_folder.text_digest(one.content)) for one in known}
    return adr_folder.plan(files, existing)


def apply(access: Access, *, service: Service, files: Files, expected: str = "") -> Report:
    """Takes in all files in one transaction; none where one is refused, or where the report is not `expected` any more.

    Raises Conflict where somebody proposed a record at the same moment.
    """
    try:
        with transaction.atomic():
            report = dry_run(access, service=service, files=files)
            is_stale = bool(expected) and expected != report.digest
            if report.refused or is_stale:
                return replace(report, is_stale=is_stale)
            _put(access, service, report)
    except IntegrityError as clash:
        raise Conflict("Somebody wrote a record at the same moment. Nothing was imported: try again.") from clash
    return replace(report, applied=True)


def _put(access: Access, service: Service, report: Report) -> None:
    """Writes the records, each after the one that took its place."""
    written: dict[int, DecisionRecord] = {}
    waiting = list(report.new)
    while waiting:
        ready = [
            one
            for one in waiting
            if one.superseded_by is None or one.superseded_by in written or not _waits(one, waiting)
        ]
        for one in ready:
            written[one.number] = _record(access, service, one, written)
        waiting = [one for one in waiting if one.number not in written]


def _waits(one: FileReport, waiting: Sequence[FileReport]) -> bool:
    return any(other.number == one.superseded_by for other in waiting)


def _record(access: Access, service: Service, one: FileReport, written: dict[int, DecisionRecord]) -> DecisionRecord:
    later = None
    if one.superseded_by is not None:
        later = written.get(one.superseded_by) or service.decision_records.get(number=one.superseded_by)
    record = DecisionRecord(
        service=service,
        number=one.number,
        title=one.title,
        state=State(one.state),
        decided_on=one.decided_on,
        superseded_by=later,
    )
    note = f"Imported from {one.path.rsplit('/', 1)[-1]}"[: documents.LONGEST_NOTE]
    documents.begin(access, IMPORTED, record, Written(one.content, note))
    return record
