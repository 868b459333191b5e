"""The words of the form for each trait, and what changed between two ticks."""

from readiness.choices import Regulation, Sourcing
from readiness.rules.applicability import Traits

TICKS = {
    "automated_retraining": "Retrained automatically",
    "streaming": "Streams its answers",
    "caching": "Caches answers",
    "personal_data": "Handles personal data",
    "user_facing": "Faces users",
    "file_uploads": "Takes file uploads",
}
"""Each trait that is true or not, as the form says it."""


def changed_traits(before: Traits, now: Traits) -> str:
    """What was ticked, unticked or chosen since: “You unticked “Caches answers””; empty where nothing was."""
    ticked = [words for name, words in TICKS.items() if getattr(now, name) and not getattr(before, name)]
    unticked = [words for name, words in TICKS.items() if getattr(before, name) and not getattr(now, name)]
    ticked += [_regulation(name) for name in now.regulations if name not in before.regulations]
    unticked += [_regulation(name) for name in before.regulations if name not in now.regulations]
    parts = [f"chose “{Sourcing(now.sourcing).label}”"] if now.sourcing != before.sourcing else []
    parts += [f"ticked {_quoted(ticked)}"] if ticked else []
    parts += [f"unticked {_quoted(unticked)}"] if unticked else []
    return f"You {' and '.join(parts)}" if parts else ""


def _regulation(name: str) -> str:
    return Regulation(name).label if name in Regulation.values else name


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
