"""The format of the readiness catalogue files: what a row holds, and what is refused."""

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict

from portal.catalogue import Key, Row, Slug, Text, not_empty
from readiness.choices import Cadence, Depends, Stage
from readiness.rules import measure_kinds
from readiness.rules.applicability import REGULATION_WORDS, Sourcing

REFERENCE = re.compile(r"([a-z][a-z.-]*)(?:#([0-9]+(?:[,-][0-9]+)*))?")
"""How a file names a row, or points of it: `perf.load`, `perf.load#1`, `cost.budget#1,2`, `model.fallback#1-3`."""

Pillar = Annotated[StrictInt, Field(ge=1, le=10)]
"""One of the ten pillars of the readiness assessment, by number."""


class Domain(StrEnum):
    """The four areas that have one accountable person each; none means the service owner."""

    DRIFT = "drift"
    RETRAINING = "retraining"
    INFERENCE = "inference"
    LOGGING = "logging"


class Document(StrEnum):
    """The service's own document that an item asks for as evidence."""

    RUNBOOK = "runbook"
    MODEL_CARD = "model-card"
    DECISION_RECORD = "decision-record"
    DRILL = "drill"


class Completion(StrEnum):
    """What completes a recurring check: its result, or a review of every document."""

    RESULT = "result"
    DOCUMENTS_REVIEWED = "documents-reviewed"


class Coverage(StrEnum):
    """How two rows that ask the same relate: one covers, both cover, or each only its own."""

    COVERS = "covers"
    BOTH = "both"
    BESIDE = "beside"


def _known_regulation(name: object) -> object:
    """Refuses a regulation that no service can declare."""
    if name not in REGULATION_WORDS:
        raise ValueError(f"there is no regulation {name!r}; use {', '.join(REGULATION_WORDS)}")
    return name


class When(TypedDict, total=False):
    """The rule of a row: each trait named must match; no rule means always."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # read by pydantic, no key of it

    sourcing: Annotated[list[Sourcing], Field(min_length=1)]
    automated_retraining: StrictBool
    streaming: StrictBool
    caching: StrictBool
    personal_data: StrictBool
    user_facing: StrictBool
    file_uploads: StrictBool
    regulations: Annotated[list[Annotated[str, BeforeValidator(_known_regulation)]], Field(min_length=1)]


class Measure(Row):
    """A measured row: which numbers are entered and the limits that decide them."""

    kind: measure_kinds.Kind
    limits: Annotated[dict[str, Text], Field(validate_default=True)] = {}

    @field_validator("limits")
    @classmethod
    def _fits_the_kind(cls, limits: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if "kind" in info.data:
            measure_kinds.check_limits(info.data["kind"], limits)
        return limits

    def spec(self) -> measure_kinds.Measure:
        """Returns the measure as the rules take it, with decimal limits."""
        return measure_kinds.measure(self.kind, self.limits)


class Wording(Row):
    """Other words for a row where the model is a third-party API; what is absent stays."""

    title: Text | None = None
    why: Text | None = None
    how: Text | None = None
    evidence: Text | None = None


class Point(Row):
    """One statement that a reviewer ticks; its number never changes its meaning."""

    number: Annotated[StrictInt, Field(ge=1)]
    text: Text
    when: When = {}
    third_party: Text | None = None


class Item(Row):
    """What is owned, evidenced, rated and signed off."""

    key: Key
    title: Text
    critical: StrictBool
    stage: Stage
    depends: Depends
    max_age_days: Annotated[Literal[90, 180, 365] | None, Field(validate_default=True)] = None
    pillar: Pillar
    domain: Domain | None
    domain_by_sourcing: dict[Sourcing, Domain] = {}
    waivable: StrictBool
    why: Text
    how: Text
    evidence: Text
    document: Document | None = None
    when: When = {}
    measure: Measure | None = None
    third_party: Wording | None = None
    points: Annotated[tuple[Point, ...], AfterValidator(not_empty)]

    @field_validator("depends")
    @classmethod
    def _has_no_period(cls, depends: Depends) -> Depends:
        if depends is Depends.PERIOD:
            raise ValueError("an item depends on release, model, service or drill")
        return depends

    @field_validator("max_age_days")
    @classmethod
    def _age_belongs_to_service(cls, age: int | None, info: ValidationInfo) -> int | None:
        depends = info.data.get("depends")
        if depends is Depends.SERVICE and age is None:
            raise ValueError("is missing: an item that depends on the service has a maximum age")
        if depends not in (Depends.SERVICE, None) and age is not None:
            raise ValueError(f"an item that depends on the {depends} has no maximum age")
        return age

    @field_validator("points")
    @classmethod
    def _numbered_from_one(cls, points: tuple[Point, ...]) -> tuple[Point, ...]:
        numbers = [point.number for point in points]
        if numbers != list(range(1, len(points) + 1)):
            raise ValueError(f"points are numbered 1 to {len(points)}, found {numbers}")
        return points


class Section(Row):
    """A group of items; in the assessment a section is one pillar."""

    key: Slug
    title: Text
    short_title: Text
    why: Text
    pillar: Pillar | None = None
    items: Annotated[tuple[Item, ...], AfterValidator(not_empty)]

    @field_validator("items")
    @classmethod
    def _belong_to_the_pillar(cls, items: tuple[Item, ...], info: ValidationInfo) -> tuple[Item, ...]:
        pillar = info.data.get("pillar")
        strangers = [item.key for item in items if pillar and item.pillar != pillar]
        if strangers:
            raise ValueError(f"not of pillar {pillar}: {', '.join(strangers)}")
        return items


class Template(Row):
    """One review as it is published: sections of items."""

    key: Slug
    title: Text
    purpose: Text
    version: Text
    sections: Annotated[tuple[Section, ...], AfterValidator(not_empty)]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        refuse_repeated([section.key for section in self.sections], "section")
        refuse_repeated([item.key for item in self.items], "item")
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """Returns every item of the template, in order."""
        return tuple(item for section in self.sections for item in section.items)


class RecurringCheck(Row):
    """A check that a live service owes every week, month or quarter."""

    key: Key
    cadence: Cadence
    title: Text
    stage: Literal[Stage.AFTER]
    depends: Literal[Depends.PERIOD]
    pillar: Pillar
    domain: Domain | None
    waivable: StrictBool
    why: Text
    how: Text
    evidence: Text
    when: When = {}
    measure: Measure | None = None
    completed_by: Completion = Completion.RESULT

    @field_validator("cadence")
    @classmethod
    def _agrees_with_the_key(cls, cadence: Cadence, info: ValidationInfo) -> Cadence:
        key = info.data.get("key", "")
        if key and not key.startswith(f"{cadence}."):
            raise ValueError(f"the key {key} does not begin with {cadence}")
        return cadence


class RecurringChecks(Row):
    """The file of recurring checks."""

    key: Slug
    title: Text
    purpose: Text
    version: Text
    checks: tuple[RecurringCheck, ...]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        refuse_repeated([check.key for check in self.checks], "check")
        return self


class OwnershipDomain(Row):
    """An area of a service with exactly one accountable person and any number supporting."""

    key: Domain
    title: Text
    covers: Text
    accountable: Text
    supporting: tuple[Text, ...]
    when: When = {}


class OwnershipDomains(Row):
    """The file of ownership domains."""

    key: Slug
    title: Text
    purpose: Text
    version: Text
    domains: tuple[OwnershipDomain, ...]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        refuse_repeated([domain.key for domain in self.domains], "domain")
        return self


class Reference(Row):
    """An item or a check, whole (no points) or only some of its points."""

    key: Key
    points: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Reads as it is written in the file: `perf.load#1` or `model.fallback#1,2,3`."""
        return f"{self.key}#{','.join(map(str, self.points))}" if self.points else self.key


