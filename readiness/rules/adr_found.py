"""What is gathered from one file of a decision record while it is read. Pure."""

import datetime
from dataclasses import dataclass, field

from portal.rules import document_fields
from readiness.choices import DecisionRecordState as State
from readiness.rules.adr_references import Reference


@dataclass
class Found:
    """What was gathered so far from one file."""

    number: int | None = None
    title: str = ""
    state: State | None = None
    decided_on: datetime.date | None = None
    texts: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    options: list[dict[str, str]] = field(default_factory=list)
    other: list[dict[str, str]] = field(default_factory=list)
    by: Reference | None = None
    over: list[Reference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, text: str) -> None:
        """Puts a text at the end of a field."""
        if text.strip():
            self.texts.setdefault(key, []).append(document_fields.plain_lines(text))

    def keep(self, title: str, text: str) -> None:
        """Keeps a section that fits no field."""
        self.other.append({"title": title or "…", "text": document_fields.plain_lines(text)})
