"""Decision records as they stood: chapter 9, each accepted one in full, the others in a table."""

from collections.abc import Sequence
from dataclasses import replace

from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecordReview, DecisionRecordRevision, Service
from readiness.queries.packs import documents
from readiness.queries.packs.documents import Stood
from readiness.queries.packs.moments import Moment
from readiness.rules import decision_records as rules
from readiness.rules.pack_sections import Block, Cell, Column, Facts, Heading, Mark, Section, Table

CHAPTER = 9
COLUMNS = (Column("Decision record", 88), Column("Standing", 44), Column("Decided", 36))
MARKS = {State.PROPOSED: Mark.UNANSWERED, State.ACCEPTED: Mark.GREEN}


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Chapter 9: every record by number with its standing, and what the accepted ones say: two statements."""
    kept = DecisionRecordRevision.objects.filter(subject__service=service).select_related("subject")
    stood = documents.as_they_stood(kept, DecisionRecordReview.objects.filter(document__service=service), at)
    stood.sort(key=lambda one: int(one.content["number"]))
    if not stood:
        return ()
    table = Table(COLUMNS, tuple(_row(one) for one in stood), heading="All records")
    held = [one for one in stood if one.content["state"] == State.ACCEPTED]
    return (Section(CHAPTER, (table, *(block for one in held for block in _record(one, at)))),)


def _row(one: Stood) -> tuple[Cell, ...]:
    state, later = State(one.content["state"]), one.content["superseded_by"]
    words = f"{state.label} by {later}" if later else str(state.label)
    return Cell(_name(one)), Cell(words, mark=MARKS.get(state, Mark.NOT_APPLICABLE)), Cell(_decided(one))


def _name(one: Stood) -> str:
    return f"{one.content['number']}. {one.content['title']}"


def _decided(one: Stood) -> str:
    return str(one.content["decided_on"] or "")


def _record(one: Stood, at: Moment) -> Sequence[Block]:
    stamp: Facts = documents.stamp(one, at)
    facts = replace(stamp, rows=(("Decided", Cell(_decided(one))), *stamp.rows))
    groups = rules.shown_groups({rules.FRONT_MATTER.key})
    return [Heading(_name(one)), facts, *documents.fields(groups, one.fields)]