def _reference(text: object) -> object:
    """Reads `key`, `key#2`, `key#1,4` or `key#1-3`."""
    if not isinstance(text, str):
        return text
    found = REFERENCE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a key, or a key with points such as perf.load#1")
    return {"key": found[1], "points": _point_numbers(found[2] or "")}


def _point_numbers(text: str) -> list[int]:
    """Reads `1,4` or `1-3` into numbers."""
    numbers: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


ReadReference = Annotated[
    Reference,
    BeforeValidator(_reference),
    WithJsonSchema({"type": "string", "pattern": f"^{REFERENCE.pattern}$"}),
]


class Covering(Row):
    """One direction of an overlap: an answer to `source` that counts serves `target`.

    A source with points serves once all of them are ticked; a target with points is served in
    these points only, and without points as a whole.
    """

    source: Reference
    target: Reference
    note: Text | None = None


class Overlap(Row):
    """Two rows that ask the same, as the file states it."""

    source: ReadReference
    target: ReadReference
    coverage: Coverage = Coverage.COVERS
    note: Text | None = None

    def directed(self) -> tuple[Covering, ...]:
        """Returns the coverings in it: one, two where both serve each other, none where they stand beside."""
        there = Covering(source=self.source, target=self.target, note=self.note)
        back = Covering(source=self.target, target=self.source, note=self.note)
        return {Coverage.COVERS: (there,), Coverage.BOTH: (there, back), Coverage.BESIDE: ()}[self.coverage]


class Overlaps(Row):
    """The file of overlaps."""

    overlaps: tuple[Overlap, ...]


FILES = (Template, RecurringChecks, OwnershipDomains, Overlaps)
"""The schema of each kind of file, for the published JSON Schema."""


def refuse_repeated(keys: list[str], what: str) -> None:
    """Raises `ValueError` where a key stands twice."""
    repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
    if repeated:
        raise ValueError(f"the {what} key {', '.join(repeated)} is used twice")
