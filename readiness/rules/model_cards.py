"""What a model card says, and how a measured metric stands against its threshold. Pure.

The fields follow what model cards are known to hold since Mitchell et al. (2019) and what catalogue.md asks of them.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.rules import document_fields
from portal.rules.document_fields import Column, DocumentField, FieldGroup, FieldKind
from readiness.rules import figures, front_matter

METRICS = DocumentField(
    "metrics",
    "Metrics",
    FieldKind.ROWS,
    "Overall, and by segment where a group of cases matters by itself. A threshold makes a metric met, near or missed.",
    (
        Column("metric", "Metric", required=True, is_key=True),
        Column("segment", "Segment", is_key=True),
        Column("value", "Value", is_number=True),
        Column("unit", "Unit"),
        Column("better", "Better is", choices=(("higher", "higher"), ("lower", "lower"))),
        Column("threshold", "Threshold", is_number=True),
        Column("margin", "Near within", is_number=True),
        Column("samples", "Samples", is_number=True),
        Column("note", "Note"),
    ),
)
RISKS = DocumentField(
    "risks",
    "Risks and mitigations",
    FieldKind.ROWS,
    "What could go wrong for whom, and what is done about it.",
    (
        Column("risk", "Risk", required=True, is_wide=True, is_key=True),
        Column("mitigation", "Mitigation", is_wide=True),
    ),
)
OTHER = DocumentField(
    "other",
    "Further sections",
    FieldKind.ROWS,
    "What belongs nowhere above.",
    (Column("title", "Heading", required=True, is_key=True), Column("text", "Text", is_wide=True)),
    is_asked=False,
)
FRONT_MATTER = DocumentField(
    "front_matter",
    "Front matter",
    FieldKind.TEXT,
    "What an imported README.md says of itself before its text, as YAML. It is given back unchanged.",
    is_asked=False,
    check=front_matter.refusal,
    is_exact=True,
)

GROUPS = (
    FieldGroup(
        "use",
        "What it is for",
        (
            DocumentField("intended_use", "Intended use", hint="What it decides or produces, for which decision."),
            DocumentField("out_of_scope", "Out of scope", hint="What it must not be used for."),
            DocumentField("users", "Users", hint="Who uses what it gives, and who is affected by it."),
            DocumentField("inputs", "Inputs", hint="What goes in: kinds, ranges, personal data or none."),
            DocumentField("outputs", "Outputs", hint="What comes out, and how it is to be read."),
        ),
    ),
    FieldGroup(
        "performance",
        "Performance",
        (
            DocumentField(
                "evaluated", "Evaluated", FieldKind.LINE, "When and on what, such as “24 Oct on 1.2 M payments”."
            ),
            METRICS,
            DocumentField(
                "fewest_samples",
                "Fewest samples",
                FieldKind.LINE,
                "A segment measured on fewer is shown as too few, never as met.",
                is_asked=False,
            ),
        ),
    ),
    FieldGroup(
        "made",
        "How it was made",
        (
            DocumentField("training_data", "Training data", hint="Source, period, size, labels, personal data."),
            DocumentField("evaluation_data", "Evaluation data", hint="How it was held out, and what it stands for."),
        ),
    ),
    FieldGroup(
        "limits",
        "Where it ends",
        (
            DocumentField("limitations", "Limitations", hint="Where it is weak, and since when that is known."),
            DocumentField("ethical_considerations", "Ethical considerations", hint="Fairness, harm, how to object."),
            RISKS,
            OTHER,
            FRONT_MATTER,
        ),
    ),
)
FIELDS = document_fields.fields_of(GROUPS)


class MetricState(enum.StrEnum):
    """How a metric stands against its threshold. The values are the symbols of states."""

    MET = "green"
    NEAR = "yellow"
    MISSED = "red"
    TOO_FEW = "unanswered"
    NO_THRESHOLD = "na"


@dataclass(frozen=True)
class Measured:
    """One metric of a card as people read it, overall or of a segment."""

    metric: str
    segment: str
    value: str
    threshold: str
    samples: str
    note: str
    state: MetricState
    word: str


def measured(row: Mapping[str, str], fewest: Decimal | None) -> Measured:
    """A row of the metrics with its state; `fewest` samples a segment needs to count."""
    unit = row.get("unit", "")
    state, word = _state(row, fewest)
    sign = "≤" if row.get("better") == "lower" else "≥"
    threshold = f"{sign} {_figure(row['threshold'], unit)}" if row.get("threshold") else ""
    samples = figures.plain(Decimal(row["samples"])) if row.get("samples") else ""
    value = _figure(row["value"], unit) if row.get("value") else ""
    return Measured(row["metric"], row.get("segment", ""), value, threshold, samples, row.get("note", ""), state, word)


def _state(row: Mapping[str, str], fewest: Decimal | None) -> tuple[MetricState, str]:
    value, threshold = (document_fields.number(row.get(key, "")) for key in ("value", "threshold"))
    samples = document_fields.number(row.get("samples", ""))
    if row.get("segment") and fewest is not None and samples is not None and samples < fewest:
        return MetricState.TOO_FEW, "Too few"
    if value is None:
        return MetricState.TOO_FEW, "Not measured"
    if threshold is None:
        return MetricState.NO_THRESHOLD, "No threshold"
    lower = row.get("better") == "lower"
    room = threshold - value if lower else value - threshold
    if room < 0:
        return MetricState.MISSED, "Over" if lower else "Under"
    margin = document_fields.number(row.get("margin", ""))
    return (MetricState.NEAR, "Near") if margin is not None and room < margin else (MetricState.MET, "Met")


def _figure(number: str, unit: str) -> str:
    shown = figures.plain(Decimal(number))
    return f"{shown} {unit}" if unit else shown


_WORST_FIRST = (MetricState.MISSED, MetricState.NEAR, MetricState.TOO_FEW, MetricState.MET, MetricState.NO_THRESHOLD)


def overall(rows: Iterable[Measured]) -> list[Measured]:
    """The metrics of the model as a whole, in their order."""
    return [row for row in rows if not row.segment]


def by_segment(rows: Iterable[Measured]) -> list[Measured]:
    """The metrics of segments, the worst first."""
    return sorted((row for row in rows if row.segment), key=lambda row: _WORST_FIRST.index(row.state))


def all_measured(content: Mapping[str, object]) -> list[Measured]:
    """Every metric of a card's content with its state."""
    rows: Sequence[Mapping[str, str]] = content.get("metrics", ())  # type: ignore[assignment]  # the fields say so
    fewest = document_fields.number(str(content.get("fewest_samples", "")))
    return [measured(row, fewest) for row in rows]


