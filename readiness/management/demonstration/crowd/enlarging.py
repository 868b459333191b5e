"""Enlarging the demonstration: how many copies of what, under which names."""

import itertools
import random
from collections.abc import Sequence

from django.db import connection, transaction

from portal import audit, verbs
from portal.models import AuditHead, Team, User
from readiness.management.demonstration.crowd import chain, contents, patterns, writing
from readiness.management.demonstration.crowd.patterns import Pattern
from readiness.management.demonstration.crowd.words import Words
from readiness.models import Service

GROUP = 5
"""Copies of each service that share the same copies of teams and people."""


def enlarge(services: int, seed: int) -> None:
    """Copies the told services until there are so many, with teams and people of their own, in one transaction.

    The record stays whole: its event `demonstration.enlarged` says where the copies begin, and the time of the events
    goes back once there. Raises ValueError when there are that many already.
    """
    told = list(Service.objects.select_related("scope").order_by("pk"))
    if services <= len(told):
        raise ValueError(f"There are {len(told)} services already.")
    chance = random.Random(f"{seed} crowd")  # noqa: S311  chance that repeats is the point
    with transaction.atomic():
        facts: dict[str, audit.Fact] = {"services": services, "seed": seed}
        audit.record(None, verbs.DEMONSTRATION_ENLARGED, AuditHead(pk=1), facts=facts)
        counts = _shared_out(services - len(told), len(told))
        teams = patterns.teams(-(-max(counts) // GROUP), chance)
        found = [
            teams,
            *(patterns.service(one, many, teams, GROUP, chance) for one, many in zip(told, counts, strict=True)),
        ]
        _write(found)


def _write(found: Sequence[Pattern]) -> None:
    patterns.place(found)
    chain.number(found)
    words = {id(pattern): Words(pattern, _names(pattern), contents.digested(pattern)) for pattern in found}
    with connection.cursor() as cursor:
        chain.append(cursor, found, words)
        writing.write(cursor, found, words)


def _shared_out(copies: int, among: int) -> list[int]:
    """So many copies shared out among the told services, the first ones getting what is left over."""
    return [copies // among + (place < copies % among) for place in range(among)]


def _names(pattern: Pattern) -> dict[str, list[str]]:
    """The words by which copies are told apart: the told one is the first, so they count from 2."""
    counted = [str(copy + 2) for copy in range(pattern.copies)]
    names = {}
    for row in itertools.chain(pattern.rows.get(Service, ()), pattern.rows.get(Team, ())):
        names[row.slug] = [f"{row.slug}-{count}" for count in counted]
        names[row.name] = [f"{row.name} {count}" for count in counted]
    for person in pattern.rows.get(User, ()):
        name, _, host = person.email.partition("@")
        names[person.email] = [f"{name}.{count}@{host}" for count in counted]
        names[person.name] = [f"{person.name} {count}" for count in counted]
    behind = _names(pattern.behind) if pattern.behind else {}
    return {name: pattern.spread(found) for name, found in behind.items()} | names
