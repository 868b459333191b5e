"""What a decision record says, and where it may go from where it stands. Pure.

The fields are those of the formats people already keep (Nygard's, MADR's) and what product.md asks of Documents.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portal.rules import document_fields
from portal.rules.document_fields import Column, DocumentField, FieldGroup, FieldKind
from readiness.choices import DecisionRecordState as State

LONGEST_TITLE = 200
TAKEN = "yes"

OPTIONS = DocumentField(
    "options",
    "Options",
    FieldKind.ROWS,
    "What was weighed. One argument a line.",
    (
        Column("option", "Option", required=True, is_key=True),
        Column("about", "About it", is_wide=True),
        Column("pros", "Good, because", is_wide=True),
        Column("neutral", "Neither, because", is_wide=True),
        Column("cons", "Bad, because", is_wide=True),
        Column("taken", "Taken", choices=((TAKEN, "taken"),)),
    ),
)
SUPERSEDES = DocumentField(
    "supersedes",
    "Supersedes",
    FieldKind.LINE,
    "Accepted records that end when this one is accepted.",
    is_asked=False,
)
PREFACE = DocumentField("preface", "Preface", hint="What stands before the first section.", is_asked=False)
OTHER = DocumentField(
    "other",
    "Further sections",
    FieldKind.ROWS,
    "What belongs nowhere above.",
    (Column("title", "Heading", required=True, is_key=True), Column("text", "Text", is_wide=True)),
    is_asked=False,
)
FRONT_MATTER = DocumentField(
    "front_matter",
    "Front matter",
    FieldKind.TEXT,
    "What an imported file says of itself before its text, as YAML. It is given back unchanged.",
    is_asked=False,
)

GROUPS = (
    FieldGroup(
        "question",
        "What is to be decided",
        (
            DocumentField("context", "Context", hint="What is so, and what has to change. Facts and numbers, no wish."),
            DocumentField("drivers", "Drivers", hint="What the decision is measured by, the heaviest first."),
        ),
    ),
    FieldGroup("weighed", "What was weighed", (OPTIONS,)),
    FieldGroup(
        "outcome",
        "What is decided",
        (
            DocumentField("decision", "Decision", hint="In full sentences: we do this, because of that."),
            DocumentField(
                "consequences", "Consequences", hint="What becomes better, what worse, what is to be watched."
            ),
            DocumentField(
                "confirmation", "How we know it holds", hint="The test, review or figure that would show it."
            ),
        ),
    ),
    FieldGroup(
        "people",
        "Who",
        (
            DocumentField("decision_makers", "Decided by", FieldKind.LINE, "Names, with commas between."),
            DocumentField("consulted", "Consulted", FieldKind.LINE, "Who was asked for advice.", is_asked=False),
            DocumentField("informed", "Informed", FieldKind.LINE, "Who is told, without a say.", is_asked=False),
        ),
    ),
    FieldGroup(
        "beside",
        "Beside it",
        (
            SUPERSEDES,
            DocumentField(
                "more", "More information", hint="Evidence, links, when to look at it again.", is_asked=False
            ),
            PREFACE,
            OTHER,
            FRONT_MATTER,
        ),
    ),
)
FIELDS = document_fields.fields_of(GROUPS)

MOVES: Mapping[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.ACCEPTED, State.REJECTED}),
    State.ACCEPTED: frozenset({State.DEPRECATED, State.SUPERSEDED}),
    State.REJECTED: frozenset(),
    State.DEPRECATED: frozenset(),
    State.SUPERSEDED: frozenset(),
}
"""Where a record may go from where it stands. What is not accepted any more never comes back: a new one is proposed."""


TOLD = ("decision_makers", "informed")
"""The fields whose people hear that a record is accepted."""


def people(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The names or e-mail addresses of whom a record names as deciding or to be informed, each once, as they stand.

    What stands in brackets behind a name, such as a role, is no part of it.
    """
    line = ",".join(str(content.get(key) or "") for key in TOLD)
    found = (re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", part).strip() for part in re.split(r"[,;\n]", line))
    return tuple(dict.fromkeys(name for name in found if name))


def move_refusal(state: str, to: State) -> str:
    """Why a record that stands at `state` may not go to another; empty when it may."""
    if to in MOVES[State(state)]:
        return ""
    if state == to:
        return f"It is {to.label.lower()} already."
    if state == State.PROPOSED:
        return "It is only proposed: accept or reject it first."
    if state == State.ACCEPTED:
        return "It is accepted. Deprecate it, or propose a new one that supersedes it."
    return f"It is {State(state).label.lower()}, and stays so. Propose a new one."


def revise_refusal(state: str) -> str:
    """Why the text of a record may not be changed; empty while it is proposed."""
    if state == State.PROPOSED:
        return ""
    return f"This record is {State(state).label.lower()}: its text never changes. Propose a new one instead."


def review_refusal(state: str) -> str:
    """Why nobody may say that it still holds; empty for what is accepted."""
    if state == State.ACCEPTED:
        return ""
    return f"Only an accepted record is reviewed; this one is {State(state).label.lower()}."


def numbers(line: str) -> tuple[int, ...]:
    """The numbers of records that a line names, each once, in order; ValueError where it names something else."""
    parts = [part for part in re.split(r"[,;\s]+", line) if part]
    return tuple(dict.fromkeys(int(part) for part in parts))


def named(content: Mapping[str, Any]) -> tuple[int, ...]:
    """The numbers of the records that a kept content supersedes."""
    return numbers(content.get(SUPERSEDES.key, ""))


def line(found: Iterable[int]) -> str:
    """Numbers as they are kept."""
    return ", ".join(str(number) for number in sorted(set(found)))


def supersedes_refusal(given: str, own: int | None, states: Mapping[int, str]) -> str:
    """Why a record may not name these others as superseded; empty where it may.

    `own` is its number, `states` how the records of its service stand, by number.
    """
    try:
        found = numbers(given)
    except ValueError:
        return "Write the numbers of records with commas between, such as 4, 7."
    if own in found:
        return "A record cannot supersede itself."
    if missing := [number for number in found if number not in states]:
        return f"There is no record {missing[0]} in this service."
    if past := [number for number in found if states[number] != State.ACCEPTED]:
        return f"Record {past[0]} is {State(states[past[0]]).label.lower()}; only accepted records are superseded."
    return ""


def shown_groups(left_out: Collection[str]) -> tuple[FieldGroup, ...]:
    """The groups without the fields that a page shows in another place, and without what is empty then."""
    groups = [
        FieldGroup(group.key, group.title, tuple(field for field in group.fields if field.key not in left_out))
        for group in GROUPS
    ]
    return tuple(group for group in groups if group.fields)
