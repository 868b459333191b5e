"""Go, conditional go or no-go: which verdicts a release allows now, and every refusal as a sentence with its way on.

From product.md, Decision. A snapshot goes in, an outlook comes out; nothing here knows a database or the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from readiness.choices import ItemState, TriggerState, Verdict
from readiness.rules.launch_requirements import Missing
from readiness.rules.triggers import Key, Trigger

RULES_VERSION = "2026.11"
"""The version of these rules; it is frozen into every decision."""


@dataclass(frozen=True)
class ItemFacts:
    """An item that a go reads: it applies, counts at the service's tier and is asked before the go.

    `state` is what it counts as at this moment; `why` what is said of it; `owner` whose it is; `url` leads to it.
    """

    key: str
    title: str
    critical: bool
    state: str
    signed: bool = False
    why: str = ""
    owner: str = ""
    url: str = ""

    @property
    def needs_condition(self) -> bool:
        """Whether a conditional go needs owner and date for it: a waived critical, a red or an unanswered item."""
        if self.critical:
            return self.state == ItemState.WAIVED
        return self.state in (ItemState.RED, ItemState.UNANSWERED)


@dataclass(frozen=True)
class Hands:
    """Who stands behind a go, as persons and not accounts (product.md: three, or two where a signer may decide).

    `wrote` names the critical items to which the decider contributed; `others` who else may decide.
    """

    needed: int
    prepared: frozenset[UUID]
    signed: frozenset[UUID]
    decider: UUID
    may_decide: bool = True
    wrote: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """All that decides which verdicts are allowed. `closed` says why nothing can be decided any more; "" if it can.

    `unconfirmed_tier` is one that leaves items out though no approver has confirmed it, 0 where there is none;
    `tier_url` is where it is confirmed.
    """

    release: str
    environment: str
    triggers: tuple[Trigger, ...]
    items: tuple[ItemFacts, ...]
    missing: tuple[Missing, ...]
    hands: Hands
    closed: str = ""
    unconfirmed_tier: int = 0
    tier_url: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a verdict is refused: a stable code, the fact and the way on as a sentence, and where to go.

    `gist` names it where its sentence stands elsewhere on the page: the title of a trigger or an item.
    """

    code: str
    text: str
    url: str = ""
    gist: str = ""


@dataclass(frozen=True)
class Reason:
    """Refusals of one kind as one: what a page says at a glance. `parts` are the single ones where there are more."""

    code: str
    text: str
    url: str = ""
    parts: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One verdict, what stands against it, and what stands against its being recorded by this person."""

    verdict: Verdict
    refusals: tuple[Refusal, ...] = ()
    personal: tuple[Refusal, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether the facts allow it, whoever decides."""
        return not self.refusals

    @property
    def allowed(self) -> bool:
        """Whether this person may record it now."""
        return not self.refusals and not self.personal

    @property
    def against(self) -> tuple[Refusal, ...]:
        """All that stands against it, the person's own reasons first."""
        return (*self.personal, *self.refusals)

    @property
    def in_short(self) -> tuple[Reason, ...]:
        """The same with refusals of one kind folded into one, in the order of their first."""
        return in_short(self.against)

    @property
    def of_the_facts(self) -> tuple[Reason, ...]:
        """What stands against it whoever decides, folded likewise: beside words that say why this person may not."""
        return in_short(self.refusals)


@dataclass(frozen=True)
class Outlook:
    """Which verdicts are allowed, what a conditional go would have to name, what a go has to accept."""

    go: Choice
    conditional_go: Choice
    no_go: Choice
    required: tuple[ItemFacts, ...]
    loose: tuple[ItemFacts, ...]
    unknown: tuple[Trigger, ...]

    def choice(self, verdict: str) -> Choice:
        """The choice of a verdict."""
        return {Verdict.GO: self.go, Verdict.CONDITIONAL_GO: self.conditional_go, Verdict.NO_GO: self.no_go}[
            Verdict(verdict)
        ]

    @property
    def word(self) -> str:
        """The outlook in words: Ready, Conditions possible, Not ready. What is left to acknowledge is not in it."""
        if self.go.possible:
            return "Ready"
        return "Conditions possible" if self.conditional_go.possible else "Not ready"

    @property
    def tone(self) -> str:
        """Its colour."""
        return {"Ready": "green", "Conditions possible": "yellow"}.get(self.word, "red")


def assess(snapshot: Snapshot) -> Outlook:
    """Holds a snapshot against the rules of go, conditional go and no-go."""
    always, mine = tuple(_closed(snapshot)), tuple(_about_the_decider(snapshot.hands))
    facts = always or tuple(_common(snapshot))
    behind = () if mine else tuple(_too_few_hands(snapshot.hands))
    required = tuple(item for item in snapshot.items if item.needs_condition)
    uncovered = () if always else tuple(map(_uncovered, required))
    loose = tuple(item for item in snapshot.items if not item.critical and item.state == ItemState.YELLOW)
    go = Choice(Verdict.GO, (*facts, *uncovered), (*mine, *behind))
    nothing = () if always or required or loose else (_nothing_open(go),)
    return Outlook(
        go=go,
        conditional_go=Choice(Verdict.CONDITIONAL_GO, (*facts, *nothing), (*mine, *behind)),
        no_go=Choice(Verdict.NO_GO, always, mine),
        required=required,
        loose=loose,
        unknown=tuple(trigger for trigger in snapshot.triggers if trigger.is_unknown),
    )


