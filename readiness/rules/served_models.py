"""What the registry says of a model version (catalogue.md 6), and what of it may be recorded."""

import datetime
from dataclasses import dataclass

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import ModelVersionKind

MODEL_LIMITS = {"name": 120, "purpose": 300, "provider": 120}
VERSION_LIMITS = {"version": 120, "evaluation_passed": 300, "prompt_revision": 120}


@dataclass(frozen=True)
class RegistryFacts:
    """One version as its registry knows it. Of a provider's model the version is the pinned model id."""

    version: str
    kind: str = ModelVersionKind.MODEL.value
    registry_url: str = ""
    promoted_on: datetime.date | None = None
    evaluation_passed: str = ""
    prompt_revision: str = ""
    retires_on: datetime.date | None = None


def model_refusals(name: str, purpose: str, provider: str) -> Refusals:
    """What is wrong with a new model, by field."""
    found = texts.refusals({"name": name, "purpose": purpose, "provider": provider}, MODEL_LIMITS)
    return found if name else {**found, "name": ["Give the model a name."]}


def version_refusals(facts: RegistryFacts) -> Refusals:
    """What is wrong with a version's facts, by field."""
    given = {name: getattr(facts, name) for name in VERSION_LIMITS}
    found = texts.refusals(given, VERSION_LIMITS)
    if not facts.version:
        found["version"] = ["Give the version its id, as the registry or the provider writes it."]
    if facts.kind not in ModelVersionKind.values:
        found["kind"] = [f"The kind is one of {', '.join(ModelVersionKind.values)}."]
    if words := texts.web_address_refusal(facts.registry_url):
        found["registry_url"] = [words]
    if facts.retires_on and facts.promoted_on and facts.retires_on <= facts.promoted_on:
        found["retires_on"] = ["It cannot be retired before it is in production."]
    return found
