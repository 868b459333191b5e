"""A CycloneDX bill of materials read as a card: the modelCard of one component. Pure.

What the format says and no field asks for, such as its fairness assessments, becomes a further section with the JSON as
it stood; nothing of the component is lost.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from portal.rules import document_fields, texts
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import cyclonedx, reading
from readiness.rules.card_formats.cyclonedx import OURS
from readiness.rules.card_formats.reading import Placed, Reading

DEEPEST = 64
"""Levels that lists and objects may stand in one another."""
TOO_DEEP = "This JSON is nested too deep, or holds a number that is too long."
_TITLES = {
    "datasets": "Datasets",
    "inputs": "Inputs, in detail",
    "outputs": "Outputs, in detail",
    "performanceMetrics": "Performance metrics, in detail",
    "graphics": "Graphics",
    "ethicalConsiderations": "Ethical considerations, in detail",
    "environmentalConsiderations": "Environmental considerations",
    "fairnessAssessments": "Fairness assessments",
    "properties": "Properties",
}
_OF_CARD = ("type", "name", "version", "bom-ref", "modelCard")
_EVALUATING, _TRAINING = ("eval", "test", "valid", "holdout", "benchmark"), ("train", "tuning")


def read(text: str, model: str) -> Reading:
    """What the bill of materials says of the model of that name. Raises DomainError with the line or the key."""
    component = _component(_parsed(text), model)
    card = _Card(component)
    content = document_fields.tidied(rules.FIELDS, card.content())
    return Reading(content, tuple(card.placed))


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        bom = json.loads(reading.plain_ends(text))
    except json.JSONDecodeError as error:
        raise reading.refused(f"This is no JSON: {error.msg}.", error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise reading.refused(TOO_DEEP) from error
    if _is_deeper(bom, DEEPEST):
        raise reading.refused(TOO_DEEP)
    if not isinstance(bom, dict) or bom.get("bomFormat") != "CycloneDX":
        raise reading.refused("This JSON is no CycloneDX file: its bomFormat is another.")
    return bom


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another more than so many levels deep; asked without going down itself."""
    level = [value]
    for _ in range(levels):
        level = [below for one in level for below in _below(one)]
        if not level:
            return False
    return True


def _below(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in held if isinstance(one, (dict, list))]


def _component(bom: Mapping[str, Any], model: str) -> dict[str, Any]:
    of_all = bom.get("metadata")
    first = of_all.get("component") if isinstance(of_all, dict) else None
    found = [one for one in _components([first, *_list(bom, "components")]) if isinstance(one.get("modelCard"), dict)]
    named = [one for one in found if str(one.get("name", "")).casefold() == model.casefold()]
    if len(found) == 1 or len(named) == 1:
        return copy.deepcopy((named or found)[0])
    if not found:
        raise reading.refused("No component of this file has a modelCard.")
    names = ", ".join(str(one.get("name", "")) for one in found[:5])
    raise reading.refused(f"The file has {len(found)} model cards ({names}), and not one of the name {model}.")


def _components(given: "list[Any]") -> Iterator[dict[str, Any]]:
    waiting = [one for one in given if isinstance(one, dict)]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting += [below for below in _list(one, "components") if isinstance(below, dict)]


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    """A list under a key, empty where there is none. Raises DomainError where there is something else."""
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise reading.refused(f"“{key}” is no list.")
    return value


def _mapping(holder: dict[str, Any], key: str) -> dict[str, Any]:
    value = holder.setdefault(key, {})
    if not isinstance(value, dict):
        raise reading.refused(f"“{key}” is no object.")
    return value


