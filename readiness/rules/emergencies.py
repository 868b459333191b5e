"""The emergency go: two persons, neither an author; it skips items, never the record (product.md, When speed matters).

One person asks, with a reason and a proof of who they are. A decider takes it up within the hour: that act is the
decision. What is skipped becomes a condition, due in two working days.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from portal.rules import texts
from readiness.choices import ItemState
from readiness.rules import triggers
from readiness.rules.go_no_go import ItemFacts
from readiness.rules.launch_requirements import Missing
from readiness.rules.triggers import Trigger

STANDS_FOR = datetime.timedelta(minutes=60)
"""How long a request waits for a decider."""
WORKING_DAYS = 2
"""When what was skipped is due, in the team's days."""
LONGEST_REASON = 4000
LONGEST_CONDITION = 300
SATURDAY = 5


@dataclass(frozen=True)
class Owed:
    """What an emergency go asks for afterwards, in words: an item, or the kind of a missing review."""

    item_key: str
    text: str
    review_kind: str = ""


@dataclass(frozen=True)
class Facts:
    """What decides whether a person may act: what is closed, whether a review began, who wrote, who asked and when.

    `authors` planned the release or last wrote any part of an item that it reads.
    """

    person: UUID
    authors: frozenset[UUID]
    closed: str = ""
    has_review: bool = True
    asker: UUID | None = None
    asked_at: datetime.datetime | None = None


def due_on(today: datetime.date) -> datetime.date:
    """The second working day after today; Saturday and Sunday are none."""
    day, left = today, WORKING_DAYS
    while left:
        day += datetime.timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def refusal(facts: Facts) -> str:
    """Why this person cannot ask for an emergency go, or take one up; "" when they can."""
    if facts.closed:
        return facts.closed
    if not facts.has_review:
        return "Start the deployment review of this release first: an emergency go skips its items, not the record."
    if facts.person in facts.authors:
        return "You planned this release or wrote on its items. Two others stand behind an emergency go."
    if facts.asker == facts.person:
        return "You asked for it yourself. A second person, a decider, takes it up."
    return ""


def stands(asked_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a request still waits for a decider."""
    return now < asked_at + STANDS_FOR


def counts(asker: UUID, authors: frozenset[UUID]) -> bool:
    """Whether a request can be taken up: not where who asked has planned the release or written on it since."""
    return asker not in authors


def to_accept(found: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """The triggers that a decider has to accept by name: those that fire or are unknown, beside the items' own."""
    return tuple(one for one in found if (one.fires or one.is_unknown) and one.key != triggers.Key.CRITICAL_ITEM)


def owed(items: Iterable[ItemFacts], missing: Iterable[Missing]) -> tuple[Owed, ...]:
    """What is skipped: each critical item that is not green and signed, and each review that is missing."""
    skipped = [item for item in items if item.critical and not (item.state == ItemState.GREEN and item.signed)]
    reviews = [Owed("", f"Close the {one.title.lower()}", one.kind) for one in missing]
    found = [Owed(item.key, f"Bring to green and have signed: {item.title}") for item in skipped]
    return tuple(replace(one, text=one.text[:LONGEST_CONDITION]) for one in (*found, *reviews))


def reason_refusals(reason: str, field: str, when_empty: str) -> texts.Refusals:
    """What is wrong with a reason, at its field."""
    words = texts.refusal(reason, LONGEST_REASON, one_line=False) if reason else when_empty
    return {field: [words]} if words else {}


def acceptance_field(key: str) -> str:
    """The form field in which a trigger is accepted."""
    return f"acknowledged-{key}"


def acceptance_refusals(needed: Sequence[Trigger], given: Mapping[str, str]) -> texts.Refusals:
    """What is wrong with the reasons for which triggers are accepted, by field."""
    found: texts.Refusals = {}
    for trigger in needed:
        empty = f"Say why it goes although: {trigger.title.lower()}."
        found |= reason_refusals(given.get(trigger.key, ""), acceptance_field(trigger.key), empty)
    return found
