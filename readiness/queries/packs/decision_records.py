"""Decision records as they stood: chapter 9, each accepted one in full, the others in a table."""

from collections.abc import Sequence
from dataclasses import replace

from readiness.choices import DecisionRecordState as State
from readiness.models import DecisionRecord, DecisionRecordReview, DecisionRecordRevision, Service
from readiness.queries.packs import documents
from readiness.queries.packs.documents import Stood
from readiness.queries.packs.moments import Moment
from readiness.rules import decision_records as rules
from readiness.rules.pack_sections import Block, Cell, Column, Facts, Heading, Mark, Section, Table, Text
from readiness.rules.printed_documents import PrintedDocument

CHAPTER = 9
COLUMNS = (Column("Decision record", 88), Column("Standing", 44), Column("Decided", 36))
MARKS = {State.PROPOSED: Mark.UNANSWERED, State.ACCEPTED: Mark.GREEN}


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Chapter 9: every record by number with its standing, and what the accepted ones say: two statements."""
    kept = DecisionRecordRevision.objects.filter(subject__service=service).select_related("subject")
    stood = documents.as_they_stood(kept, DecisionRecordReview.objects.filter(document__service=service), at)
    stood.sort(key=lambda one: int(one.content["number"]))
    if not stood:
        words = "No architecture decision of this service is on record."
        return (Section(CHAPTER, (Text((words,), label="Decision records"),)),)
    held = [one for one in stood if one.content["state"] == State.ACCEPTED]
    remark = "Those accepted are printed in full." if len(held) < len(stood) else ""
    table = Table(COLUMNS, tuple(_row(one) for one in stood), heading="All records", remark=remark)
    return (Section(CHAPTER, (table, *(block for one in held for block in _record(one, at)))),)


def printed(record: DecisionRecord, number: int) -> PrintedDocument | None:
    """One revision of a record by itself; None where there is none: two statements."""
    kinds = (DecisionRecordRevision, DecisionRecordReview)
    return documents.printed(record, kinds, number, _alone, title=f"Decision record {record}")


def _alone(one: Stood, at: Moment) -> Sequence[Block]:
    """What is said of it, with where it stood in this revision."""
    facts = _facts(one, at)
    return [replace(facts, rows=(("Standing", _standing(one)), *facts.rows)), *_said(one)]


def _row(one: Stood) -> tuple[Cell, ...]:
    return Cell(_name(one)), _standing(one), Cell(_decided(one))


def _standing(one: Stood) -> Cell:
    state, later = State(one.content["state"]), one.content["superseded_by"]
    words = f"{state.label} by {later}" if later else str(state.label)
    return Cell(words, mark=MARKS.get(state, Mark.NOT_APPLICABLE))


def _name(one: Stood) -> str:
    return f"{one.content['number']}. {one.content['title']}"


def _decided(one: Stood) -> str:
    return str(one.content["decided_on"] or "")


def _record(one: Stood, at: Moment) -> Sequence[Block]:
    return [Heading(_name(one)), _facts(one, at), *_said(one)]


def _facts(one: Stood, at: Moment) -> Facts:
    stamp: Facts = documents.stamp(one, at)
    return replace(stamp, rows=(("Decided", Cell(_decided(one))), *stamp.rows))


def _said(one: Stood) -> Sequence[Block]:
    return documents.fields(rules.shown_groups({rules.FRONT_MATTER.key}), one.fields)