def reasons(snapshot: Snapshot) -> tuple[Refusal, ...]:
    """What stands against a go in this snapshot whoever decides: what a no-go is recorded with."""
    required = tuple(item for item in snapshot.items if item.needs_condition)
    standing = (*_unconfirmed(snapshot), *_missing(snapshot), *_firing(snapshot), *_unsigned(snapshot))
    return (*standing, *map(_uncovered, required))


FOLDED = {
    "unsigned": "{} critical items are green and not signed off.",
    f"open:{ItemState.UNANSWERED}": "{} items are not answered.",
    f"open:{ItemState.RED}": "{} items are red.",
    f"open:{ItemState.WAIVED}": "{} critical items are on credit.",
}
"""What several refusals of one kind are said as; a kind that is not here is never folded."""


def in_short(refusals: Sequence[Refusal]) -> tuple[Reason, ...]:
    """Refusals as a page says them at a glance: those of one kind as one, in the order of their first."""
    kinds: dict[str, list[Refusal]] = {}
    for place, refusal in enumerate(refusals):
        kinds.setdefault(refusal.code if refusal.code in FOLDED else f"{refusal.code} {place}", []).append(refusal)
    return tuple(map(_reason, kinds.values()))


def _reason(alike: Sequence[Refusal]) -> Reason:
    first = alike[0]
    if len(alike) > 1:
        return Reason(first.code, FOLDED[first.code].format(len(alike)), parts=tuple(alike))
    if first.code.startswith("trigger:"):
        return Reason(first.code, f"Firing: {first.gist[0].lower()}{first.gist[1:]}.", first.url)
    return Reason(first.code, first.text, first.url)


def _closed(snapshot: Snapshot) -> Iterable[Refusal]:
    if snapshot.closed:
        yield Refusal("closed", snapshot.closed)


def _about_the_decider(hands: Hands) -> Iterable[Refusal]:
    if not hands.may_decide:
        yield Refusal("role", f"You are not a decider of this team. {_somebody_else(hands.others)}")
    elif hands.wrote:
        words = f"You contributed to {_listed(hands.wrote)}, which the go rests on."
        yield Refusal("contributed", f"{words} {_somebody_else(hands.others)}")


def _common(snapshot: Snapshot) -> Iterable[Refusal]:
    yield from _unconfirmed(snapshot)
    yield from _missing(snapshot)
    yield from _firing(snapshot)
    yield from _unsigned(snapshot)
    if not snapshot.hands.signed:
        yield Refusal("hands", "Nobody has signed an item yet, so nobody but its authors stands behind a go.")


def _unconfirmed(snapshot: Snapshot) -> Iterable[Refusal]:
    """A tier that leaves items out is no team's own word (product.md, What is governed)."""
    if tier := snapshot.unconfirmed_tier:
        text = f"Tier {tier} is declared, leaves items out and is not confirmed: an approver confirms it."
        yield Refusal("tier", text, snapshot.tier_url)


def _missing(snapshot: Snapshot) -> Iterable[Refusal]:
    return (Refusal(f"missing:{review.kind}", review.why) for review in snapshot.missing)


def _firing(snapshot: Snapshot) -> Iterable[Refusal]:
    for trigger in snapshot.triggers:
        if not trigger.fires:
            continue
        facts = trigger.facts
        if trigger.key == Key.CRITICAL_ITEM:
            facts = f"{facts} {_listed([detail.text for detail in trigger.details])}."
        yield Refusal(f"trigger:{trigger.key}", f"{trigger.title}. {facts}", trigger.url, trigger.title)


def _unsigned(snapshot: Snapshot) -> Iterable[Refusal]:
    for item in snapshot.items:
        if item.critical and item.state == ItemState.GREEN and not item.signed:
            yield Refusal(
                "unsigned", f"“{item.title}” is green and not signed off. Ask for a sign-off.", item.url, item.title
            )


def _uncovered(item: ItemFacts) -> Refusal:
    """What only a conditional go covers."""
    said = {ItemState.WAIVED: "on credit", ItemState.RED: "red", ItemState.UNANSWERED: "not answered"}
    text = f"“{item.title}” is {said[ItemState(item.state)]}. Settle it, or make it a condition of a conditional go."
    return Refusal(f"open:{item.state}", text, item.url, item.title)


def _nothing_open(go: Choice) -> Refusal:
    """Leads to a go only where this person may record one."""
    text = "Nothing is open that could be a condition."
    return Refusal("nothing-open", f"{text} Record a go." if go.allowed else text)


def _too_few_hands(hands: Hands) -> Iterable[Refusal]:
    """Prepared, signed, decided: as many persons as the organisation asks for; with two a signer may decide."""
    if hands.needed > 2 and hands.decider in hands.signed:
        text = "You signed items of this review, and a third person has to decide."
        yield Refusal("signer", f"{text} {_somebody_else(hands.others)}")
        return
    behind = hands.prepared | hands.signed | {hands.decider}
    if hands.signed and len(behind) < hands.needed:
        yield Refusal("hands", f"{hands.needed} persons stand behind a go; here they would be {len(behind)}.")


def _somebody_else(others: Sequence[str]) -> str:
    if not others:
        return "The team has nobody else who may decide: an administrator can add a decider, from another team too."
    *head, last = others
    named = f"{', '.join(head)} or {last}" if head else last
    return f"Somebody else decides: {named}."


def _listed(words: Sequence[str]) -> str:
    shown = [f"“{word}”" for word in words]
    *head, last = shown or ["nothing"]
    return f"{', '.join(head)} and {last}" if head else last


def counts_of(triggers: Iterable[Trigger]) -> dict[TriggerState, int]:
    """How many triggers are in each state."""
    found = [trigger.state for trigger in triggers]
    return {state: found.count(state) for state in TriggerState}
