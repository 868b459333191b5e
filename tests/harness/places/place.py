"""What a place is, and who and what the places are about in the demonstration."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["list", "page", "review", "part", "file", "api", "led on"]
"""A list of rows; a page of one thing; the review page; a part of a page that htmx asks for; a download; JSON for other
tools; an address that always leads on to another."""

ENGINEER, LEAD, APPROVER, DECIDER = (f"{who}@example.com" for who in ("engineer", "lead", "approver", "decider"))
COMPLIANCE, ADMINISTRATOR = "compliance@example.com", "admin@example.com"
WITH_FACTORS = "deshawn.carter@example.com"
"""Has an authenticator app, a passkey and recovery codes."""
WITHOUT_PASSWORD = "elena.vasquez@example.com"
WHO_EXPLAINS = "maya.thompson@example.com"
"""Leads the team whose incident has a post-mortem."""
SERVICE, REVIEW, RELEASE = "fraud-scoring", 4, "5.9.0"
"""The live service whose next release is being reviewed."""
ADAPTED = "alert.cost-spike"
"""The playbook that its team adapted."""


@dataclass(frozen=True)
class Place:
    """One address, and who comes there by e-mail; None is a stranger."""

    name: str
    path: str
    who: str | None
    kind: Kind = "page"
    proven: bool = False
    """Whether the person has to have proven who they are a moment ago."""
    status: int = 200

    @property
    def is_page(self) -> bool:
        """Whether it is a page of its own."""
        return self.kind in {"list", "page", "review"}
