"""Who may waive what, and for how long (product.md, Waiver). Pure.

Days are those of the team that owns the service; persons are compared, never accounts.
"""

import datetime
from dataclasses import dataclass
from uuid import UUID

from portal.dates import day_words
from portal.rules import texts
from readiness.choices import ItemState, WaiverState

MOST_DAYS = 90
RENEWALS_WITHOUT_A_DECIDER = 2
"""The third renewal needs a decider, and every one after it."""
LONGEST_WORDS = 1000
SOON_DAYS = 14
"""How many days before its end a waiver is about to lapse: in lists, in My work, and in the first reminder."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as it was typed. `expires_on` is the last day on which it would hold."""

    reason: str
    control: str
    expires_on: datetime.date | None


def tidied(wanted: Wanted) -> Wanted:
    """The same without blanks around its texts."""
    return Wanted(wanted.reason.strip(), wanted.control.strip(), wanted.expires_on)


def latest_day(today: datetime.date) -> datetime.date:
    """The last day that may be asked for."""
    return today + datetime.timedelta(days=MOST_DAYS)


def wanted_refusals(wanted: Wanted, today: datetime.date, renewed_until: datetime.date | None = None) -> texts.Refusals:
    """What is wrong with a request, by field. `renewed_until` is the last day of the waiver it would renew."""
    found: texts.Refusals = {}
    for field, text, needed in (
        ("reason", wanted.reason, "Say why the item cannot be met now."),
        ("control", wanted.control, "Say what keeps the risk small meanwhile."),
    ):
        words = texts.refusal(text, LONGEST_WORDS, one_line=False) if text else needed
        if words:
            found[field] = [words]
    if words := day_refusal(wanted.expires_on, today, renewed_until):
        found["expires_on"] = [words]
    return found


def day_refusal(day: datetime.date | None, today: datetime.date, renewed_until: datetime.date | None = None) -> str:
    """What is wrong with a last day; empty when it can be asked for."""
    if day is None:
        return "Choose the last day on which it holds."
    if day < today:
        return "This day has passed. Choose today or a later one."
    if day > latest_day(today):
        return f"A waiver lasts at most {MOST_DAYS} days: {day_words(latest_day(today))} or earlier."
    if renewed_until is not None and day <= renewed_until:
        return f"A renewal ends later than what it renews, which holds until {day_words(renewed_until)}."
    return ""


@dataclass(frozen=True)
class Asking:
    """What decides whether a waiver may be asked for: the item as it counts now, and what stands around it.

    `waivable` comes from the catalogue; `closed` says why the item asks for nothing (left out, not open yet, its review
    given up, its service retired), "" where it does; `open_request` is who asked already, "" where nobody did.
    """

    waivable: bool
    state: str
    closed: str = ""
    open_request: str = ""


def asking_refusal(asking: Asking) -> str:
    """Why nobody can ask for a waiver of an item now, as a sentence; empty when somebody may."""
    if not asking.waivable:
        return "This item cannot be waived: a service without it does not go to production."
    if asking.closed:
        return asking.closed
    if asking.state == ItemState.GREEN:
        return "This item is green: it needs no waiver."
    if asking.open_request:
        return f"{asking.open_request} has asked for one already. It waits for an answer."
    return ""


def needs_decider(*, critical: bool, renewals: int) -> bool:
    """Whether an approver is not enough: for a critical item always, for any item from the third renewal on."""
    return critical or renewals > RENEWALS_WITHOUT_A_DECIDER


@dataclass(frozen=True)
class Request:
    """A request as far as it decides who may settle it. `renews_ended`: what it would renew was revoked meanwhile."""

    state: WaiverState
    critical: bool
    renewals: int
    expires_on: datetime.date
    asked_by: UUID
    renews_ended: bool = False

    @property
    def needs_decider(self) -> bool:
        """Whether an approver is not enough."""
        return needs_decider(critical=self.critical, renewals=self.renewals)


@dataclass(frozen=True)
class Person:
    """Who looks at a request: which person, and whether they hold an approver's or decider's right in its team."""

    identity: UUID
    approves: bool
    approves_critical: bool


def role_refusal(request: Request, person: Person) -> str:
    """Why this person’s roles do not let them settle or revoke it; empty when they do."""
    if person.approves_critical or (person.approves and not request.needs_decider):
        return ""
    if request.critical:
        return "The item is critical: a decider of the team approves its waiver."
    if request.needs_decider:
        return f"This is renewal {request.renewals}: from the third on a decider of the team approves it."
    return "An approver or decider of the team approves a waiver."


def settling_refusal(request: Request, person: Person) -> str:
    """Why this person cannot refuse the request, nor approve it; empty when they can answer it."""
    if request.state != WaiverState.ASKED:
        return f"This request is settled: {request.state.label.lower()}."
    if words := role_refusal(request, person):
        return words
    if request.asked_by == person.identity:
        return "You asked for it. Somebody else approves or refuses it; you can withdraw it."
    return ""


def approving_refusal(request: Request, person: Person, today: datetime.date) -> str:
    """Why this person cannot approve the request now; empty when they can."""
    if words := settling_refusal(request, person):
        return words
    if request.expires_on < today:
        return "The last day it asks for has passed. Refuse it, and ask for a new one."
    if request.renews_ended:
        return "What it would renew was revoked. Refuse it, and ask for a new one."
    return ""


def withdrawing_refusal(request: Request, person: Person) -> str:
    """Why this person cannot take the request back; empty when they can."""
    if request.state != WaiverState.ASKED:
        return f"This request is settled: {request.state.label.lower()}."
    return "" if request.asked_by == person.identity else "Only who asked for it can withdraw it."


def revoking_refusal(request: Request, person: Person) -> str:
    """Why this person cannot end the waiver before its last day: who may approve it may, and who asked for it."""
    if request.state != WaiverState.STANDING:
        return f"Only a waiver in force can be revoked. This one: {request.state.label.lower()}."
    return "" if request.asked_by == person.identity else role_refusal(request, person)


@dataclass(frozen=True)
class Ends:
    """How a request ended: its verdict ("" while open), whether it was revoked, and whether a renewal speaks for it."""

    verdict: str
    revoked: bool
    renewed: bool
    expires_on: datetime.date


def state(ends: Ends, today: datetime.date) -> WaiverState:
    """What a request is on a day: nothing is written when it lapses."""
    if not ends.verdict:
        return WaiverState.ASKED
    if ends.verdict != "approved":
        return WaiverState(ends.verdict)
    if ends.revoked:
        return WaiverState.REVOKED
    if ends.renewed:
        return WaiverState.RENEWED
    return WaiverState.STANDING if ends.expires_on >= today else WaiverState.LAPSED


def days_left(expires_on: datetime.date, today: datetime.date) -> int:
    """How many days after today it still holds; 0 on its last day."""
    return max((expires_on - today).days, 0)


def renewed_words(renewals: int) -> str:
    """How often it was renewed, in words; "" where it never was."""
    times = {1: "once", 2: "twice"}
    return f"renewed {times.get(renewals, f'{renewals} times')}" if renewals else ""
