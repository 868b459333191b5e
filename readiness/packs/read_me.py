"""README.txt of an audit pack's archive: what lies in it, how to check it, and what each field of data.json means.

The fields are described from the dataclasses that they are written from, so that none can be left out.
"""

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterator
from enum import EnumType
from typing import Any

from django.template.loader import render_to_string

from readiness.rules.pack_contents import PackContents, ServiceChapterData, Verification
from readiness.rules.pack_signatures import Meaning

TOP = (
    ("format", "text", "the form of this file, with its version"),
    ("since, until", "day", "the period, both days counted, in UTC"),
    ("as_of", "time", "the newest entry of the record that counts"),
    ("services", "list of ServiceChapterData", "the services, in the order of the PDF"),
    ("meanings", "list of Meaning", "the wordings that signatures stand under"),
    ("verification", "Verification", "how far the record reached"),
)


def text(contents: PackContents) -> str:
    """The whole file, as plain text."""
    return render_to_string(
        "readiness/audit_pack/README.txt",
        {"cover": contents.cover, "services": contents.services, "top": TOP, "kinds": list(_kinds())},
    )


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of object in data.json: its name, what it is, and its fields with what stands in them."""

    name: str
    words: str
    fields: tuple[tuple[str, str], ...]


def _kinds() -> Iterator[Kind]:
    """Every kind that can stand in data.json, in the order in which a reader meets it."""
    waiting: list[Any] = [ServiceChapterData, Meaning, Verification]
    met: dict[Any, None] = {}
    while waiting:
        kind = waiting.pop(0)
        if kind in met:
            continue
        met[kind] = None
        hints = typing.get_type_hints(kind)
        fields = [field.name for field in dataclasses.fields(kind) if "is_file" not in field.metadata]
        for name in fields:
            waiting += [inner for inner in _inner(hints[name]) if dataclasses.is_dataclass(inner)]
        words = " ".join((inspect.getdoc(kind) or "").split())
        yield Kind(kind.__name__, words, tuple((name, _in_words(hints[name])) for name in fields))


def _inner(hint: Any) -> Iterator[Any]:
    arguments = typing.get_args(hint)
    if not arguments:
        yield hint
    for argument in arguments:
        yield from _inner(argument)


def _in_words(hint: Any) -> str:
    """A type as a reader of JSON would say it."""
    arguments = [one for one in typing.get_args(hint) if one is not Ellipsis]
    if typing.get_origin(hint) is tuple:
        inner = list(dict.fromkeys(map(_in_words, arguments)))
        return f"list of {' or '.join(inner)}"
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return " or ".join("nothing" if one is types.NoneType else _in_words(one) for one in arguments)
    if isinstance(hint, EnumType):
        return " | ".join(f'"{member.value}"' for member in hint)  # type: ignore[var-annotated]  # of any enum
    plain = {"str": "text", "int": "number", "bool": "true or false", "date": "day", "datetime": "time"}
    name: str = hint.__name__
    return {**plain, "float": "number as text"}.get(name, name)
