"""An example for each body of the API, made from its own shape, in the words of one service."""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FORMATS = {
    "uuid": "0b8f6e3a-5c1d-4f7e-9a52-7d3e1c9b4f60",
    "date": "2026-11-21",
    "date-time": "2026-11-21T09:30:00.000000Z",
    "email": "priya@example.com",
    "uri": "https://gatehouse.example.com/services/fraud-scoring/",
    "decimal": "800.0",
    "binary": "the file",
}
WORDS = {
    "service": "fraud-scoring",
    "slug": "fraud-scoring",
    "team": "payments-risk",
    "name": "Fraud scoring",
    "title": "Staged rollout proven",
    "item": "deploy.rollout",
    "item_key": "deploy.rollout",
    "key": "deploy.rollout",
    "domain": "inference",
    "release": "5.9.0",
    "label": "5.9.0",
    "environment": "production",
    "state": "ticked",
    "rating": "green",
    "verdict": "go",
    "kind": "deployment",
    "act": "review",
    "text": "Proven in run 1184.",
    "note": "Run 1190 is green.",
    "reason": "The run was repeated.",
    "url": "https://ci.example.com/runs/1184",
    "repository_url": "https://git.example.com/fraud-scoring",
    "verb": "service.registered",
    "sentence": "Registered fraud-scoring",
    "type": "urn:gatehouse:problem:refused",
    "detail": "Choose the release.",
    "who": "Priya Lead",
    "by": "Priya Lead",
    "owner": "Priya Lead",
    "tier_reason": "Payments wait for it.",
    "summary": "Shorter answers.",
    "currency": "EUR",
    "document": "model-card:0b8f6e3a-5c1d-4f7e-9a52-7d3e1c9b4f60",
}
"""What a field of this name says, where its shape lets it."""
ANY_TEXT = "As the page says it."
DEEPEST = 8


def add(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ARG001  a hook gets all four
    """A hook of the schema's making: each body that goes in or out gets an example, unless it has one."""
    components = result.get("components", {}).get("schemas", {})
    for methods in result.get("paths", {}).values():
        for operation in methods.values():
            bodies = [operation.get("requestBody", {})]
            bodies += [told for status, told in operation["responses"].items() if status.startswith("2")]
            for body in bodies:
                _exemplify(body.get("content", {}), components)
    return result


def _exemplify(content: dict[str, Any], components: Schema) -> None:
    for told in content.values():
        if "schema" in told and not {"example", "examples"} & told.keys():
            told["example"] = of(told["schema"], components)


def of(schema: Schema, components: Schema, name: str = "", depth: int = 0) -> Any:
    """An example of a value of this shape; `name` is that of its field."""
    if "$ref" in schema:
        return of(components[schema["$ref"].rsplit("/", 1)[-1]], components, name, depth)
    for joint in ("allOf", "oneOf", "anyOf"):
        if joint in schema:
            return _joined(schema[joint], components, name, depth)
    if "enum" in schema:
        return _chosen(schema["enum"], name)
    types = schema.get("type", "object")
    known = [types] if isinstance(types, str) else [one for one in types if one != "null"]
    if "null" in types and schema.get("format") == "uri":
        return None  # the last page
    return _made(known[0] if known else "null", schema, components, name, depth)


def _joined(parts: list[Schema], components: Schema, name: str, depth: int) -> Any:
    """Of several shapes the first that says something; a choice that may be blank has its words first."""
    for part in parts:
        found = of(part, components, name, depth)
        if found not in ("", None):
            return found
    return None


def _chosen(offered: list[Any], name: str) -> Any:
    if WORDS.get(name) in offered:
        return WORDS[name]
    return next((one for one in offered if one not in ("", None)), offered[0])


def _made(kind: str, schema: Schema, components: Schema, name: str, depth: int) -> Any:
    match kind:
        case "object":
            return _object(schema, components, name, depth)
        case "array":
            singular = name.removesuffix("s")
            return [] if depth > DEEPEST else [of(schema.get("items", {}), components, singular, depth + 1)]
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case "string":
            return _text(schema, name)
    return None


def _object(schema: Schema, components: Schema, name: str, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        return {}
    found = {key: of(told, components, key, depth + 1) for key, told in schema.get("properties", {}).items()}
    if not found and isinstance(schema.get("additionalProperties"), Mapping):
        return {"p95_ms": of(schema["additionalProperties"], components, name, depth + 1)}
    return found


def _number(schema: Schema) -> int:
    least = schema.get("minimum", 1)
    return int(min(max(least, 1), schema.get("maximum", 1)))


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if name.endswith(("digest", "sha256")) or name in ("previous", "seen"):
        return DIGEST
    for words in (WORDS.get(name, ANY_TEXT), WORDS["slug"], "EUR"):
        if len(words) <= schema.get("maxLength", len(words)) and re.search(schema.get("pattern", ""), words):
            return words
    return ""
