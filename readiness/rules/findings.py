"""What a finding and an answer to it may say, and what compliance's severity means for its action item. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.rules import texts
from readiness.choices import FindingSeverity, FindingState, Priority

LONGEST_TITLE, LONGEST_TEXT = 200, 4000
PRIORITIES: Mapping[int, Priority] = MappingProxyType(
    {
        FindingSeverity.HIGH: Priority.HIGHEST,
        FindingSeverity.MEDIUM: Priority.HIGH,
        FindingSeverity.LOW: Priority.MEDIUM,
    }
)


def refusals(title: str, text: str, severity: int) -> texts.Refusals:
    """What is wrong with a new finding, by field."""
    found = {
        "title": texts.name_refusal(title, LONGEST_TITLE, "Say in one line what was found."),
        "text": text_refusal(text, "Say what was found, and what is expected."),
        "severity": "" if severity in FindingSeverity.values else "Choose high, medium or low.",
    }
    return {field: [words] for field, words in found.items() if words}


def text_refusal(text: str, needed: str) -> str:
    """What is wrong with something said on a finding; empty when it can be kept."""
    return texts.refusal(text, LONGEST_TEXT, one_line=False) if text.strip() else needed


def move_refusal(kind: str, state: str) -> str:
    """Why this cannot be said on a finding in that state; empty when it can."""
    if state == FindingState.CLOSED:
        return "This finding is closed. Compliance opens a new one where there is more."
    if kind == "sent-back" and state != FindingState.ANSWERED:
        return "Nobody has answered it since you last wrote."
    return ""
