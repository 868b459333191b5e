"""The rows of a typed table put in another order, one taken away: what a button asks of them. Pure."""

import re
from collections.abc import Mapping

Row = Mapping[str, str]
ASKED = re.compile(r"(up|down|remove)-(\d{1,4})")


def arranged(rows: Mapping[int, Row], asked: str) -> list[dict[str, str]]:
    """The rows that say something, in the order of their numbers, with what is `asked` done: “up-2”, “remove-2”.

    Anything else asks for nothing more; a row at an end stays there.
    """
    order = [number for number in sorted(rows) if any(cell.strip() for cell in rows[number].values())]
    found = ASKED.fullmatch(asked)
    if found and int(found[2]) in order:
        order = _done(order, found[1], order.index(int(found[2])))
    return [dict(rows[number]) for number in order]


def _done(order: list[int], act: str, place: int) -> list[int]:
    rest = [*order[:place], *order[place + 1 :]]
    if act == "remove":
        return rest
    to = max(place - 1, 0) if act == "up" else place + 1
    return [*rest[:to], order[place], *rest[to:]]
