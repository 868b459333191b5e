"""Incidents and their post-mortems as they stood: chapter 11 of an audit pack."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from incidents.choices import IncidentState, PostMortemState
from incidents.models import Incident, IncidentRevision, PostMortem, PostMortemReview, PostMortemRevision, StepRun
from incidents.queries import proposal_sections
from incidents.rules import playbook_steps, references
from incidents.rules import post_mortems as rules
from portal import revisions
from portal.models import User
from readiness.models import Service
from readiness.queries.packs import documents
from readiness.queries.packs.documents import Stood
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Heading, Mark, Section, Table, Text
from readiness.rules.printed_documents import PrintedDocument

CHAPTER = 11
INCIDENTS = (Column("Incident", 62), Column("State", 30), Column("Began, ended (UTC)", 40), Column("Commander", 36))
STEPS = (Column("Step", 92), Column("What was done", 38), Column("By, when (UTC)", 38))
STEP_MARKS = {
    playbook_steps.DONE: Mark.DONE,
    playbook_steps.LEFT_OUT: Mark.LEFT_OUT,
    playbook_steps.OPEN: Mark.OPEN,
}


@dataclass(frozen=True)
class _Stood:
    """One incident with what its newest revision by the moment says."""

    incident: Incident
    content: Mapping[str, Any]

    @property
    def is_over(self) -> bool:
        return self.content["state"] in (IncidentState.RESOLVED, IncidentState.CLOSED)

    def is_of(self, at: Moment) -> bool:
        """Whether the period has to do with it: open in it, or ended in it."""
        ended = self.content["resolved_at"]
        return not self.is_over or ended is None or datetime.datetime.fromisoformat(ended) >= at.starts


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Chapter 11: the incidents of the period, the steps that were done, what was learnt: six statements."""
    stood = [one for one in _incidents(service, at) if one.is_of(at)]
    if not stood:
        words = "No incident of this service was open in this period."
        return (Section(CHAPTER, (Text((words,), label="Incidents"),)),)
    names = _names(one.content["commander"] for one in stood)
    rows = tuple(_row(one, names) for one in stood)
    blocks: list[Block] = [Table(INCIDENTS, rows, heading="Incidents")]
    blocks += _steps(stood, at)
    blocks += _post_mortems(stood, at)
    return (Section(CHAPTER, tuple(blocks)),)


def _incidents(service: Service, at: Moment) -> list[_Stood]:
    known = revisions.as_of(IncidentRevision.objects.filter(subject__service=service), at.number)
    rows = known.select_related("subject").order_by("subject__number")
    return [_Stood(row.subject, json.loads(row.content)) for row in rows]


def _names(ids: Iterable[str | None]) -> dict[str, str]:
    rows = User.objects.filter(public_id__in={one for one in ids if one}).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def _row(one: _Stood, names: Mapping[str, str]) -> tuple[Cell, ...]:
    content = one.content
    state = IncidentState(content["state"])
    ended = f"until {_minute(content['resolved_at'])}" if content["resolved_at"] else "not ended"
    return (
        Cell(f"{references.label(content['number'])}  {content['title']}", second=f"sev-{content['severity']}"),
        Cell(state.label, mark=Mark.DONE if one.is_over else Mark.FIRING),
        Cell(_minute(content["started_at"]), second=ended),
        Cell(names.get(content["commander"] or "", "nobody")),
    )


def _minute(moment: str) -> str:
    return f"{datetime.datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"


def _steps(stood: Sequence[_Stood], at: Moment) -> list[Block]:
    """A table for each incident that followed a playbook."""
    runs: dict[tuple[int, int], StepRun] = {}
    found = StepRun.objects.filter(incident__in=[one.incident.pk for one in stood], event_id__lte=at.number)
    for run in found.select_related("by").order_by("pk"):
        runs[run.incident_id, run.number] = run
    tables: list[Block] = []
    for one in stood:
        followed = one.incident.steps_followed
        if followed.steps:
            rows = tuple(_step(step, runs.get((one.incident.pk, step.number))) for step in followed.steps)
            tables.append(Table(STEPS, rows, heading=f"{one.incident.label}, playbook: {followed.title.lower()}"))
    return tables


def _step(step: playbook_steps.Step, run: StepRun | None) -> tuple[Cell, ...]:
    did = run.did if run else playbook_steps.OPEN
    return (
        Cell(f"{step.number}. {step.title}", second=run.note if run else ""),
        Cell(playbook_steps.WORDS[did].capitalize(), mark=STEP_MARKS[did]),
        Cell(run.by.name, second=f"{run.at:%Y-%m-%d %H:%M}") if run else Cell(),
    )


def _post_mortems(stood: Sequence[_Stood], at: Moment) -> list[Block]:
    """What was learnt of each of them, and proposed, as it stood."""
    of = {one.incident.pk for one in stood}
    kept = PostMortemRevision.objects.filter(subject__incident__in=of).select_related("subject__incident")
    reviewed = PostMortemReview.objects.filter(document__incident__in=of)
    blocks: list[Block] = []
    learnt = documents.as_they_stood(kept, reviewed, at)
    proposed = proposal_sections.tables([one.document for one in learnt], at)
    for one in learnt:
        state = PostMortemState(one.content["state"]).label.lower()
        blocks.append(Heading(f"Post-mortem of {one.document.incident.label}, {state}"))
        blocks += documents.fields(rules.GROUPS, one.content["fields"])
        blocks += [proposed[one.document.pk]] if one.document.pk in proposed else []
    return blocks


def printed(post_mortem: PostMortem, number: int) -> PrintedDocument | None:
    """One revision of a post-mortem by itself; None where there is none: two statements."""
    return documents.printed(post_mortem, (PostMortemRevision, PostMortemReview), number, _alone)


def _alone(one: Stood, at: Moment) -> Sequence[Block]:
    """What it says, below the facts of its incident."""
    facts = documents.stamp(one, at)
    state = ("State", Cell(PostMortemState(one.content["state"]).label))
    told = (state, *_facts(one.document.incident), *facts.rows)
    return [replace(facts, rows=told), *documents.fields(rules.GROUPS, one.fields)]


def _facts(incident: Incident) -> list[tuple[str, Cell]]:
    moments = {"Began": incident.started_at, "No more harm": incident.mitigated_at, "Resolved": incident.resolved_at}
    told = [("Incident", Cell(f"{incident.label}, sev-{incident.severity}"))]
    return told + [
        (label, Cell(f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC")) for label, at in moments.items() if at
    ]
