"""What post-mortems proposed for the checklists, in an audit pack: a table for each, as it stood."""

import datetime
from collections.abc import Iterable, Mapping

from incidents.choices import ProposalState
from incidents.models import PostMortem, Proposal
from incidents.queries import proposals
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Cell, Column, Mark, Table

PROPOSED = (
    Column("Proposed to ask of every service", 76),
    Column("What became of it", 52),
    Column("By, when (UTC)", 40),
)


def tables(post_mortems: Iterable[PostMortem], at: Moment) -> Mapping[int, Table]:
    """By post-mortem what it proposed by the moment, and how it was settled by then: one statement."""
    found = Proposal.objects.filter(post_mortem__in=[one.pk for one in post_mortems], event_id__lte=at.number)
    related = ("proposed_by", "settled_by", "accepted_in__template")
    rows: dict[int, list[tuple[Cell, ...]]] = {}
    for one in found.select_related(*related).defer("accepted_in__content").order_by("pk"):
        rows.setdefault(one.post_mortem_id, []).append(_row(one, at))
    return {key: Table(PROPOSED, tuple(lines), heading="Proposed for the checklists") for key, lines in rows.items()}


def _row(one: Proposal, at: Moment) -> tuple[Cell, ...]:
    title = proposals.template_titles().get(one.template, one.template)
    place = f"{title}, {f'a point of {one.item_key}' if one.item_key else 'a new item'}"
    proposed = Cell(one.text, second=place)
    if one.settled_by is None or one.settled_at is None or one.settled_at > at.at:
        waits = Cell("Proposed, nobody settled it yet", mark=Mark.OPEN)
        return proposed, waits, Cell(one.proposed_by.name, second=_minute(one.proposed_at))
    who = Cell(one.settled_by.name, second=_minute(one.settled_at))
    if one.state == ProposalState.DECLINED:
        return proposed, Cell("Declined", second=one.settled_reason, mark=Mark.LEFT_OUT), who
    point = f", point {one.asked_point}" if one.asked_point else ""
    return proposed, Cell(f"Accepted in {one.accepted_in}", second=f"{one.asked_item}{point}", mark=Mark.DONE), who


def _minute(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M}"
