"""The hands a go needs: who prepares, who signs, who decides, and whether there are enough different persons for it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether a team can make a go: by itself, with people lent to it, or not yet."""

    ALONE = "alone"
    WITH_LENT = "with-lent"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class Member:
    """One person (`identity`, so that two accounts count once), what they may, and whether they are of another team."""

    identity: object
    name: str
    prepares: bool
    signs: bool
    decides: bool
    lent: bool


@dataclass(frozen=True)
class Hand:
    """One of the hands: who of the team and who of those lent."""

    own: Sequence[str]
    lent: Sequence[str]


@dataclass(frozen=True)
class Hands:
    """All three, whether they suffice, how many persons the organisation asks for, and whom the team itself lacks.

    `lacks` is empty where the team can make a go alone; else it reads on from "it lacks".
    """

    prepare: Hand
    sign: Hand
    decide: Hand
    standing: Standing
    persons: int
    lacks: str = ""


def weigh(members: Iterable[Member], persons: int) -> Hands:
    """What a go of this team can be made with. With `persons` 3 all hands differ; with 2 a signer may decide."""
    everyone = list(members)
    own = [member for member in everyone if not member.lent]
    standing = (
        Standing.ALONE
        if _suffice(own, persons)
        else Standing.WITH_LENT
        if _suffice(everyone, persons)
        else Standing.NOT_YET
    )
    return Hands(
        prepare=_hand(member for member in everyone if member.prepares),
        sign=_hand(member for member in everyone if member.signs),
        decide=_hand(member for member in everyone if member.decides),
        standing=standing,
        persons=persons,
        lacks=_lacks(own, persons),
    )


NEWCOMERS = {"prepares": "one who answers", "signs": "one who signs off", "decides": "one who decides"}
"""Who may be lacking, by what they may do."""


def _lacks(own: Sequence[Member], persons: int) -> str:
    """Whom to add, so that the team can make a go alone: one person, one of several, or more than one."""
    if _suffice(own, persons):
        return ""
    if one := [words for can, words in NEWCOMERS.items() if _suffice([*own, _newcomer(can)], persons)]:
        return f"one more person: {_either(one)}"
    nobody = [words for can, words in NEWCOMERS.items() if not any(getattr(member, can) for member in own)]
    return " and ".join(nobody) if len(nobody) > 1 else "two more persons, to answer, sign off and decide"


def _newcomer(can: str) -> Member:
    """Somebody whom the team does not have yet, with this one hand."""
    return Member(object(), "", can == "prepares", can == "signs", can == "decides", lent=False)


def _either(words: Sequence[str]) -> str:
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last


def _hand(members: Iterable[Member]) -> Hand:
    found = list(members)
    return Hand(
        own=[member.name for member in found if not member.lent], lent=[member.name for member in found if member.lent]
    )


def _suffice(members: Sequence[Member], persons: int) -> bool:
    """Whether one can be found for each hand, all different; three of each are enough to look at."""
    prepare = _some(member.identity for member in members if member.prepares)
    sign = _some(member.identity for member in members if member.signs)
    decide = _some(member.identity for member in members if member.decides)
    needed = 3 if persons >= 3 else 2
    return any(
        first not in (second, third) and len({first, second, third}) >= needed
        for first, second, third in itertools.product(prepare, sign, decide)
    )


def _some(identities: Iterable[object]) -> list[object]:
    return list(dict.fromkeys(identities))[:3]
