"""Who else looks at the same thing just now: kept in the cache for a minute, no part of the record.

Two who arrive at the same moment may miss each other until they are seen again.
"""

import datetime
from dataclasses import dataclass

from django.core.cache import cache

from portal.models import User

SEEN_EVERY = datetime.timedelta(seconds=20)
"""How often a page says that somebody still looks at it."""
GONE_AFTER = datetime.timedelta(seconds=50)


@dataclass(frozen=True)
class Present:
    """Somebody who looks at it, and since when they were seen last."""

    person: str
    name: str
    at: datetime.datetime


def seen(place: str, person: User, now: datetime.datetime) -> list[Present]:
    """Notes that a person is at `place` (a name without blanks that is unique to it); returns the others, by name."""
    key, own = f"presence:{place}", Present(str(person.public_id), person.name, now)
    found: dict[str, Present] = cache.get(key) or {}
    there = {who: present for who, present in found.items() if now - present.at < GONE_AFTER} | {own.person: own}
    cache.set(key, there, timeout=GONE_AFTER.total_seconds())
    return sorted((present for who, present in there.items() if who != own.person), key=lambda present: present.name)
