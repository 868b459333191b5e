"""The API to read: the OpenAPI document as operations and shapes in words, a part for each of its tags."""

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.text import slugify
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

    tag: str
    name: str
    method: str
    path: str
    title: str
    text: tuple[str, ...]
    parameters: tuple[Row, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]

    @property
    def shapes(self) -> set[str]:
        """The names of the shapes that go in or out."""
        told: list[Row | Body | Answer] = [*self.parameters, *self.bodies, *self.answers]
        return {one.kind.shape for one in told}


@dataclass(frozen=True)
class Shape:
    """An object that goes in or out, field by field."""

    name: str
    text: str
    fields: tuple[Row, ...]
    example: str = ""


@dataclass(frozen=True)
class Part:
    """The operations of one tag, with every shape that they or their shapes are made of: a page that stands alone."""

    slug: str
    title: str
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Reference:
    """Everything the API offers."""

    parts: tuple[Part, ...]

    def part(self, slug: str) -> Part | None:
        """The part of this name in addresses."""
        return next((part for part in self.parts if part.slug == slug), None)


@functools.cache
def reference() -> Reference:
    """The reference, made once a process: the routes do not change while it runs."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # comes without types
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # nor has this
    return read(document)


def read(document: Mapping[str, Any]) -> Reference:
    """The reference of an OpenAPI document; what is no object, such as a list of words, stands where it is used."""
    components = document["components"]["schemas"]
    document = _inlined(document, {name: told for name, told in components.items() if told.get("type") != "object"})
    operations = [
        _operation(method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]
    shapes = {
        name: Shape(
            name, _plain(told.get("description", "")), tuple(_fields(told)), _typed(examples.of(told, components))
        )
        for name, told in document["components"]["schemas"].items()
        if told.get("type") == "object"
    }
    operations.sort(key=lambda one: one.path)
    tags = sorted({one.tag for one in operations})
    return Reference(tuple(_part(tag, [one for one in operations if one.tag == tag], shapes) for tag in tags))


def _part(tag: str, operations: Sequence[Operation], shapes: Mapping[str, Shape]) -> Part:
    named = sorted(set(_reached({name for one in operations for name in one.shapes}, shapes)))
    title = tag[:1].upper() + tag[1:]
    return Part(slugify(tag), title, tuple(operations), tuple(shapes[name] for name in named))


def _reached(names: set[str], shapes: Mapping[str, Shape]) -> Iterator[str]:
    """These shapes, and all that they lead to by their fields."""
    waiting, found = [name for name in names if name in shapes], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            yield name
            waiting += [row.kind.shape for row in shapes[name].fields if row.kind.shape in shapes]


def _inlined(node: Any, small: Mapping[str, Any]) -> Any:
    """The document with each reference to one of these shapes replaced by the shape."""
    if isinstance(node, Mapping):
        named = str(node.get("$ref", "")).rsplit("/", 1)[-1]
        return small[named] if named in small else {key: _inlined(one, small) for key, one in node.items()}
    return [_inlined(one, small) for one in node] if isinstance(node, list) else node


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    title, *more = [part.strip() for part in told.get("description", "").split("\n\n") if part.strip()] or [""]
    return Operation(
        tag=told["tags"][0],
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
