"""Runbooks as they stood, for chapter 10 of a pack, each with the drills that exercised it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from incidents.models import Runbook, RunbookDrill, RunbookReview, RunbookRevision
from incidents.rules import runbooks as rules
from portal.rules.document_fields import DocumentField, FieldGroup
from readiness.choices import DrillResult
from readiness.models import Service
from readiness.queries.packs import documents
from readiness.queries.packs.documents import Stood
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Heading, Mark, Section, Step, Steps, Table, Text
from readiness.rules.printed_documents import PrintedDocument

CHAPTER = 10
LISTED = (rules.STEPS, rules.VERIFICATION, rules.WORSE)
"""What is printed as a list with its commands, not as a table."""
DRILLS = (Column("Drill", 30), Column("When, UTC", 28), Column("Revision", 24), Column("Who", 48), Column("Result", 38))


def runbooks(service: Service, at: Moment) -> Sequence[Section]:
    """What chapter 10 says of the runbooks of a service at the moment: three statements."""
    kept = RunbookRevision.objects.filter(subject__service=service).select_related("subject")
    stood = documents.as_they_stood(kept, RunbookReview.objects.filter(document__service=service), at)
    in_use = [one for one in stood if not one.content["retired"]]
    drilled = _drills(service, at)
    blocks = [block for one in in_use for block in _runbook(one, drilled.get(one.document.pk, []), at)]
    if not any(one.content["is_rollback"] for one in in_use):
        blocks.append(Text(("The way back is not written down as a runbook.",), label="Way back"))
    if retired := [one.content["title"] for one in stood if one.content["retired"]]:
        blocks.append(Text(tuple(retired), label="Retired runbooks"))
    return (Section(CHAPTER, tuple(blocks)),)


def printed(runbook: Runbook, number: int) -> PrintedDocument | None:
    """One revision of a runbook by itself, with the drills of any revision so far; None where there is none."""
    rows = RunbookDrill.objects.filter(revision__subject=runbook).select_related("drill__performed_by", "revision")
    drilled = list(rows.order_by("-drill__performed_at", "-pk"))
    kinds = (RunbookRevision, RunbookReview)
    return documents.printed(runbook, kinds, number, lambda stood, at: list(_runbook(stood, drilled, at))[1:])


def _drills(service: Service, at: Moment) -> Mapping[int, list[RunbookDrill]]:
    """The drills by the moment that exercised its runbooks, by runbook, the newest first."""
    rows = RunbookDrill.objects.filter(drill__service=service, drill__recorded_at__lte=at.at)
    found: dict[int, list[RunbookDrill]] = {}
    for row in rows.select_related("drill__performed_by", "revision").order_by("-drill__performed_at", "-pk"):
        found.setdefault(row.revision.subject_id, []).append(row)
    return found


def _runbook(one: Stood, drilled: Sequence[RunbookDrill], at: Moment) -> Iterable[Block]:
    kind = "The way back" if one.content["is_rollback"] else "A procedure"
    target = one.content["target_minutes"]
    what = ("Kind", Cell(kind, second=f"may take {target} minutes" if target else ""))
    facts = documents.stamp(one, at)
    yield Heading(f"Runbook: {one.content['title']}")
    yield replace(facts, rows=(what, *facts.rows))
    yield from documents.fields(_described(), one.fields)
    for field in LISTED:
        if rows := one.fields.get(field.key):
            yield Steps(field.label, tuple(_step(field, row) for row in rows), field != rules.VERIFICATION)
    if drilled:
        yield Table(DRILLS, tuple(_drill(row) for row in drilled), heading="Drills that exercised it")
    else:
        yield Text(("No drill of it is on record.",), label="Drills")


def _described() -> list[FieldGroup]:
    listed = {field.key for field in LISTED}
    groups = [
        replace(group, fields=tuple(field for field in group.fields if field.key not in listed))
        for group in rules.GROUPS
    ]
    return [group for group in groups if group.fields]


def _step(field: DocumentField, row: Mapping[str, str]) -> Step:
    text = " ".join(row.get(field.columns[0].key, "").split())
    return Step(text, row.get("command", ""), note=row.get("note", ""), expect=row.get("expect", ""))


def _drill(row: RunbookDrill) -> tuple[Any, ...]:
    drill = row.drill
    performed = drill.performed_at.astimezone(datetime.UTC)
    mark = Mark.DONE if drill.result == DrillResult.PASSED else Mark.FAILED
    return (
        Cell(f"R-{drill.pk}"),
        Cell(f"{performed:%Y-%m-%d}", f"{performed:%H:%M:%S}"),
        Cell(str(row.revision.number)),
        Cell(drill.performed_by.name),
        Cell(f"{drill.get_result_display()} in {drill.minutes.normalize():f} minutes", mark=mark),
    )
