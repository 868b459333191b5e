"""The format of the alert playbook file: what a row holds, and what is refused."""

import string
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictInt, field_validator, model_validator

from portal.catalogue import Key, Row, Slug, Text, not_empty
from readiness.catalogue.schema import Domain, When, refuse_repeated


class Severity(StrEnum):
    """How bad it is, by effect; 1 is the worst."""

    SEV_1 = "sev-1"
    SEV_2 = "sev-2"
    SEV_3 = "sev-3"
    SEV_4 = "sev-4"


class StepRule(StrEnum):
    """What a step asks of the software as well as of people."""

    PAUSES_RETRAINING = "pauses-retraining"
    PROMOTE_ONLY_PAST_LAUNCH_GATE = "promote-only-past-launch-gate"
    NEVER_STALE_PAST_ONE_CYCLE = "never-stale-past-one-cycle"


class Parameter(Row):
    """A threshold in a trigger that a service may set for itself; the default is decimal text."""

    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    label: Text
    unit: Text | None = None
    default: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]


class Trigger(Row):
    """When a playbook is meant: words with a place for each threshold, such as `{rise_percent}`."""

    text: Text
    parameters: tuple[Parameter, ...] = ()

    @model_validator(mode="after")
    def _places_match_parameters(self) -> Self:
        places = {name for _, name, _, _ in string.Formatter().parse(self.text) if name}
        names = {parameter.name for parameter in self.parameters}
        if places != names:
            raise ValueError(f"the text has places for {sorted(places)}, the parameters are {sorted(names)}")
        return self

    def sentence(self, thresholds: Mapping[str, str] | None = None) -> str:
        """Returns the trigger in words, with a service's own thresholds in place of the defaults."""
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        return self.text.format(**{**defaults, **(thresholds or {})})


class Escalation(Row):
    """A higher severity from the nth failed cycle in a row."""

    severity: Severity
    from_failed_cycle: Annotated[StrictInt, Field(ge=2)]


class StepWording(Row):
    """Other words for a step where the model is a third-party API."""

    title: Text
    how: Text


class Step(Row):
    """One step of a playbook, ticked in an incident; the number never changes its meaning."""

    number: Annotated[StrictInt, Field(ge=1)]
    title: Text
    how: Text
    rule: StepRule | None = None
    third_party: StepWording | None = None

    def wording(self, *, is_third_party: bool) -> StepWording:
        """Returns title and how as a service with or without a model of its own reads them."""
        if is_third_party and self.third_party:
            return self.third_party
        return StepWording(title=self.title, how=self.how)


class AlertPlaybook(Row):
    """Ordered steps for one class of alert."""

    key: Key
    title: Text
    why: Text
    severity: Severity
    escalation: Escalation | None = None
    trigger: Trigger
    domain: Domain | None
    when: When = {}
    steps: Annotated[tuple[Step, ...], AfterValidator(not_empty)]

    @field_validator("steps")
    @classmethod
    def _numbered_from_one(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        numbers = [step.number for step in steps]
        if numbers != list(range(1, len(steps) + 1)):
            raise ValueError(f"steps are numbered 1 to {len(steps)}, found {numbers}")
        return steps


class AlertPlaybooks(Row):
    """The file of alert playbooks."""

    key: Slug
    title: Text
    purpose: Text
    version: Text
    playbooks: tuple[AlertPlaybook, ...]

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        refuse_repeated([playbook.key for playbook in self.playbooks], "playbook")
        return self
