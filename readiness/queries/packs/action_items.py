"""Action items and findings as they stood: chapter 12."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import revisions
from portal.models import User
from readiness.choices import ActionState, FindingSeverity, FindingState, Priority
from readiness.models import ActionItem, ActionItemRevision, Finding, FindingEntry, Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Mark, Section, Table, Text

CHAPTER = 12
ITEMS = (Column("Action item", 62), Column("State", 26), Column("Owner, until", 40), Column("From", 40))
FINDINGS = (Column("Finding", 62), Column("State", 26), Column("Opened (UTC)", 40), Column("Said last", 40))


@dataclass(frozen=True)
class _Stood:
    """One item: what its newest revision by the moment says, and when that was written."""

    item: ActionItem
    content: Mapping[str, Any]
    at: datetime.datetime

    @property
    def is_finished(self) -> bool:
        return self.content["state"] not in ActionState.unfinished()

    def is_of(self, at: Moment) -> bool:
        """Whether the period has to do with it: open in it, or ended in it."""
        return not self.is_finished or self.at >= at.starts


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Chapter 12: what was to be done in the period and what was, then the findings: five statements."""
    stood = [one for one in _items(service, at) if one.is_of(at)]
    found = [one for one in _findings(service, at) if _was_open(one, at)]
    if not stood and not found:
        words = "No action item was open or ended in this period, and no finding."
        return (Section(CHAPTER, (Text((words,), label="Action items"),)),)
    blocks: list[Block] = []
    if stood:
        names = _names(one.content["owner"] for one in stood)
        rows = tuple(_item(one, names, at.day_in(service.team.time_zone)) for one in stood)
        blocks.append(Table(ITEMS, rows, heading="Action items"))
    if found:
        blocks.append(Table(FINDINGS, tuple(_finding(one, said) for one, said in found), heading="Findings"))
    return (Section(CHAPTER, tuple(blocks)),)


def _items(service: Service, at: Moment) -> list[_Stood]:
    known = revisions.as_of(ActionItemRevision.objects.filter(subject__service=service), at.number)
    rows = known.select_related("event", "subject").order_by("subject__number")
    return [_Stood(row.subject, json.loads(row.content), row.event.at) for row in rows]


def _names(ids: Iterable[str]) -> dict[str, str]:
    rows = User.objects.filter(public_id__in=set(ids)).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def _item(one: _Stood, names: Mapping[str, str], today: datetime.date) -> tuple[Cell, ...]:
    content, item = one.content, one.item
    due = datetime.date.fromisoformat(content["due_on"])
    late = not one.is_finished and due < today
    state = ActionState(content["state"]).label
    mark = {"done": Mark.DONE, "dropped": Mark.NOT_DONE}.get(content["state"], Mark.LATE if late else Mark.NOT_DUE)
    said = content["reason"] or f"{Priority(content['priority']).label} priority"
    kind, said_of_it = str(item.get_origin_display()), item.origin_text
    came = said_of_it if said_of_it.startswith(kind) else ": ".join(filter(None, (kind, said_of_it)))
    return (
        Cell(f"{item.number}  {content['title']}", second=content["tracker"] or said),
        Cell(f"{state}, overdue" if late else state, mark=mark),
        Cell(names.get(content["owner"], ""), second=f"until {due.isoformat()}"),
        Cell(came, second=f"opened {item.opened_at:%Y-%m-%d}"),
    )


def _findings(service: Service, at: Moment) -> list[tuple[Finding, FindingEntry | None]]:
    """Those opened by the moment, each with what was said last by then."""
    opened = Finding.objects.filter(service=service, event_id__lte=at.number).select_related("opened_by")
    said: dict[int, FindingEntry] = {}
    entries = FindingEntry.objects.filter(finding__service=service, event_id__lte=at.number).select_related("by")
    for entry in entries.order_by("event_id"):
        said[entry.finding_id] = entry
    return [(one, said.get(one.pk)) for one in opened.order_by("number")]


def _was_open(found: tuple[Finding, FindingEntry | None], at: Moment) -> bool:
    """Whether it was open in the period: not closed before."""
    last = found[1]
    return last is None or last.kind != FindingEntry.Kind.CLOSED or last.at >= at.starts


def _finding(finding: Finding, last: FindingEntry | None) -> tuple[Cell, ...]:
    states = {FindingEntry.Kind.ANSWER: FindingState.ANSWERED, FindingEntry.Kind.CLOSED: FindingState.CLOSED}
    state = states.get(FindingEntry.Kind(last.kind), FindingState.OPEN) if last else FindingState.OPEN
    mark = Mark.CLEAR if state is FindingState.CLOSED else Mark.UNKNOWN
    return (
        Cell(
            f"{finding.number}  {finding.title}", second=f"Severity {FindingSeverity(finding.severity).label.lower()}"
        ),
        Cell(state.label, mark=mark),
        Cell(finding.opened_by.name, second=f"{finding.opened_at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}"),
        Cell(last.text if last else "Nothing yet", second=last.by.name if last else ""),
    )
