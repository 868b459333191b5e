"""Small pictures for the audit pack, drawn as SVG: the bar of item states, the code that leads to the verify page."""

import io
from collections.abc import Iterator, Sequence

from readiness.choices import ItemState

WIDTH, HEIGHT, EDGE = 1260, 70, 3
_FILL = {
    ItemState.GREEN: "#1a7f4b",
    ItemState.YELLOW: "#fff",
    ItemState.RED: "#c0392b",
    ItemState.WAIVED: "#fff",
    ItemState.UNANSWERED: "#fff",
    ItemState.NOT_APPLICABLE: "#e3e7eb",
}
_LINE = {
    ItemState.GREEN: "#1a7f4b",
    ItemState.YELLOW: "#b7791f",
    ItemState.RED: "#c0392b",
    ItemState.WAIVED: "#6f4fb3",
    ItemState.UNANSWERED: "#1b2430",
    ItemState.NOT_APPLICABLE: "#9aa3ad",
}


def bar(counts: Sequence[tuple[ItemState, int]]) -> bytes:
    """How many items are in each state, as proportions. Each state has its own pattern, so it reads without colour."""
    total, x = sum(count for _, count in counts) or 1, 0.0
    shapes: list[str] = []
    for state, count in counts:
        width = WIDTH * count / total
        shapes += _piece(state, x + EDGE, x + width - EDGE)
        x += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="none">{"".join(shapes)}</svg>'
    ).encode()


def _piece(state: ItemState, left: float, right: float) -> Iterator[str]:
    dashes = ' stroke-dasharray="14 10"' if state == ItemState.UNANSWERED else ""
    yield (
        f'<rect x="{left:.1f}" y="3" width="{max(1, right - left):.1f}" height="64" fill="{_FILL[state]}"'
        f' stroke="{_LINE[state]}" stroke-width="5"{dashes}/>'
    )
    if state == ItemState.YELLOW:
        yield f'<rect x="{left:.1f}" y="35" width="{max(1, right - left):.1f}" height="32" fill="{_LINE[state]}"/>'
    if state == ItemState.RED:
        yield f'<path d="M{left + 8:.1f} 35H{max(left + 9, right - 8):.1f}" stroke="#fff" stroke-width="6"/>'
    if state == ItemState.WAIVED:
        yield from _hatches(left, right)


def _hatches(left: float, right: float) -> Iterator[str]:
    at = left
    while at < right - 4:
        run = min(64, right - at)
        yield f'<path d="M{at:.1f} 67L{at + run:.1f} {67 - run:.1f}" stroke="#6f4fb3" stroke-width="5"/>'
        at += 16


def code(address: str) -> bytes:
    """A QR code of an address, one unit a module, without a border."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    drawn: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    drawn.add_data(address)
    drawn.make()
    rows = drawn.get_matrix()
    out = io.StringIO()
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                out.write(f"M{x} {y}h1v1h-1z")
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f'<path d="{out.getvalue()}" fill="#1b2430"/></svg>'
    ).encode()