class _Card:
    """Takes a modelCard apart, until nothing of it is left."""

    def __init__(self, component: dict[str, Any]) -> None:
        self.component = component
        self.card: dict[str, Any] = component["modelCard"]
        self.ours = self._ours()
        self.said: dict[str, Any] = {}
        self.further: dict[str, str] = {}
        self.placed: list[Placed] = []

    def content(self) -> dict[str, Any]:
        """Everything by field."""
        self._parameters(_mapping(self.card, "modelParameters"))
        self._metrics(_mapping(self.card, "quantitativeAnalysis"))
        self._considerations(_mapping(self.card, "considerations"))
        self.said |= {key: self.ours[key] for key in cyclonedx.IN_PROPERTIES if key in self.ours}
        self._what_is_left()
        self.said[rules.OTHER.key] = self._other()
        labels = {field.key: field.label for field in rules.FIELDS}
        self.placed += [
            Placed(labels[key], labels[key]) for key, value in self.said.items() if value and key != "other"
        ]
        return self.said

    def _ours(self) -> dict[str, str]:
        ours, rest = {}, []
        for one in _list(self.card, "properties"):
            name = one.get("name") if isinstance(one, dict) else None
            if isinstance(name, str) and name.startswith(OURS) and isinstance(one.get("value"), str):
                ours[name.removeprefix(OURS)] = one["value"]
            else:
                rest.append(one)
        self.card["properties"] = rest
        return ours

    def _parameters(self, given: dict[str, Any]) -> None:
        approach = given.get("approach")
        if isinstance(approach, dict) and isinstance(approach.get("type"), str):
            self.further[cyclonedx.APPROACH] = approach.pop("type")
        for key, title in cyclonedx.OF_PARAMETERS.items():
            if isinstance(given.get(key), str):
                self.further[title] = given.pop(key)
        for key in ("inputs", "outputs"):
            taken = [
                one.pop("format") for one in _list(given, key) if isinstance(one, dict) and _is_text(one, "format")
            ]
            self.said[key] = "\n".join(taken)
        for one in _list(given, "datasets"):
            self._dataset(one)

    def _dataset(self, one: Any) -> None:
        if not isinstance(one, dict) or not _is_text(one, "description"):
            return
        name = str(one.get("name", "")).casefold()
        is_evaluating = any(word in name for word in _EVALUATING)
        if not is_evaluating and not any(word in name for word in _TRAINING):
            return
        key = "evaluation_data" if is_evaluating else "training_data"
        text = one.pop("description")
        is_plain = one.get("name") == cyclonedx.DATASETS[key]
        said = text if is_plain else f"**{texts.tidied(str(one['name']))}**\n\n{text}"
        self.said[key] = "\n\n".join(filter(None, (self.said.get(key, ""), said)))
        one.pop("name")
        if one.get("type") == "dataset":
            one.pop("type")

    def _metrics(self, given: dict[str, Any]) -> None:
        rows = []
        for number, one in enumerate(_list(given, "performanceMetrics")):
            if not isinstance(one, dict) or not _is_text(one, "type"):
                continue
            rows.append(self._exact(number, one) or _row(one))
            one.clear()
        self.said[rules.METRICS.key] = rows

    def _exact(self, number: int, one: dict[str, Any]) -> dict[str, str] | None:
        """The row as it was written, where the metric still says the same."""
        row = _json(self.ours.get(f"metric:{number}", ""))
        is_row = isinstance(row, dict) and row.get("metric") and all(isinstance(cell, str) for cell in row.values())
        return row if is_row and cyclonedx.metric(row) == one else None

    def _considerations(self, given: dict[str, Any]) -> None:
        for key, field in cyclonedx.OF_CONSIDERATIONS.items():
            self.said[field] = _joined(given, key)
        self.further[cyclonedx.TRADEOFFS] = _joined(given, "performanceTradeoffs")
        rows = []
        for one in _list(given, "ethicalConsiderations"):
            if isinstance(one, dict) and _is_text(one, "name"):
                row = {"risk": one.pop("name")}
                row |= {"mitigation": one.pop("mitigationStrategy")} if _is_text(one, "mitigationStrategy") else {}
                rows.append(row)
        if cyclonedx.ETHICS_FIRST in self.ours and rows:
            self.said["ethical_considerations"] = rows.pop(0)["risk"]
        self.said[rules.RISKS.key] = rows

    def _what_is_left(self) -> None:
        """Further sections of the JSON that nobody took."""
        groups = ("modelParameters", "quantitativeAnalysis", "considerations")
        rest = {key: value for group in groups for key, value in self.card.pop(group).items()}
        beside = {key: value for key, value in self.component.items() if key not in _OF_CARD}
        self.card.pop("bom-ref", None)
        left = {**rest, **self.card, **({"The component": beside} if beside else {})}
        for key, value in left.items():
            if (kept := _kept(value)) not in (None, "", [], {}):
                text = json.dumps(kept, ensure_ascii=False, indent=2)
                self.further[_TITLES.get(key, key)] = f"```json\n{text}\n```"

    def _other(self) -> list[dict[str, str]]:
        """The further sections in the order they were written in, then those that only the file has."""
        listed = _json(self.ours.get(rules.OTHER.key, ""))
        rows = []
        for row in listed if isinstance(listed, list) else []:
            if isinstance(row, dict) and isinstance(row.get("title"), str):
                own = self.further.pop(row["title"], "") if "text" not in row else ""
                rows.append({"title": row["title"], "text": str(row.get("text", own))})
        more = [{"title": title, "text": text} for title, text in self.further.items() if text]
        self.placed += [Placed(row["title"], rules.OTHER.label) for row in (*rows, *more)]
        return [*rows, *more]


def _is_text(holder: Mapping[str, Any], key: str) -> bool:
    return isinstance(holder.get(key), str) and bool(holder[key].strip())


def _joined(given: dict[str, Any], key: str) -> str:
    """The texts of a list, which are taken out of it, each a paragraph."""
    found = _list(given, key)
    if not all(isinstance(one, str) for one in found):
        raise reading.refused(f"“{key}” is no list of texts.")
    given.pop(key, None)
    return "\n\n".join(found)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _row(one: Mapping[str, Any]) -> dict[str, str]:
    """A performance metric of any tool as a row; what has no column is said in the note."""
    given = texts.tidied(str(one.get("value", "")))
    value, unit = (given[:-1].strip(), "%") if given.endswith("%") else (given, "")
    notes = []
    if value and document_fields.number(value) is None:
        value, unit, notes = "", "", [f"value: {given}"]
    interval = one.get("confidenceInterval")
    if isinstance(interval, dict) and interval:
        low, high = (texts.tidied(str(interval.get(key, "?"))) for key in ("lowerBound", "upperBound"))
        notes.append(f"confidence interval {low.replace(' ', '')} to {high.replace(' ', '')}")
    row = {"metric": one["type"], "segment": str(one.get("slice", "")), "value": value, "unit": unit}
    return {**row, "note": ", ".join(notes)}


def _kept(value: Any) -> Any:
    """JSON without what is empty."""
    if isinstance(value, dict):
        return {key: kept for key, one in value.items() if (kept := _kept(one)) not in (None, "", [], {})}
    if isinstance(value, list):
        return [kept for one in value if (kept := _kept(one)) not in (None, "", [], {})]
    return value
