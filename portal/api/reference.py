"""The API to read: the OpenAPI document as operations and shapes in words, for the documentation's page."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from portal.api import examples

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """What a value is, in words; `shape` names the shape that it is one of, or a list of."""

    words: str
    shape: str = ""


@dataclass(frozen=True)
class Row:
    """A parameter or a field: its name, what it is, whether it must be there, and what it means."""

    name: str
    kind: Kind
    required: bool
    text: str = ""
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """One status an operation answers with."""

    status: str
    text: str
    kind: Kind
    is_problem: bool


@dataclass(frozen=True)
class Body:
    """One form in which a request may be sent: its media type, its shape, and an example as it is typed."""

    media_type: str
    kind: Kind
    example: str


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    name: str
    method: str
    path: str
    title: str
    text: tuple[str, ...]
    parameters: tuple[Row, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Shape:
    """An object that goes in or out, field by field."""

    name: str
    text: str
    fields: tuple[Row, ...]
    example: str = ""


@dataclass(frozen=True)
class Reference:
    """Everything the API offers."""

    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]


@functools.cache
def reference() -> Reference:
    """The reference, made once a process: the routes do not change while it runs."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # comes without types
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return read(document)


def read(document: Mapping[str, Any]) -> Reference:
    """The reference of an OpenAPI document; lists of words stand where they are used."""
    components = document["components"]["schemas"]
    document = _inlined(document, {name: told for name, told in components.items() if "enum" in told})
    operations = [
        _operation(method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    shapes = [
        Shape(name, _plain(told.get("description", "")), tuple(_fields(told)), _typed(examples.of(told, components)))
        for name, told in document["components"]["schemas"].items()
        if told.get("type") == "object"
    ]
    return Reference(tuple(sorted(operations, key=lambda one: one.path)), tuple(shapes))


def _inlined(node: Any, lists: Mapping[str, Any]) -> Any:
    """The document with each reference to a list of words replaced by the list."""
    if isinstance(node, Mapping):
        named = str(node.get("$ref", "")).rsplit("/", 1)[-1]
        return lists[named] if named in lists else {key: _inlined(one, lists) for key, one in node.items()}
    return [_inlined(one, lists) for one in node] if isinstance(node, list) else node


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    title, *more = [part.strip() for part in told.get("description", "").split("\n\n") if part.strip()] or [""]
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        title=_plain(title),
        text=tuple(_plain(part) for part in more),
        parameters=tuple(_parameter(one) for one in told.get("parameters", ())),
        bodies=tuple(_bodies(told.get("requestBody", {}))),
        answers=tuple(_answer(status, one) for status, one in sorted(told["responses"].items())),
    )


def _bodies(told: Mapping[str, Any]) -> Iterable[Body]:
    for media_type, one in told.get("content", {}).items():
        named = [example["value"] for example in one.get("examples", {}).values()]
        yield Body(media_type, _kind(one["schema"]), _typed(named[0] if named else one.get("example")))


def _typed(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)


def _parameter(told: Mapping[str, Any]) -> Row:
    return Row(
        name=told["name"],
        kind=_kind(told["schema"]),
        required=told.get("required", False),
        text=_plain(told.get("description", "")),
        place=told["in"],
    )


def _answer(status: str, told: Mapping[str, Any]) -> Answer:
    words = told.get("description") or HTTPStatus(int(status)).phrase
    return Answer(status, _plain(words), _kind(_content(told)), PROBLEM in told.get("content", {}))


def _content(told: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in told.get("content", {}).values():
        found: Mapping[str, Any] = one.get("schema", {})
        return found
    return {}


def _fields(told: Mapping[str, Any]) -> Iterable[Row]:
    required = told.get("required", ())
    for name, field in told.get("properties", {}).items():
        yield Row(name, _kind(field), name in required, _plain(field.get("description", "")))


def _kind(schema: Mapping[str, Any]) -> Kind:
    """What a schema is in words: "text, date", "one of: go, no-go", "list of Reason"."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return Kind(name, name)
    if "enum" in schema:
        return Kind(f"one of: {', '.join(str(value) or 'empty' for value in schema['enum'] if value is not None)}")
    for joint in ("oneOf", "anyOf", "allOf"):
        if joint in schema:
            return _joined([_kind(part) for part in schema[joint]])
    return _simple(schema)


def _simple(schema: Mapping[str, Any]) -> Kind:
    types = schema.get("type", "object")
    names = [types] if isinstance(types, str) else list(types)
    if "array" in names:
        inner = _kind(schema.get("items", {}))
        return Kind(f"list of {inner.words}", inner.shape)
    form = schema.get("format")
    return Kind(", ".join(filter(None, [" or ".join(names), form])))


def _joined(kinds: list[Kind]) -> Kind:
    shape = next((kind.shape for kind in kinds if kind.shape), "")
    return Kind(" or ".join(kind.words for kind in kinds), shape)


def _plain(text: str) -> str:
    """One paragraph without line breaks and marks for code."""
    return " ".join(text.replace("`", "").split())
