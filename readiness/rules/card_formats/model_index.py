"""The results in a README.md's front matter (`model-index`) as rows of the card's metrics, and the reverse. Pure.

A result speaks of a task and a dataset and has metrics, each with a type, perhaps a name, and a value. A dataset of
the type `overall` or `segment` is our own way to say which cases a row is about; of other datasets each is a segment,
unless there is but one: then its metrics are the overall ones. What a metric there has no place for, such as its
threshold, stands below it under the key `gatehouse`, which readers of the format pass over.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from portal.rules import document_fields, texts
from portal.rules.document_fields import Row
from readiness.rules import front_matter as fm
from readiness.rules import model_cards as rules

KEY, OURS, PLACE = "model-index", "gatehouse", "row"
CELLS = tuple(column.key for column in rules.METRICS.columns)
PERCENT = re.compile(r"(\S+?)\s?%")
LONGEST_VALUE = 100


@dataclass(frozen=True)
class Found:
    """A metric of the index, the list that holds it, and the row it is."""

    node: yaml.MappingNode
    siblings: list[Any]
    row: Row


def rows(index: Any) -> list[dict[str, str]] | None:
    """The rows an index says, in their order; None where it is not formed as an index is."""
    found = _found(index)
    if found is None:
        return None
    said = [(_place(metric.node, number), _with_ours(metric)) for number, metric in enumerate(found)]
    return [row for _, row in sorted(said, key=lambda pair: pair[0])]


def _place(metric: yaml.Node, number: int) -> int:
    said = fm.plain(fm.at(fm.at(metric, OURS), PLACE))
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 6 else number


def _with_ours(metric: Found) -> dict[str, str]:
    ours = fm.at(metric.node, OURS)
    said = {key: fm.at(ours, key) for key in CELLS}
    own = {key: texts.tidied(node.value) for key, node in said.items() if isinstance(node, yaml.ScalarNode)}
    return {key: cell for key in CELLS if (cell := own.get(key, metric.row.get(key, "")))}


def _found(index: Any) -> list[Found] | None:
    if not isinstance(index, yaml.SequenceNode):
        return None
    results = _results(index)
    if results is None:
        return None
    foreign = {label for _, result, _ in results if (label := _label(result)) and not _is_ours(result)}
    return [
        Found(metric, siblings, _natural(metric, result, name, is_one=len(foreign) < 2))
        for name, result, siblings in results
        for metric in siblings
    ]


def _results(index: yaml.SequenceNode) -> list[tuple[str, yaml.MappingNode, list[Any]]] | None:
    """Each result with the name of its entry, where there are several, and its metrics."""
    results: list[tuple[str, yaml.MappingNode, list[Any]]] = []
    for entry in index.value:
        name = _line(fm.at(entry, "name")) if len(index.value) > 1 else ""
        found = fm.at(entry, "results")
        if not isinstance(entry, yaml.MappingNode) or not isinstance(found, yaml.SequenceNode | None):
            return None
        for result in found.value if found else ():
            metrics = fm.at(result, "metrics")
            if not isinstance(metrics, yaml.SequenceNode) or not all(map(_name, metrics.value)):
                return None
            results.append((name, result, metrics.value))
    return results


def _natural(metric: yaml.MappingNode, result: yaml.MappingNode, name: str, *, is_one: bool) -> Row:
    value, unit, said = _value(fm.at(metric, "value"))
    label = _label(result)
    if _is_ours(result):
        segment, notes = ("" if _type(result) == "overall" else label), [said]
    else:
        task = _line(fm.at(fm.at(result, "task"), "name")) or _line(fm.at(fm.at(result, "task"), "type"))
        segment = "" if is_one else label
        split = _line(fm.at(fm.at(result, "dataset"), "split"))
        notes = [name, task, label if is_one else "", split, said]
    row = {
        "metric": _name(metric),
        "segment": segment,
        "value": value,
        "unit": unit,
        "note": ", ".join(filter(None, notes)),
    }
    return {key: cell for key, cell in row.items() if cell}


def _value(node: Any) -> tuple[str, str, str]:
    """Number, unit, and in words what is no number."""
    if node is None:
        return "", "", ""
    text = _line(node)
    if document_fields.number(text) is not None:
        return text, "", ""
    if (found := PERCENT.fullmatch(text)) and document_fields.number(found[1]) is not None:
        return found[1], "%", ""
    is_shown = text and len(text) <= LONGEST_VALUE
    return "", "", f"value: {text}" if is_shown else "its value is in the front matter"


def _line(node: Any) -> str:
    return texts.tidied(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _name(metric: Any) -> str:
    return _line(fm.at(metric, "name")) or _line(fm.at(metric, "type"))


def _type(result: Any) -> str:
    return _line(fm.at(fm.at(result, "dataset"), "type"))


def _is_ours(result: Any) -> bool:
    return _type(result) in ("overall", "segment")


def _label(result: Any) -> str:
    dataset = fm.at(result, "dataset")
    config = _line(fm.at(dataset, "config"))
    label = _line(fm.at(dataset, "name")) or _type(result)
    return f"{label} ({config})" if label and config and config != "default" else label


def written(text: str, wanted: Sequence[Row], name: str) -> yaml.Node | None:
    """The index that says these rows, kept as it stands in the front matter `text` wherever it says them already.

    None where there is nothing to say, or the index there is not formed as one.
    """
    root = fm.root_of(text)
    index: yaml.Node | None = fm.at(root, KEY)
    standing = rows(index) if index is not None else []
    if standing is None or standing == list(wanted):
        return index
    index = index if index is not None else fm.sequence()
    pairs = _paired(index, wanted)
    kept = {id(metric.node) for metric, _ in pairs if metric}
    for metric in _found(index) or ():
        if id(metric.node) not in kept:
            metric.siblings.remove(metric.node)
    _drop_empty(index)
    by_node: dict[int, tuple[int, Row]] = {}
    for place, (known, row) in enumerate(pairs):
        node = known.node if known else _added(index, row, name)
        if known and known.row.get("value", "") != row.get("value", ""):
            _set_value(node, row.get("value", ""))
        by_node[id(node)] = place, row
    _say_the_rest(index, by_node)
    return index


def _paired(index: yaml.Node, wanted: Sequence[Row]) -> list[tuple[Found | None, Row]]:
    standing: dict[tuple[str, str, int], Found] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for metric in _found(index) or ():
        row = _with_ours(metric)
        key = row.get("metric", ""), row.get("segment", "")
        standing[*key, seen[key]] = metric
        seen[key] += 1
    seen.clear()
    pairs: list[tuple[Found | None, Row]] = []
    for wish in wanted:
        key = wish.get("metric", ""), wish.get("segment", "")
        pairs.append((standing.get((*key, seen[key])), wish))
        seen[key] += 1
    return pairs


def _drop_empty(index: Any) -> None:
    for entry in index.value:
        results = fm.at(entry, "results")
        if results is not None:
            results.value = [result for result in results.value if fm.at(result, "metrics").value]


def _set_value(metric: yaml.MappingNode, value: str) -> None:
    """A new value is no longer the one that somebody verified."""
    dropped = ("value", "verified", "verifyToken")
    metric.value = [(key, held) for key, held in metric.value if key.value not in dropped]
    if value:
        metric.value.append((fm.words("value"), fm.figure(value)))


def _added(index: Any, row: Row, name: str) -> yaml.MappingNode:
    if not index.value:
        index.value.append(fm.mapping(("name", fm.words(name)), ("results", fm.sequence())))
    results = fm.at(index.value[-1], "results")
    if results is None:
        results = fm.sequence()
        index.value[-1].value.append((fm.words("results"), results))
    segment = row.get("segment", "")
    dataset = ("segment", segment) if segment else ("overall", "Overall")
    last = results.value[-1] if results.value else None
    if last is None or (_type(last), _label(last)) != dataset:
        last = _result(*dataset)
        results.value.append(last)
    metric = fm.mapping(("type", fm.words(row["metric"])))
    if row.get("value"):
        metric.value.append((fm.words("value"), fm.figure(row["value"])))
    fm.at(last, "metrics").value.append(metric)
    return metric


def _result(kind: str, label: str) -> yaml.MappingNode:
    return fm.mapping(
        ("task", fm.mapping(("type", fm.words("other")))),
        ("dataset", fm.mapping(("type", fm.words(kind)), ("name", fm.words(label)))),
        ("metrics", fm.sequence()),
    )


def _say_the_rest(index: yaml.Node, by_node: Mapping[int, tuple[int, Row]]) -> None:
    """Below each metric, what its row says otherwise or beyond; and its place, where that is not its order."""
    found = _found(index) or []
    places = [by_node[id(metric.node)][0] for metric in found]
    for metric, place in zip(found, places, strict=True):
        row = by_node[id(metric.node)][1]
        said = {key: row.get(key, "") for key in CELLS if row.get(key, "") != metric.row.get(key, "")}
        ours = [(fm.words(key), fm.words(cell)) for key, cell in said.items()]
        if places != sorted(places):
            ours.append((fm.words(PLACE), fm.figure(str(place))))
        metric.node.value = [(key, held) for key, held in metric.node.value if key.value != OURS]
        if ours:
            metric.node.value.append(
                (fm.words(OURS), yaml.MappingNode("tag:yaml.org,2002:map", ours, flow_style=False))
            )
