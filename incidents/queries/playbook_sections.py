"""Adapted playbooks in an audit pack, chapter 11: whose steps a service followed as it stood, and which they were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from incidents.models import AdaptedPlaybookRevision
from incidents.queries import coverage
from incidents.rules import adapted_playbooks as rules
from portal import revisions
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Block, Cell, Column, Section, Table, Text

CHAPTER = 11
PLAYBOOKS = (Column("Playbook", 44), Column("Followed", 34), Column("Why", 52), Column("By, when (UTC)", 38))
STEPS = (Column("Step", 52), Column("How it is done", 88), Column("Stands for", 28))


@dataclass(frozen=True)
class _Stood:
    """One playbook that was adapted once, as its newest revision by the moment says."""

    revision: AdaptedPlaybookRevision
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What the playbook is called."""
        key: str = self.content["playbook"]
        return coverage.playbook_titles().get(key, key)


def sections(service: Service, at: Moment) -> tuple[Section, ...]:
    """Which playbooks were adapted, or no longer are, and the steps of those that were followed: one statement."""
    stood = _stood(service, at)
    if not stood:
        return (Section(CHAPTER, (Text(("All were followed as they ship.",), label="Playbooks"),)),)
    blocks: list[Block] = [Table(PLAYBOOKS, tuple(_row(one) for one in stood), heading="Adapted playbooks")]
    blocks += [_steps(one) for one in stood if one.content["is_in_use"]]
    return (Section(CHAPTER, tuple(blocks)),)


def _stood(service: Service, at: Moment) -> Sequence[_Stood]:
    known = revisions.as_of(AdaptedPlaybookRevision.objects.filter(subject__service=service), at.number)
    rows = known.select_related("author", "event").order_by("subject__playbook")
    return [_Stood(row, json.loads(row.content)) for row in rows]


def _row(one: _Stood) -> tuple[Cell, ...]:
    row, who = one.revision, one.revision.author
    followed = "Steps of its team" if one.content["is_in_use"] else "As it ships, again"
    return (
        Cell(one.title, second=one.content["playbook"]),
        Cell(followed, second=f"revision {row.number}"),
        Cell(one.content["note"]),
        Cell(who.name if who else "The portal", second=f"{row.event.at.astimezone(UTC):%Y-%m-%d %H:%M}"),
    )


def _steps(one: _Stood) -> Table:
    rows = tuple(_step(number, row) for number, row in enumerate(one.content["steps"], start=1))
    heading = f"{one.title}: the steps of this service"
    return Table(STEPS, rows, heading=heading, remark=_left_out(one.content))


def _step(number: int, row: Mapping[str, str]) -> tuple[Cell, ...]:
    of = row.get("of", "")
    return (
        Cell(f"{number}. {row['title']}"),
        Cell(row["how"]),
        Cell(f"step {of} that ships" if of else "the team’s own"),
    )


def _left_out(content: Mapping[str, Any]) -> str:
    """Which steps that shipped then the team left out."""
    gone = rules.left_out(content.get("shipped", ()), content["steps"])
    named = "; ".join(f"{row['of']}. {row['title']}" for row in gone)
    return f"Of what shipped then the team left out: {named}." if named else ""
