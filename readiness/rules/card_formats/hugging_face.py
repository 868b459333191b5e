"""README.md as Hugging Face keeps model cards: YAML front matter with results, then Markdown. Pure.

The front matter is kept word for word, so that keys nobody here knows come back in their order. Only the results in it
are read, as rows of the metrics, and written anew where those rows have changed since.
"""

from collections.abc import Mapping
from typing import Any

from portal.rules import document_fields
from portal.rules.document_fields import Row
from readiness.rules import front_matter
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import body, marks, model_index, reading
from readiness.rules.card_formats.marks import Part
from readiness.rules.card_formats.reading import Placed, Reading

_METRICS = "gatehouse-metrics"
"""Where the metrics stand if the results of the front matter are formed in a way of their own."""


def read(text: str, model: str) -> Reading:
    """What a README.md says of the model of that name. Raises DomainError with the line that cannot be read."""
    try:
        yaml_text, below = front_matter.parted(reading.plain_ends(text))
    except front_matter.Unreadable as error:
        raise reading.refused(f"The front matter cannot be read. {error.words}", error.line) from error
    content, placed = body.read(below, model)
    rows, kept, said = _results(yaml_text, model)
    content |= {rules.METRICS.key: rows} if rows else {}
    if kept:
        content[rules.FRONT_MATTER.key] = kept
        placed.insert(0, Placed("Front matter", rules.FRONT_MATTER.label, "word for word"))
    return Reading(document_fields.tidied(rules.FIELDS, content), (*said, *placed))


def _results(yaml_text: str, model: str) -> tuple[list[dict[str, str]], str, list[Placed]]:
    """The rows of the metrics, what is kept of the front matter beside them, and where they came from."""
    root = front_matter.root_of(yaml_text)
    if (ours := front_matter.at(root, _METRICS)) is not None and (rows := _listed(ours)):
        return rows, front_matter.with_key(yaml_text, _METRICS, None), [_counted(rows)]
    index = front_matter.at(root, model_index.KEY)
    if index is None:
        return [], yaml_text, []
    found = model_index.rows(index)
    if found is None:
        remark = "formed otherwise than results are: kept, but not read as metrics"
        return [], yaml_text, [Placed("Results", rules.FRONT_MATTER.label, remark)]
    rest = front_matter.with_key(yaml_text, model_index.KEY, None)
    afresh = model_index.written("", found, model)
    if found and front_matter.plain(afresh) == front_matter.plain(index):
        return found, rest, [_counted(found)]
    return found, yaml_text, [_counted(found)] if found else []


def _counted(rows: list[dict[str, str]]) -> Placed:
    return Placed("Results", rules.METRICS.label, f"{len(rows)} row{'s' if len(rows) != 1 else ''}")


def _listed(node: Any) -> list[dict[str, str]]:
    given = front_matter.plain(node)
    if not isinstance(given, list) or not all(isinstance(row, dict) and row.get("metric") for row in given):
        return []
    return [{key: cell for key, cell in row.items() if isinstance(cell, str)} for row in given]


def written(content: Mapping[str, Any], model: str) -> str:
    """The README.md that says this content."""
    kept = content.get(rules.FRONT_MATTER.key, "")
    below = body.written(content, model)
    if front_matter.refusal(kept):
        part = Part(rules.FRONT_MATTER.key, kept)
        below, kept = f"{below}\n{marks.written('## Front matter', part)}\n", ""
    yaml_text = _with_results(kept, content.get(rules.METRICS.key, ()), model)
    return f"{front_matter.FENCE}\n{yaml_text}\n{front_matter.FENCE}\n\n{below}" if yaml_text else below


def _with_results(kept: str, rows: "list[Row]", model: str) -> str:
    index = front_matter.at(front_matter.root_of(kept), model_index.KEY)
    standing = model_index.rows(index) if index is not None else []
    if standing is None:
        own = [front_matter.mapping(*((key, front_matter.words(cell)) for key, cell in row.items())) for row in rows]
        return front_matter.with_key(kept, _METRICS, front_matter.sequence(*own)) if own else kept
    if standing == list(rows):
        return kept
    return front_matter.with_key(kept, model_index.KEY, model_index.written(kept, rows, model))
