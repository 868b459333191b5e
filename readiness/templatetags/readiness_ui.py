"""How readiness is drawn: colours, verdicts, triggers, the two numbers, the stacked bar, heat cells, trends.

Bars and lines are SVG whose sizes are attributes, never inline style. `counts` is anything that maps a state's key
(green, waived, yellow, red, unanswered, na) to a number, by key or by attribute; what is missing counts as none.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness import extension_points
from readiness.choices import DecisionState, Verdict
from readiness.rules.trends import Point

register = template.Library()

COUNTED = (
    ("green", "green"),
    ("waived", "on credit"),
    ("yellow", "yellow"),
    ("red", "red"),
    ("unanswered", "unanswered"),
)
"""The states a bar shows, from the left, with their words."""

VERDICTS = {
    "go": ("green", "Go"),
    "conditional-go": ("yellow", "Conditional go"),
    "no-go": ("red", "No-go"),
    "emergency-go": ("yellow", "Emergency go"),
    "current": ("green", "Current"),
    "superseded": ("plain", "Superseded"),
    "expired": ("yellow", "Expired"),
    "lapsed": ("red", "Lapsed"),
    "withdrawn": ("red", "Withdrawn"),
    "rolled-back": ("red", "Rolled back"),
    "": ("unanswered", "Not asked"),
}
"""How verdicts and the states of decisions look, by the values of `Verdict` and `DecisionState`."""

TRIGGERS = {
    "firing": ("red", "Firing"),
    "unknown": ("unanswered", "Unknown"),
    "clear": ("green", "Clear"),
    "na": ("na", "Not applicable"),
}
"""How triggers look, by the values of `TriggerState`."""


TREND_LINES = (
    ("answered", "is-answered", "answered"),
    ("green", "is-green", "green"),
    ("waived", "is-credit", "on credit"),
)
"""The lines of a trend: the count, how it is drawn, its word."""


class TrendLine(NamedTuple):
    """One line of a trend: how it is drawn, its word, its points, and its shares at both ends in percent."""

    css: str
    word: str
    places: str
    first: int
    last: int


class Piece(NamedTuple):
    """One piece of a stacked bar: its state, and where it stands in percent of the whole."""

    state: str
    start: str
    width: str


@register.simple_tag
def colour(key: str, label: str = "", size: str = "") -> SafeString:
    """A state's symbol in its colour, without the word. Beside no word of its own it needs `label`."""
    return portal_ui.icon(f"s-{key}", size=size, css=f"gh-c-{key}", label=label)


@register.simple_tag
def verdict(value: str, word: str = "", size: str = "") -> SafeString:
    """The pill of a verdict or of a decision's state; "" is Not asked. `word` may say more: "Current, not deployed"."""
    key, own_word = VERDICTS.get(value or "", ("plain", value))
    return portal_ui.state(key, word or own_word, size=size)


@register.simple_tag
def stands(verdict_given: str, state: str) -> SafeString:
    """The pill of what a decision is worth now; a no-go that stands is no good news."""
    if verdict_given == Verdict.NO_GO and state == DecisionState.CURRENT:
        return portal_ui.state("plain", DecisionState.CURRENT.label)
    return verdict(state)


@register.simple_tag
def trigger_state(value: str, word: str = "") -> SafeString:
    """The pill of a no-go trigger: Firing, Clear, Unknown, Not applicable."""
    key, own_word = TRIGGERS.get(value, TRIGGERS["unknown"])
    return portal_ui.state(key, word or own_word)


@register.filter
def gap_symbol(state: str) -> str:
    """The symbol of a gap's state: `s-red`; what is on credit has its own."""
    return f"s-{state}"


@register.filter
def trigger_class(value: str) -> str:
    """The class of a trigger's row: `is-firing`, `is-unknown`, `is-clear`, `is-na`."""
    return f"is-{value if value in TRIGGERS else 'unknown'}"


@register.filter
def percent(part: int | None, whole: int | None) -> str:
    """A share in whole percent, rounded down so that 100 % means all: "91 %". Of nothing it is a dash."""
    return f"{100 * (part or 0) // whole} %" if whole else "–"


@register.inclusion_tag("components/_progress_pair.html")
def progress_pair(counts: Any, brief: bool = False) -> dict[str, Any]:
    """The two numbers: answered and green, each of what is counted. `brief` leaves the percentages out."""
    whole = sum(_count(counts, state) for state, _ in COUNTED)
    return {
        "answered": whole - _count(counts, "unanswered"),
        "green": _count(counts, "green"),
        "whole": whole,
        "brief": brief,
    }


