"""Guessing is capped: tries of what can be guessed are counted in the database, where parallel ones count as well.

A cache would do for one process. Here the count is a conditional update, so of two hundred guesses that arrive at once
no more than the limit are looked at, whichever processes they reach.
"""

import datetime
import hashlib
from dataclasses import dataclass

from django.db.models import F, QuerySet

from portal import clock
from portal.models import Attempts


@dataclass(frozen=True)
class Limit:
    """At most `most` failed tries of one kind on one subject within a window of time."""

    kind: str
    most: int
    within: datetime.timedelta


PASSWORD_OF_ACCOUNT = Limit("password", 5, datetime.timedelta(minutes=5))
PASSWORDS_FROM_ADDRESS = Limit("address", 10, datetime.timedelta(minutes=1))
PROOF = Limit("proof", 5, datetime.timedelta(minutes=5))
SECOND_FACTOR = Limit("second-factor", 5, datetime.timedelta(minutes=5))
CODE_USED = Limit("code-used", 1, datetime.timedelta(minutes=2))
"""A one-time code works once. Two minutes outlive every step in which it is valid."""


def take(limit: Limit, subject: object) -> bool:
    """Counts one try; False when the limit is reached. A try that turns out right is given back."""
    now = clock.now()
    row = Attempts.objects.filter(key=_key(limit, subject))
    if _count(row, limit, now):
        return True
    if row.filter(ends_at__gt=now).exists():
        return False
    ends_at = now + limit.within
    Attempts.objects.bulk_create([Attempts(key=_key(limit, subject), ends_at=ends_at)], ignore_conflicts=True)
    row.filter(ends_at__lte=now).update(count=0, ends_at=ends_at)
    return _count(row, limit, now)


def give_back(limit: Limit, subject: object) -> None:
    """Takes one try off again: it was right, so it was no guess."""
    Attempts.objects.filter(key=_key(limit, subject), count__gt=0).update(count=F("count") - 1)


def forget_ended() -> int:
    """Removes counts whose window has passed; returns how many. Only tidiness depends on it."""
    return Attempts.objects.filter(ends_at__lte=clock.now()).delete()[0]


def _count(row: QuerySet[Attempts], limit: Limit, now: datetime.datetime) -> bool:
    return row.filter(ends_at__gt=now, count__lt=limit.most).update(count=F("count") + 1) == 1


def _key(limit: Limit, subject: object) -> str:
    return hashlib.sha256(f"{limit.kind}\0{subject}".encode()).hexdigest()
