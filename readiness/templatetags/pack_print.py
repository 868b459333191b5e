"""Tags and filters for the audit pack in print: marks, digests, columns, and times in UTC in one fixed form.

Nothing here depends on the language, the zone or the clock of the machine: the same facts give the same bytes.
"""

import datetime
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal import markdown
from readiness.rules import pack_sections

register = template.Library()

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
GROUP = 8
"""Digits of a digest that stand together."""


@register.simple_tag
def mark(state: str, words: object = "") -> SafeString:
    """A mark and its word: shape first, then word, colour last."""
    shape = pack_sections.Mark(state)
    return format_html('<span class="m m-{}">{}</span>', shape.value, words or shape.word)


@register.filter
def mark_word(state: str) -> str:
    """The word of a mark."""
    return pack_sections.Mark(state).word


@register.filter
def block_template(block: pack_sections.Block) -> str:
    """Which template prints a block of a contributed chapter."""
    return f"readiness/audit_pack/_block_{block.kind}.html"


@register.filter
def beside(
    cells: Iterable[pack_sections.Cell], described: Iterable[pack_sections.Column]
) -> list[tuple[pack_sections.Cell, pack_sections.Column]]:
    """Each cell of a row with the column it begins in."""
    waiting = list(described)
    found = []
    for cell in cells:
        found.append((cell, waiting[0]))
        waiting = waiting[cell.spans :]
    return found


@register.filter
def printed_prose(text: str) -> SafeString:
    """Markdown as its page shows it, with headings too small for the outline of the pack."""
    return markdown.render(text, top_level=5)


@register.simple_tag
def columns(*widths: float) -> SafeString:
    """The columns of a table by their widths in millimetres, whole or half; together 168 across the page."""
    return format_html(
        "<colgroup>{}</colgroup>",
        format_html_join("", '<col class="w-{}">', ((round(width * 2) * 5,) for width in widths)),
    )


@register.simple_tag
def columns_of(described: Iterable[pack_sections.Column]) -> SafeString:
    """The same, of columns that are described."""
    return columns(*(column.width for column in described))


@register.simple_tag
def heads(*titles: str, right: str = "") -> SafeString:
    """The head of a table. `right` lists the columns, counted from 1, whose numbers stand at the right."""
    at_right = {int(place) for place in right.split(",") if place}
    cells = ((mark_safe(' class="num"') if n in at_right else "", title) for n, title in enumerate(titles, 1))
    return format_html("<thead><tr>{}</tr></thead>", format_html_join("", '<th scope="col"{}>{}</th>', cells))


@register.filter
def digest(value: str, lines: int = 2) -> SafeString:
    """A digest in groups of eight, ink and grey in turn, over two lines; without spaces, so that a copy is exact."""
    groups = [value[at : at + GROUP] for at in range(0, len(value), GROUP)]
    shown = [format_html("<i>{}</i>", group) if at % 2 else format_html("{}", group) for at, group in enumerate(groups)]
    half = -(-len(groups) // lines)
    rows = [mark_safe("".join(shown[at : at + half])) for at in range(0, len(shown), half)]  # noqa: S308  # escaped above
    return format_html('<span class="sha">{}</span>', mark_safe("<br>".join(rows)))  # noqa: S308


@register.filter
def digest_start(value: str) -> SafeString:
    """The first sixteen digits of a digest."""
    return digest(value[: 2 * GROUP], 1)


@register.filter
def utc(moment: datetime.datetime) -> str:
    """A moment as `2026-07-11 08:33:17`, in UTC. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment in an audit pack must have a zone.")
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}"


@register.filter
def utc_day(moment: datetime.datetime) -> str:
    """The day of a moment, in UTC: `2026-07-11`."""
    return utc(moment)[:10]


@register.filter
def utc_time(moment: datetime.datetime) -> str:
    """The time of a moment, in UTC: `08:33:17`."""
    return utc(moment)[11:]


@register.filter
def day(date: datetime.date) -> str:
    """A day as `10 October 2026`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


@register.filter
def before(signed: datetime.datetime, proven: datetime.datetime) -> str:
    """How long before a signature its maker proved who they are: `3 min 41 s before`, `with the signature`."""
    minutes, seconds = divmod(max(0, round((signed - proven).total_seconds())), 60)
    return f"{minutes} min {seconds:02d} s before" if minutes or seconds else "with the signature"


@register.filter
def thousands(number: int) -> str:
    """A whole number with commas: `12,345`."""
    return f"{number:,}"


@register.filter
def breakable(path: str) -> SafeString:
    """A path or key that may break after its slashes and dots."""
    pieces: Iterable[tuple[str]] = ((piece,) for piece in _pieces(path))
    return format_html_join(mark_safe("<wbr>"), "{}", pieces)


def _pieces(path: str) -> list[str]:
    pieces = [""]
    for character in path:
        pieces[-1] += character
        if character in "/.-":
            pieces.append("")
    return pieces


@register.filter
def settled(state: str) -> str:
    """What was done to a waiver that stands so: one that lapsed had been approved."""
    return "Approved" if state == "Lapsed" else state


@register.filter
def verdict_class(verdict: str) -> str:
    """The style of a verdict by its value: `conditional-go`, which an emergency go shares."""
    shown = "conditional-go" if verdict == "emergency-go" else verdict
    return shown if shown in {"go", "conditional-go", "no-go"} else ""
