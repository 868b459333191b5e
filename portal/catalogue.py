"""Reads catalogue files: YAML in, frozen and validated rows out, every problem with its place."""

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.json_schema import models_json_schema

from portal import canonical

PLAIN_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""One or more words; an empty sentence in a catalogue is a mistake."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A short stable name in lower case, such as `model-readiness`."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$")]
"""A stable identifier of two parts, such as `env.secrets`; sign-offs and API clients hang on it."""


class Row(BaseModel):
    """What every catalogue row is: frozen, and without fields that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Schema = TypeVar("Schema", bound=Row)
Rows = TypeVar("Rows", bound=tuple[Row, ...])


@dataclass(frozen=True)
class Problem:
    """One mistake in a catalogue file: where it stands and what is wrong."""

    file: str
    key: str
    field: str
    message: str

    def __str__(self) -> str:
        """Reads as one line: file, key, field, message; what is not known is left out."""
        place = ": ".join(part for part in (self.file, self.key, self.field) if part)
        return f"{place}: {self.message}"


class CatalogueError(ValueError):
    """A catalogue file cannot be used; `problems` names each mistake and its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, but a key written twice is refused: plain YAML would keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Builds one mapping; raises `ConstructorError` at the second use of a key."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read(path: Path, schema: type[Schema]) -> Schema:
    """Reads one catalogue file and returns it as `schema`.

    Raises `CatalogueError`, with file, key and field of every mistake, where the file is
    missing, is not YAML or does not fit the schema.
    """
    return validate(parse(path), schema, file=path.name)


def parse(path: Path) -> object:
    """Returns the plain content of a YAML file; raises `CatalogueError` where it has none."""
    try:
        text = path.read_text(encoding="utf-8")
        # A subclass of the safe loader: it builds plain values only, never objects.
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506
    except OSError as error:
        raise CatalogueError([Problem(path.name, "", "", f"cannot be read: {error}")]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"is not valid YAML: {error}"
        raise CatalogueError([Problem(path.name, "", "", message)]) from error


def validate(content: object, schema: type[Schema], *, file: str) -> Schema:
    """Checks plain content against `schema`; `file` is the name that problems carry.

    Raises `CatalogueError` with one `Problem` per mistake.
    """
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        problems = [_problem(file, content, dict(detail)) for detail in error.errors()]
        # The problems say all of it; pydantic's own text would only repeat it with positions.
        raise CatalogueError(problems) from None


def not_empty(rows: Rows) -> Rows:
    """Refuses a list without rows; for `AfterValidator`, which runs only where each row is right."""
    if not rows:
        raise ValueError("is empty; at least one row is needed")
    return rows


def content(row: Row) -> str:
    """Returns a row as canonical JSON: what a published version stores and its digest covers.

    Fields left at their default are not part of it, so that a field added to the format
    later does not make an unchanged file look changed. The schema reads it back.
    """
    return canonical.dumps(row.model_dump(mode="json", exclude_defaults=True))


def digest(row: Row) -> str:
    """Returns the SHA-256 (hex) of a row's content, the same on every machine and run."""
    return canonical.digest(row.model_dump(mode="json", exclude_defaults=True))


def json_schema(title: str, *schemas: type[Row]) -> str:
    """Returns the JSON Schema of catalogue files, for editors and for those who write their own."""
    _, definitions = models_json_schema([(schema, "validation") for schema in schemas], title=title)
    return json.dumps(definitions, indent=2, sort_keys=True) + "\n"


def _problem(file: str, content: object, detail: Mapping[str, Any]) -> Problem:
    """Turns one pydantic error into a problem that names the row by its key."""
    key = ""
    field: list[str] = []
    for step, row_key in _walk(content, detail["loc"]):
        if row_key:
            key, field = row_key, []
        else:
            field.append(step)
    message = PLAIN_MESSAGES.get(detail["type"], str(detail["msg"]).removeprefix("Value error, "))
    return Problem(file, key, ".".join(field), message)


def _walk(content: object, location: Sequence[int | str]) -> Iterator[tuple[str, str]]:
    """Yields (step, key of the row reached) along a location; the key is empty if it has none."""
    for step in location:
        content = _inside(content, step)
        is_row = isinstance(step, int) and isinstance(content, Mapping)
        row_key = str(content.get("key", "")) if is_row and isinstance(content, Mapping) else ""
        yield _step_name(step, content), row_key


def _inside(content: object, step: int | str) -> object:
    """Returns what stands at one step of a location, or None where nothing does."""
    if isinstance(content, Mapping):
        return content.get(step)
    if isinstance(content, list) and isinstance(step, int) and step < len(content):
        return content[step]
    return None


def _step_name(step: int | str, content: object) -> str:
    """Names a place in a list by its own number where it has one, else by position from 1."""
    if isinstance(step, str):
        return step
    if isinstance(content, Mapping) and "number" in content:
        return str(content["number"])
    return str(step + 1)
