"""Words to begin a status update with: what is known, what is done, when the next word comes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from incidents.choices import IncidentState

NEXT_WORD: Mapping[int, str] = MappingProxyType(
    {30: "in 30 minutes", 60: "in 1 hour", 120: "in 2 hours", 240: "in 4 hours"}
)
"""Minutes until the next word, as one chooses them."""


@dataclass(frozen=True)
class Template:
    """Words for one occasion; `{title}` and `{affected}` are put in."""

    key: str
    title: str
    text: str


TEMPLATES = (
    Template(
        IncidentState.INVESTIGATING,
        "We look into it",
        "We look into this: {title}. Affected: {affected}. What we know so far: …",
    ),
    Template(
        IncidentState.IDENTIFIED,
        "We know the cause",
        "The cause of “{title}” is found: … What we do about it: …",
    ),
    Template(
        IncidentState.MITIGATED,
        "No more harm is done",
        "“{title}” does no more harm since …, because … Still to do: …",
    ),
    Template(
        IncidentState.RESOLVED,
        "It is over",
        "“{title}” is over. It was ended by … What we learn from it follows in its post-mortem.",
    ),
    Template("help", "We need somebody", "For “{title}” we need somebody who … Please write to the commander."),
)


def next_word_refusal(minutes: int | None, *, is_open: bool) -> str:
    """What is wrong with promising the next word in so many minutes; empty where nothing is promised."""
    if minutes is None:
        return ""
    if minutes not in NEXT_WORD:
        return "Choose when the next word comes."
    return "" if is_open else "It is over: no further word is promised."


def begun(key: str, *, title: str, affected: str) -> str:
    """The words of a template for an incident; empty for a key that is none."""
    found = next((one for one in TEMPLATES if one.key == key), None)
    return found.text.format(title=title, affected=affected) if found else ""
