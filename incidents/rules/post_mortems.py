"""What a post-mortem says, by when it is due, and what stands in it before anybody writes. Pure.

It is blameless: it asks how the system let it happen, not who did (catalogue.md, section 4).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.rules import document_fields
from portal.rules.document_fields import Column, DocumentField, FieldGroup, FieldKind

SATURDAY = 5

TIMELINE = DocumentField(
    "timeline",
    "Timeline",
    FieldKind.ROWS,
    "What happened when, from the first harm on: also what nobody noticed then.",
    (
        Column("at", "When", required=True, is_key=True),
        Column("what", "What happened", required=True, is_wide=True, is_key=True),
    ),
)

GROUPS = (
    FieldGroup(
        "happened",
        "What happened",
        (
            DocumentField("summary", "In short", hint="Two sentences: what went wrong, for how long, for whom."),
            DocumentField("impact", "Impact", hint="Who was affected and how much: people, answers, money, duties."),
            DocumentField("detection", "How it was noticed", FieldKind.LINE, "By an alert, a person, a customer."),
            TIMELINE,
        ),
    ),
    FieldGroup(
        "why",
        "Why it could happen",
        (
            DocumentField("root_cause", "Root cause", hint="How the system let it happen; roles, not names."),
            DocumentField("contributing", "Contributing factors", hint="What made it likelier, longer or worse."),
            DocumentField("model_part", "The model’s part", hint="Model, data or prompt: what it answered, and why."),
        ),
    ),
    FieldGroup(
        "learnt",
        "What is learnt",
        (
            DocumentField("went_well", "What went well", hint="What is worth keeping."),
            DocumentField("went_badly", "What went badly", hint="What took longer than it had to."),
            DocumentField("lucky", "Where we were lucky", hint="What could have made it worse, and did not."),
            DocumentField(
                "steps", "The playbook", hint="Which steps were done, which left out and why.", is_asked=False
            ),
        ),
    ),
)
FIELDS = document_fields.fields_of(GROUPS)
NEEDED = ("summary", "impact", "root_cause")
"""What a published one has to say."""


def due_on(resolved_on: datetime.date, working_days: int) -> datetime.date:
    """The day by which it is to be published: so many working days (Monday to Friday) after the incident ended."""
    day, left = resolved_on, working_days
    while left:
        day += datetime.timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def publish_refusals(content: Mapping[str, object]) -> list[str]:
    """Why it cannot be published yet; empty where it can."""
    missing = [field.label for field in FIELDS if field.key in NEEDED and not content.get(field.key)]
    return [f"{label} is not written yet." for label in missing]


@dataclass(frozen=True)
class Happened:
    """A line of the incident's timeline: when (as the team reads it) and what."""

    at: str
    what: str


@dataclass(frozen=True)
class Known:
    """What the incident knows of itself, from which its post-mortem begins."""

    detection: str = ""
    harm: str = ""
    affected: Sequence[str] = ()
    affected_groups: str = ""
    model: str = ""
    timeline: Sequence[Happened] = ()
    steps: Sequence[str] = ()


def begun_from(known: Known) -> dict[str, object]:
    """The content that a writer finds: everything is theirs to change."""
    impact = [known.harm, f"Affected people: {known.affected_groups}" if known.affected_groups else ""]
    impact += [f"- {line}" for line in known.affected]
    rows = [{"at": line.at, "what": line.what} for line in known.timeline]
    return {
        "impact": "\n\n".join(part for part in impact[:2] if part)
        + ("\n\n" + "\n".join(impact[2:]) if impact[2:] else ""),
        "detection": known.detection,
        "timeline": rows[: document_fields.MOST_ROWS],
        "model_part": f"It answered with {known.model}." if known.model else "",
        "steps": "\n".join(f"- {line}" for line in known.steps),
    }