@dataclass(frozen=True)
class MetricChange:
    """A metric that two contents say otherwise: its values, what the change means, and how it stands after it.

    `now` is None where it is no longer measured. `words` follow the direction in which the metric is better.
    """

    name: str
    segment: str
    before: str
    after: str
    threshold: str
    words: str
    now: Measured | None


def metric_changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[MetricChange]:
    """The metrics that changed, in the order of the newer content, then those that are gone."""
    old, new = _by_name(before), _by_name(after)
    found = [_metric_change(old.get(key), row) for key, row in new.items() if old.get(key) != row]
    return found + [_metric_change(row, None) for key, row in old.items() if key not in new]


_Said = tuple[Mapping[str, str], Measured]


def _by_name(content: Mapping[str, object]) -> dict[tuple[str, str, int], _Said]:
    named: dict[tuple[str, str, int], _Said] = {}
    rows: Sequence[Mapping[str, str]] = content.get("metrics", ())  # type: ignore[assignment]  # the fields say so
    for row, shown in zip(rows, all_measured(content), strict=True):
        number = sum(1 for key in named if key[:2] == (shown.metric, shown.segment))
        named[shown.metric, shown.segment, number] = row, shown
    return named


def _metric_change(before: _Said | None, after: _Said | None) -> MetricChange:
    shown = (after or before or ({}, None))[1]
    assert shown is not None  # noqa: S101  # one side is there
    old, new = before[1] if before else None, after[1] if after else None
    words = _change_words(before, after)
    values = (old.value if old else "", new.value if new else "")
    return MetricChange(shown.metric, shown.segment, *values, new.threshold if new else "", words, new)


def _change_words(before: _Said | None, after: _Said | None) -> str:
    if before is None or after is None:
        kind = "segment" if (after or before or ({},))[0].get("segment") else "metric"
        return f"new {kind}" if before is None else "no longer measured"
    (old, was), (new, shown) = before, after
    said = [_difference(old, new)]
    if was.threshold != shown.threshold:
        said.append(f"threshold was {was.threshold or 'none'}")
    said += [f"{label} changed" for key, label in _BESIDE if old.get(key) != new.get(key)]
    return ", ".join(filter(None, said))


_BESIDE = (("unit", "unit"), ("margin", "margin"), ("samples", "samples"), ("note", "note"))


def _difference(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """“+3.4 points, better”: by how much, and whether that is good."""
    was, now = (document_fields.number(row.get("value", "")) for row in (old, new))
    if was == now:
        return ""
    if was is None or now is None or old.get("unit") != new.get("unit"):
        return "measured now" if was is None else "no value any more" if now is None else "in another unit"
    unit = new.get("unit", "")
    by = f"{'+' if now > was else '−'}{_figure(str(abs(now - was)), 'points' if unit == '%' else unit)}"
    if new.get("better") not in ("higher", "lower") and not new.get("threshold"):
        return by
    return f"{by}, {'better' if (now < was) == (new.get('better') == 'lower') else 'worse'}"
