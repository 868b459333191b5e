"""A card as Markdown for people to read: everything it says, its metrics as tables with their states. Pure.

It is read again as a README.md without front matter is; the metrics are then a further section, as tables are no rows.
"""

from collections.abc import Mapping
from typing import Any

from readiness.rules import model_cards as rules
from readiness.rules.card_formats import body
from readiness.rules.card_formats.reading import About
from readiness.rules.model_cards import Measured

_HEADS = ("Metric", "Segment", "Value", "Threshold", "State", "Samples", "Note")


def written(content: Mapping[str, Any], about: About) -> str:
    """The text; below its title, of which revision it is."""
    title, _, rest = body.written(content, about.model).partition("\n\n")
    version = f", version {about.version}" if about.version else ""
    said = f"{about.service}{version}. Revision {about.revision}, written {about.written_at:%d %b %Y}."
    parts = [title, _plain(said), rest.rstrip("\n"), _metrics(rules.all_measured(content))]
    return "\n\n".join(filter(None, parts)) + "\n"


def _metrics(rows: list[Measured]) -> str:
    if not rows:
        return ""
    lines = [list(_HEADS), ["---"] * len(_HEADS)]
    lines += [
        [row.metric, row.segment, row.value, row.threshold, row.word, row.samples, row.note]
        for row in (*rules.overall(rows), *rules.by_segment(rows))
    ]
    table = "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)
    return f"## Metrics\n\n{table}"


def _plain(words: str) -> str:
    return words.replace("\\", "\\\\").replace("|", "\\|")
