"""Who may be given which role by whom (product.md, Roles: administrators have no power over the record)."""

import datetime
import enum
from dataclasses import dataclass

LONGEST_AUDIT = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Change:
    """A change of one person's roles: whether they make it themselves, what they hold until when, what is asked."""

    by_themselves: bool
    held: frozenset[enum.StrEnum]
    held_until: datetime.date | None
    asked: frozenset[enum.StrEnum]
    asked_until: datetime.date | None


def refusal(change: Change) -> str | None:
    """Why the change is refused. Nobody gives themselves a role, nor more time in one: two persons stand behind it."""
    if not change.by_themselves:
        return None
    added = change.asked - change.held
    if added:
        words = ", ".join(sorted(role.value for role in added))
        return f"Nobody gives themselves a role ({words}). Another lead or an administrator can."
    if change.asked and _ends_later(change.asked_until, change.held_until):
        return "Nobody makes their own roles last longer. Another lead or an administrator can."
    return None


def period_refusals(
    starts_on: datetime.date | None, ends_on: datetime.date | None, today: datetime.date
) -> dict[str, list[str]]:
    """What is wrong with the days of a membership, by field. `starts_on` is None where it does not change."""
    refusals: dict[str, list[str]] = {}
    if starts_on is not None and starts_on < today:
        refusals["starts_on"] = ["A role begins today or later; what was before is on record already."]
    if ends_on is not None and ends_on < max(starts_on or today, today):
        refusals["ends_on"] = ["Choose the first day or a later one. To end it now, end the membership."]
    return refusals


def audit_refusals(starts_on: datetime.date, ends_on: datetime.date, today: datetime.date) -> dict[str, list[str]]:
    """What is wrong with the days of an auditor's access, by field."""
    refusals = period_refusals(starts_on, ends_on, today)
    if ends_on - starts_on > LONGEST_AUDIT:
        refusals["ends_on"] = ["An auditor’s access lasts at most a year. It can be given again."]
    return refusals


def keeps_an_administrator(others: int, keeps_the_role: bool, until: datetime.date | None) -> bool:
    """Whether somebody stays administrator without an end: another, or the person whose roles change."""
    return others > 0 or (keeps_the_role and until is None)


def _ends_later(asked: datetime.date | None, held: datetime.date | None) -> bool:
    return held is not None and (asked is None or asked > held)
