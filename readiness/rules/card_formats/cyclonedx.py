"""A card as a CycloneDX 1.6 bill of materials: one component, a machine-learning model with its modelCard. Pure.

What the format has no place for stands in the card's properties under `gatehouse:`, so that reading it again gives the
same content. The format is https://cyclonedx.org/docs/1.6/json/.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal import canonical
from portal.rules.document_fields import Row
from readiness.rules import model_cards as rules
from readiness.rules.card_formats.reading import About

MEDIA_TYPE = "application/vnd.cyclonedx+json; version=1.6"
MODEL = "machine-learning-model"
OURS = "gatehouse:"
ETHICS_FIRST = "ethics-first"
"""The property that tells the first ethical consideration from the risks, which stand in the same list."""
APPROACHES = ("supervised", "unsupervised", "reinforcement-learning", "semi-supervised", "self-supervised")
OF_PARAMETERS = {
    "task": "Task",
    "architectureFamily": "Architecture family",
    "modelArchitecture": "Model architecture",
}
APPROACH, TRADEOFFS = "Learning approach", "Performance trade-offs"
"""Further sections that the format has a place of its own for."""
OF_CONSIDERATIONS = {"users": "users", "useCases": "intended_use", "technicalLimitations": "limitations"}
DATASETS = {"training_data": "Training data", "evaluation_data": "Evaluation data"}
IN_PROPERTIES = ("out_of_scope", "evaluated", "fewest_samples", rules.FRONT_MATTER.key)
INTERVAL = re.compile(r"(?:(.*), )?confidence interval (\S+) to (\S+)")


def written(content: Mapping[str, Any], about: About) -> str:
    """The bill of materials as JSON."""
    component: dict[str, Any] = {"type": MODEL, "bom-ref": f"model:{about.card}", "name": about.model}
    component |= {"version": about.version} if about.version else {}
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{about.card}",
        "version": about.revision,
        "metadata": {"timestamp": canonical.utc_text(about.written_at)},
        "components": [{**component, "modelCard": _card(content)}],
    }
    return json.dumps(bom, ensure_ascii=False, indent=2) + "\n"


def _card(content: Mapping[str, Any]) -> dict[str, Any]:
    card = {
        "modelParameters": _parameters(content),
        "quantitativeAnalysis": _pruned({"performanceMetrics": [metric(row) for row in content.get("metrics", ())]}),
        "considerations": _considerations(content),
        "properties": [{"name": f"{OURS}{name}", "value": value} for name, value in _properties(content)],
    }
    return _pruned(card)


def _pruned(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}


def _parameters(content: Mapping[str, Any]) -> dict[str, Any]:
    further = own_sections(content)
    datasets = [
        {"type": "dataset", "name": name, "description": content[key]}
        for key, name in DATASETS.items()
        if content.get(key)
    ]
    said: dict[str, Any] = {"approach": {"type": further[APPROACH]} if APPROACH in further else None}
    said |= {key: further.get(title) for key, title in OF_PARAMETERS.items()}
    said["datasets"] = datasets
    said |= {key: [{"format": content[key]}] for key in ("inputs", "outputs") if content.get(key)}
    return _pruned(said)


def _considerations(content: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {key: [content[field]] for key, field in OF_CONSIDERATIONS.items() if content.get(field)}
    tradeoffs = own_sections(content).get(TRADEOFFS)
    said["performanceTradeoffs"] = [tradeoffs] if tradeoffs else None
    ethics = [{"name": content["ethical_considerations"]}] if content.get("ethical_considerations") else []
    risks = [
        _pruned({"name": row["risk"], "mitigationStrategy": row.get("mitigation")}) for row in content.get("risks", ())
    ]
    return _pruned({**said, "ethicalConsiderations": ethics + risks})


def own_sections(content: Mapping[str, Any]) -> dict[str, str]:
    """The further sections that have a place of their own: by title, where each says something and stands once."""
    rows = [row for row in content.get("other", ()) if row.get("text")]
    titles = [row["title"] for row in content.get("other", ())]
    own = {row["title"]: row["text"] for row in rows if titles.count(row["title"]) == 1}
    known = {*OF_PARAMETERS.values(), TRADEOFFS, APPROACH}
    return {title: text for title, text in own.items() if title in known and (title != APPROACH or text in APPROACHES)}


def metric(row: Row) -> dict[str, Any]:
    """A row of the metrics as a performance metric."""
    value = " ".join(filter(None, (row.get("value"), row.get("unit")))) if row.get("value") else ""
    said: dict[str, Any] = {"type": row["metric"], "value": value, "slice": row.get("segment")}
    if found := INTERVAL.fullmatch(row.get("note", "")):
        said["confidenceInterval"] = {"lowerBound": found[2], "upperBound": found[3]}
    return _pruned(said)


def _properties(content: Mapping[str, Any]) -> "list[tuple[str, str]]":
    said = [(key, content[key]) for key in IN_PROPERTIES if content.get(key)]
    if content.get("ethical_considerations"):
        said.append((ETHICS_FIRST, "true"))
    said += [(f"metric:{number}", _json(row)) for number, row in enumerate(content.get("metrics", ()))]
    own = own_sections(content)
    other: Sequence[Row] = content.get("other", ())
    if other:
        kept = [{"title": row["title"]} if row["title"] in own else row for row in other]
        said.append((rules.OTHER.key, _json(kept)))
    return said


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