@register.inclusion_tag("components/_stacked_bar.html")
def stacked_bar(counts: Any, words: bool = True, later: int = 0) -> dict[str, Any]:
    """All counted items in one bar, with its legend in words; `later` is the number that opens only after the go."""
    return {
        "pieces": _pieces(counts),
        "words": [f"{number} {word}" for state, word in COUNTED if (number := _count(counts, state))],
        "left_out": [
            f"{number} {word}"
            for number, word in ((_count(counts, "na"), "not applicable"), (later, "after go"))
            if number
        ],
        "in_words": words,
    }


@register.inclusion_tag("components/_heat.html")
def heat(state: str, name: str, open_items: int = 0, url: str = "") -> dict[str, Any]:
    """A cell of the heat-map: symbol and number of open items; `name` and the state in words are for screen readers."""
    key = state if state in portal_ui.STATES else "na"
    return {"state": key, "word": portal_ui.STATES[key][1], "name": name, "open_items": open_items, "url": url}


@register.inclusion_tag("components/_spark.html")
def spark(shares: Sequence[float], label: str = "Green items") -> dict[str, Any]:
    """A small trend of shares (0 to 1), oldest first, at least two; its ends are said in words."""
    points = [(3 + 90 * place / (len(shares) - 1), 21 - 18 * share) for place, share in _spread(shares)]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "last": points[-1] if points else None,
        "direction": _direction(shares),
        "label": f"{label}: from {shares[0]:.0%} to {shares[-1]:.0%}".replace("%", " %") if points else "",
    }


@register.inclusion_tag("components/_trend.html")
def trend(points: Sequence[Point]) -> dict[str, Any]:
    """Weeks as three lines, answered, green and on credit, in percent of the applicable items; at least two weeks."""
    lines = [_line(points, *line) for line in TREND_LINES]
    said = ", ".join(f"{line.word} from {line.first} to {line.last} percent" for line in lines)
    every = max(1, -(-len(points) // 4))
    return {
        "lines": lines,
        "label": f"Share of applicable items over {len(points)} weeks: {said}",
        "mondays": [point.monday for point in points[::-1][::every]][::-1],
    }


@register.inclusion_tag("components/_range.html")
def measured_range(value: float, threshold: float, state: str) -> dict[str, str]:
    """A value as a bar against the mark of its threshold. The scale ends a quarter past the larger of the two."""
    full = max(value, threshold, 0) * 1.25 or 1
    return {
        "state": state,
        "width": f"{max(0.0, value) / full * 100:.1f}",
        "mark": f"{max(0.0, threshold) / full * 100:.1f}",
    }


def _line(points: Sequence[Point], name: str, css: str, word: str) -> TrendLine:
    shares = [point.share(name) for point in points]
    places = " ".join(f"{100 * place / (len(shares) - 1):.2f},{100 - share}" for place, share in enumerate(shares))
    return TrendLine(css, word, places, shares[0], shares[-1])


def _count(counts: Any, key: str) -> int:
    found = counts.get(key, 0) if isinstance(counts, Mapping) else getattr(counts, key, 0)
    return found or 0


def _pieces(counts: Any) -> list[Piece]:
    whole = sum(_count(counts, state) for state, _ in COUNTED)
    pieces, before = [], 0
    for state, _ in COUNTED:
        number = _count(counts, state)
        if number:
            pieces.append(Piece(state, f"{100 * before / whole:.2f}%", f"{100 * number / whole:.2f}%"))
        before += number
    return pieces


def _spread(shares: Sequence[float]) -> list[tuple[int, float]]:
    """Places and heights, the lowest share at 0 and the highest at 1; a flat line lies in the middle."""
    if len(shares) < 2:
        return []
    low, high = min(shares), max(shares)
    return [(place, (share - low) / (high - low) if high > low else 0.5) for place, share in enumerate(shares)]


def _direction(shares: Sequence[float]) -> str:
    if len(shares) < 2 or shares[-1] == shares[0]:
        return ""
    return "is-up" if shares[-1] > shares[0] else "is-down"


@register.inclusion_tag("readiness/documents/_kinds.html")
def document_kinds(current: str) -> dict[str, Any]:
    """The kinds of documents as tabs; `current` is the URL's name of the one that is open."""
    kinds = sorted(extension_points.document_lists, key=lambda kind: kind.order)
    return {"kinds": kinds, "current": current}
