"""What a runbook says, and which part of it a drill exercises. Pure.

The fields follow catalogue.md, section 7: what it is for, the steps with their commands, escalation and contacts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.rules import document_fields, texts
from portal.rules.document_fields import Column, DocumentField, FieldGroup, FieldKind, Row

LONGEST_TITLE = 120
LONGEST_REASON = 250
MOST_MINUTES = 1440
"""A day: what takes longer is no procedure."""

_COMMAND = Column("command", "Exact command", is_wide=True)
_EXPECT = Column("expect", "What one should see", is_wide=True)

STEPS = DocumentField(
    "steps",
    "Steps",
    FieldKind.ROWS,
    "In their order: one thing a step, with the command exactly as it is typed.",
    (
        Column("do", "What to do", required=True, is_key=True),
        Column("note", "What one must know", is_wide=True),
        _COMMAND,
        _EXPECT,
    ),
)
VERIFICATION = DocumentField(
    "verification",
    "Know that it worked",
    FieldKind.ROWS,
    "What is to be seen when all of it worked, and how one looks.",
    (Column("check", "What is to be seen", required=True, is_key=True), _COMMAND),
)
WORSE = DocumentField(
    "worse",
    "If it makes things worse",
    FieldKind.ROWS,
    "How one takes it back, or where one goes on instead.",
    (Column("do", "What to do", required=True, is_key=True), _COMMAND, _EXPECT),
)
ESCALATION = DocumentField(
    "escalation",
    "Who to call, and when",
    FieldKind.ROWS,
    "In the order in which they are called: a person, a rota or a provider.",
    (
        Column("who", "Who", required=True, is_key=True),
        Column("when", "When"),
        Column("reached", "How reached", required=True),
    ),
)
LINKS = DocumentField(
    "links",
    "Links",
    FieldKind.ROWS,
    "Dashboards, consoles, the provider’s status page.",
    (Column("title", "Title", required=True, is_key=True), Column("url", "Address", required=True)),
    is_asked=False,
)
NOT_FOR = DocumentField("not_for", "Not for", hint="What looks alike and needs another runbook.", is_asked=False)

GROUPS = (
    FieldGroup(
        "when",
        "When to use it",
        (
            DocumentField("purpose", "Purpose", hint="What is better when it is done."),
            DocumentField("symptoms", "Symptoms", hint="What one sees that leads here."),
            NOT_FOR,
        ),
    ),
    FieldGroup(
        "need",
        "Before you begin",
        (DocumentField("prerequisites", "You need", hint="Roles, network, tools, and when not to begin."),),
    ),
    FieldGroup("do", "What to do", (STEPS, VERIFICATION, WORSE)),
    FieldGroup("who", "Who to call, and where to look", (ESCALATION, LINKS)),
)
FIELDS = document_fields.fields_of(GROUPS)

EXERCISED = (STEPS.key, VERIFICATION.key)
"""What a drill carries out. A drill of the way back is valid while these fields stay as they are: a new telephone
number or a clearer symptom ends no drill, another command does (product.md, Drills)."""


def exercised(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a runbook's content that a drill carries out."""
    return {key: content[key] for key in EXERCISED if key in content}


def refusals(content: Mapping[str, Any]) -> texts.Refusals:
    """What is wrong with a runbook's tidied content beside its shape: a link that leads nowhere, by field."""
    rows: Sequence[Row] = content.get(LINKS.key, ())
    words = [
        f"Row {number}, address: {refusal}"
        for number, row in enumerate(rows, start=1)
        if (refusal := texts.web_address_refusal(row.get("url", "")))
    ]
    return {LINKS.key: words} if words else {}


def title_refusal(title: str) -> str:
    """What is wrong with what it is called; empty when it can be called so."""
    return texts.refusal(title, LONGEST_TITLE) if title else "Say what it does, such as “Roll back”."


def call(reached: str) -> str:
    """The address a phone or a mail program understands, for how somebody is reached; empty where there is none."""
    plain = "".join(reached.split()).replace("-", "").replace("(", "").replace(")", "").replace("/", "")
    if plain.removeprefix("+").isascii() and plain.removeprefix("+").isdigit() and len(plain) > 5:
        return f"tel:{plain}"
    if reached.startswith(("https://", "http://")):
        return "" if texts.web_address_refusal(reached) else reached
    is_mail = reached.count("@") == 1 and not reached.startswith("@") and "." in reached.partition("@")[2]
    return f"mailto:{reached}" if is_mail and not any(sign.isspace() or sign in "?&<>\"'" for sign in reached) else ""
