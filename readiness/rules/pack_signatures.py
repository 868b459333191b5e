"""Who stated what in an audit pack, when, under which wording, and what became of it.

Names of people are text, as they stood then. Moments are aware. A digest is SHA-256 in hex.
"""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Who acted: the name, and the role in which they did, both as they stood then."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The wording that a signature stands under. `code` is how tables name it: M1."""

    code: str
    act: str
    words: str
    version: str
    since: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stated what, when, under which wording, how they proved who they are and when, over which content.

    `policy` names the version of the rules in force (21 CFR 11.50; promise R16).
    """

    by: Person
    at: datetime.datetime
    meaning: Meaning
    method: str
    proven_at: datetime.datetime
    digest: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """Why a sign-off no longer binds. `replaced_by` is the reference of the one that took its place."""

    at: datetime.datetime
    by: str
    reason: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """A statement on one item. `carried_from` says for which release it was given, where it was for another."""

    reference: str
    item_key: str
    signature: Signature
    statement: str = "Signed as met"
    carried_from: str = ""
    note: str = ""
    void: Void | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """An approver gave an item back instead of signing it."""

    item_key: str
    by: Person
    at: datetime.datetime
    reason: str
