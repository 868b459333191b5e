"""One revision of a document, ready to be printed by itself in the look of a pack. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from readiness.rules.pack_sections import Block


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """What is printed: its title, of which service and revision it is, and what it says in blocks."""

    title: str
    service: str
    revision: int
    written_by: str
    written_at: datetime.datetime
    blocks: Sequence[Block]
    organisation: str = ""

    @property
    def name(self) -> str:
        """What stands in the head of each page."""
        return f"{self.title}, revision {self.revision}"
