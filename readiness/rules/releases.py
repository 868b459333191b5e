"""What a release says of itself, when it may still be changed, and when it may be deployed."""

import datetime
import re
from dataclasses import dataclass, replace

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import Change

RESERVED_LABELS = frozenset({"new"})
"""Addresses of our own pages under /releases/."""

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+:@-]*")
_MODEL_CHANGES = (Change.MODEL, Change.PROMPT)

FIELD_WORDS = {
    "summary": "the summary",
    "changes": "what it changes",
    "new_feature": "whether it is a new feature",
    "planned_on": "the planned day",
    "model_versions": "the model versions",
    "fixes_incident": "the incident it fixes",
}


@dataclass(frozen=True)
class ReleaseFacts:
    """What a release says of itself; the model versions it carries stand beside it.

    `fixes_incident` names an incident as its own page does: whoever watches incidents lets it not stop this release.
    """

    label: str
    changes: tuple[str, ...]
    summary: str = ""
    new_feature: bool = False
    planned_on: datetime.date | None = None
    fixes_incident: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a release has come: what was decided on it, and where it runs or ran."""

    cancelled: bool = False
    go_recorded: bool = False
    deployed: bool = False


@dataclass(frozen=True)
class DeploymentFacts:
    """What decides whether a release may be said to be deployed to an environment now."""

    environment: str
    is_production: bool
    service_retired: bool = False
    cancelled: bool = False
    runs_there_now: bool = False
    has_current_go: bool = False
    was_live_there: bool = False


def tidied(facts: ReleaseFacts) -> ReleaseFacts:
    """The facts without blanks around texts, and with what it changes in one order."""
    changes = tuple(key for key in Change.values if key in facts.changes)
    strange = tuple(sorted(set(facts.changes) - set(Change.values)))
    summary = " ".join(facts.summary.split())
    return replace(
        facts,
        label=facts.label.strip(),
        changes=(*changes, *strange),
        summary=summary,
        fixes_incident=" ".join(facts.fixes_incident.split()),
    )


def refusals(facts: ReleaseFacts, *, carries: int, serves_models: bool) -> Refusals:
    """What is wrong with tidied facts, by field; `carries` is the number of model versions beside them.

    Where versions are on record (`serves_models`), every release carries some, changed or not: evidence of a model
    counts by the version it names, so without one no such item could be green.
    """
    found: Refusals = {}
    if words := label_refusal(facts.label):
        found["label"] = [words]
    if words := texts.refusal(facts.summary, 300):
        found["summary"] = [words]
    if words := texts.refusal(facts.fixes_incident, 60):
        found["fixes_incident"] = [words]
    if not facts.changes:
        found["changes"] = ["Say what it changes."]
    elif strange := [key for key in facts.changes if key not in Change.values]:
        found["changes"] = [f"There is no change {', '.join(strange)}. Use {', '.join(Change.values)}."]
    elif not carries and any(key in facts.changes for key in _MODEL_CHANGES):
        found["model_versions"] = ["It changes the model or the prompt: choose the version that it carries."]
    elif not carries and serves_models:
        found["model_versions"] = ["Choose the model versions that it carries, changed or not."]
    return found


def label_refusal(label: str) -> str:
    """What is wrong with a release's label; empty when it may be used. It stands in addresses."""
    if not label:
        return "Give it a label, such as 2.4.0."
    if len(label) > 60:
        return f"This has {len(label)} characters; 60 is the most."
    if not _LABEL.fullmatch(label):
        return "Begin with a letter or digit, then letters, digits, spaces and . _ + : @ -"
    return f"“{label}” is an address of the portal itself. Choose another." if label in RESERVED_LABELS else ""


def change_refusal(progress: Progress) -> str:
    """Why a release cannot be changed any more; empty when it can. A no-go leaves it open."""
    if progress.cancelled:
        return "This release is cancelled."
    if progress.deployed:
        return "This release was deployed; what it changes and carries is fixed. Plan another release."
    if progress.go_recorded:
        return "A go was recorded on this release; what it changes and carries is fixed. Plan another release."
    return ""


def cancel_refusal(progress: Progress) -> str:
    """Why a release cannot be cancelled; empty when it can."""
    if progress.cancelled:
        return "This release is cancelled already."
    return "This release was deployed. Deploy another instead." if progress.deployed else ""


def deployment_refusal(facts: DeploymentFacts) -> str:
    """Why a release may not be said to be deployed; empty when it may.

    Production needs a current go for this release there, or that it was live there with one once: going back is always
    allowed (product.md, When speed matters). Elsewhere what happened can be told whatever the gate said.
    """
    if facts.service_retired:
        return "The service is retired."
    if facts.cancelled:
        return "This release is cancelled."
    if facts.runs_there_now:
        return f"This release runs in {facts.environment} already."
    if facts.is_production and not (facts.has_current_go or facts.was_live_there):
        return f"No current go stands for this release in {facts.environment}. Ask for a decision first."
    return ""


def in_words(fields: list[str]) -> str:
    """Fields as a list: “the summary and the planned day”."""
    *head, last = [FIELD_WORDS.get(name, name) for name in fields] or ["nothing"]
    return f"{', '.join(head)} and {last}" if head else last
