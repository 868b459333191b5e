"""What is said of another service in place of its own words, to who may not see it and on the record. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from incidents.choices import EntryKind

ANOTHER, RESTRICTED = "another service", "a restricted service"
LINES: Mapping[str, str] = MappingProxyType(
    {
        EntryKind.SERVICE: "{} is affected.",
        EntryKind.ALERT: "An alert of {} fired or ended.",
        EntryKind.RUNBOOK: "A runbook of {} is at hand.",
    }
)
"""By its kind, what is left of a line that is about another service."""


def line(kind: str, of: str = RESTRICTED) -> str:
    """A line of the timeline without the words that tell which service it is about."""
    said = LINES.get(kind, "It is about {}.").format(of)
    return said[0].upper() + said[1:]
