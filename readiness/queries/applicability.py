"""What applies to a service with these traits, and for all the rest the rule that leaves it out."""

from collections.abc import Iterable
from dataclasses import dataclass

from readiness.extension_points import RuledRow
from readiness.queries import catalogue
from readiness.rules.applicability import Traits, applies
from readiness.rules.traits import changed_traits

Groups = Iterable[tuple[str, str, list[RuledRow]]]


@dataclass(frozen=True)
class Count:
    """How much of one part of the catalogue applies; `is_changed` by what was ticked last."""

    title: str
    applies: int
    total: int
    is_changed: bool = False


@dataclass(frozen=True)
class LeftOut:
    """What does not apply, with its rule as a sentence; `kind` is item, point, check, domain or a contributor’s own."""

    kind: str
    key: str
    title: str
    rule: str


@dataclass(frozen=True)
class Picture:
    """What the panel beside the traits shows."""

    counts: tuple[Count, ...]
    left_out: tuple[LeftOut, ...]
    items: int
    checks: int
    reworded: int
    last_change: str

    @property
    def points_left_out(self) -> int:
        """Single points that do not apply, of items that do."""
        return sum(1 for row in self.left_out if row.kind == "point")

    @property
    def rows_left_out(self) -> int:
        """Items, checks, playbooks and domains that do not apply."""
        return len(self.left_out) - self.points_left_out


def picture(traits: Traits, before: Traits | None = None) -> Picture:
    """What applies to a service with these traits; `before` are those of a tick ago, to say what has changed."""
    groups = list(catalogue.groups())
    counts = tuple(_count(title, rows, traits, before) for _, title, rows in groups)
    kinds = {kind: 0 for kind, _, _ in groups}
    for (kind, _, _), count in zip(groups, counts, strict=True):
        kinds[kind] += count.applies
    asked = [row for kind, _, rows in groups if kind == "item" for row in rows if applies(row.when, traits).applies]
    return Picture(
        counts=counts,
        left_out=tuple(_left_out(groups, traits)),
        items=kinds.get("item", 0),
        checks=kinds.get("check", 0),
        reworded=sum(1 for row in asked if row.reworded) if traits.is_third_party else 0,
        last_change=_last_change(groups, traits, before),
    )


def _count(title: str, rows: list[RuledRow], traits: Traits, before: Traits | None) -> Count:
    now = [applies(row.when, traits).applies for row in rows]
    then = now if before is None else [applies(row.when, before).applies for row in rows]
    return Count(title, sum(now), len(rows), is_changed=now != then)


def _left_out(groups: Groups, traits: Traits) -> Iterable[LeftOut]:
    for kind, _, rows in groups:
        for row in rows:
            found = applies(row.when, traits)
            if not found.applies:
                yield LeftOut(kind, row.key, row.title, found.reason)
                continue
            for point in row.points:
                if not (rule := applies(point.when, traits)).applies:
                    yield LeftOut("point", point.key, point.title, rule.reason)


def _last_change(groups: Groups, traits: Traits, before: Traits | None) -> str:
    """What the last tick did, in words, such as: You unticked “Streams its answers”: 1 fewer to answer."""
    words = changed_traits(before, traits) if before else ""
    if not words or before is None:
        return ""
    now = sum(1 for _, _, rows in groups for row in rows if applies(row.when, traits).applies)
    then = sum(1 for _, _, rows in groups for row in rows if applies(row.when, before).applies)
    if now == then:
        return f"{words}: as many apply as before."
    return f"{words}: {abs(now - then)} {'more' if now > then else 'fewer'} to answer."
