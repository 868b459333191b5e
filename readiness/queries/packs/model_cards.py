"""Model cards as they stood: chapter 8."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.models import AuditEvent
from readiness import verbs
from readiness.models import ModelCard, ModelCardReview, ModelCardRevision, ModelVersion, ServedModel, Service
from readiness.queries.packs import documents
from readiness.queries.packs.documents import Stood
from readiness.queries.packs.moments import Moment
from readiness.rules import model_cards as rules
from readiness.rules.model_cards import Measured, MetricState
from readiness.rules.pack_sections import Block, Cell, Column, Heading, Mark, Section, Table, Text
from readiness.rules.printed_documents import PrintedDocument

CHAPTER = 8
METRICS = (
    Column("Metric", 68),
    Column("Value", 24, is_number=True),
    Column("Threshold", 24, is_number=True),
    Column("State", 28),
    Column("Samples", 24, is_number=True),
)
MARKS = {
    MetricState.MET: Mark.GREEN,
    MetricState.NEAR: Mark.YELLOW,
    MetricState.MISSED: Mark.RED,
    MetricState.TOO_FEW: Mark.UNANSWERED,
    MetricState.NO_THRESHOLD: Mark.NOT_APPLICABLE,
}
UNPRINTED = frozenset({rules.METRICS.key, rules.FRONT_MATTER.key, "fewest_samples", "evaluated"})
"""Said in the table of metrics, or not meant for people."""


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Chapter 8: each model's card as it stood, and which models had none: five statements."""
    kept = ModelCardRevision.objects.filter(subject__model__service=service).select_related("subject__model")
    reviewed = ModelCardReview.objects.filter(document__model__service=service)
    stood = documents.as_they_stood(kept, reviewed, at)
    named = {str(row.public_id): row for row in ModelVersion.objects.filter(model__service=service)}
    blocks = [block for one in stood for block in _card(one, named, at)]
    if bare := _without(service, stood, at):
        blocks.append(Text((f"No card was kept of {', '.join(bare)}.",), label="Without a card"))
    if not blocks:
        blocks.append(Text(("No model of this service is on record, and so no card.",), label="Model cards"))
    return (Section(CHAPTER, tuple(blocks)),)


def printed(card: ModelCard, number: int) -> PrintedDocument | None:
    """One revision of a card by itself; None where there is none: three statements."""
    named = {str(one.public_id): one for one in card.model.versions.all()}
    kinds = (ModelCardRevision, ModelCardReview)
    return documents.printed(card, kinds, number, lambda stood, at: _card(stood, named, at)[1:])


def _without(service: Service, stood: Sequence[Stood], at: Moment) -> list[str]:
    """The models that the service had by the moment, and that have no card among these."""
    added = AuditEvent.objects.filter(verb=verbs.MODEL_ADDED.name, scope=service.scope, number__lte=at.number)
    known = set(added.values_list("target_id", flat=True))
    carded = {one.document.model_id for one in stood}
    models = ServedModel.objects.filter(service=service)
    return [model.name for model in models if str(model.public_id) in known and model.pk not in carded]


def _card(one: Stood, named: Mapping[str, ModelVersion], at: Moment) -> list[Block]:
    facts = documents.stamp(one, at)
    version = named.get(one.content["describes"] or "")
    speaks = ("Speaks of", Cell(version.version if version else "no version"))
    measured = rules.all_measured(one.fields)
    blocks: list[Block] = [Heading(one.document.model.name), replace(facts, rows=(speaks, *facts.rows))]
    blocks += _metrics(rules.overall(measured), "Performance, overall", one.fields)
    blocks += _metrics(rules.by_segment(measured), "Performance, by segment", {})
    return [*blocks, Heading("What the card says"), *documents.fields(_printed(), one.fields)]


def _printed() -> list[Any]:
    return [
        replace(group, fields=tuple(field for field in group.fields if field.key not in UNPRINTED))
        for group in rules.GROUPS
    ]


def _metrics(rows: Sequence[Measured], heading: str, content: Mapping[str, Any]) -> list[Block]:
    if not rows:
        return []
    remark = f"Evaluated: {content['evaluated']}" if content.get("evaluated") else ""
    return [Table(METRICS, tuple(_metric(row) for row in rows), heading=heading, remark=remark)]


def _metric(row: Measured) -> tuple[Cell, ...]:
    name, second = (row.segment, row.metric) if row.segment else (row.metric, row.note)
    state = Cell(row.word, mark=MARKS[row.state])
    return Cell(name, second=second), Cell(row.value), Cell(row.threshold), state, Cell(row.samples)
