"""Reads on one service: who changed what since, who declared its tier, whose short name it is."""

import datetime
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal import clock
from portal.models import Membership, User
from portal.models.revisions import AbstractRevision
from portal.permissions import Access
from readiness.models import Review, Service
from readiness.rules import services as rules


@dataclass(frozen=True)
class Change:
    """What one revision changed: who, when (UTC), which fields, and these in words."""

    number: int
    who: str
    at: datetime.datetime
    fields: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        return f"{self.who} changed {self.words}"


def author_of(row: AbstractRevision) -> str:
    """Whose revision it is."""
    return row.author.name if row.author else "The portal"


def changes_since(service: Service, revision: int) -> list[Change]:
    """What was changed after that revision, oldest first."""
    found = service.revisions.filter(number__gte=revision).select_related("author", "event").order_by("number")
    rows = list(found)
    contents = [json.loads(row.content) for row in rows]
    return [
        Change(row.number, author_of(row), row.event.at, tuple(fields), rules.in_words(fields))
        for row, before, after in zip(rows[1:], contents, contents[1:], strict=False)
        if (fields := rules.changed_fields(before, after))
    ]


def content_at(service: Service, revision: int) -> Mapping[str, object]:
    """The governed content as it stood at a revision; empty where there is no such revision."""
    row = service.revisions.filter(number=revision).first()
    return json.loads(row.content) if row else {}


def tier_declared_by(service: Service) -> User | None:
    """Who declared the tier as it stands, with its reason: the author of the revision that brought it."""
    declared: User | None = None
    for row in service.revisions.select_related("author").order_by("-number"):
        content = json.loads(row.content)
        if (content["tier"], content["tier_reason"]) != (service.tier, service.tier_reason):
            break
        declared = row.author
    return declared


@dataclass(frozen=True)
class Surroundings:
    """What new services are weighed against: who has which of their short names, and who is in which team."""

    holders: Mapping[str, str]
    members: Collection[tuple[int, int]]
    """Keys of person and team."""


def surroundings(access: Access, *, slugs: Collection[str], people: Collection[User]) -> Surroundings:
    """The surroundings of services with these short names and owners, in three statements for any number of them.

    A short name taken by what the person may not see is said to be taken, and no more.
    """
    holders = dict.fromkeys(Service.objects.filter(slug__in=slugs).values_list("slug", flat=True), "another team")
    seen = Service.objects.visible_to(access).filter(slug__in=holders)
    holders |= dict(seen.values_list("slug", "scope__team__name"))
    return Surroundings(holders, members_of({person.pk for person in people}))


def members_of(people: Collection[int]) -> Collection[tuple[int, int]]:
    """Who of these (by key) is in which team today; those whose account is closed are in none."""
    current = Membership.objects.current(clock.now().date()).filter(person__in=people, person__is_active=True)
    return set(current.filter(team__isnull=False).values_list("person_id", "team_id"))


def reviewed(services: Collection[int]) -> Collection[int]:
    """Which of these services (by key) have any review."""
    return set(Review.objects.filter(service__in=services).values_list("service_id", flat=True))


def free_slug(name: str) -> str:
    """A short name made from a name that nobody has yet; empty where none can be made."""
    plain = rules.proposed_slug(name)
    if not plain:
        return ""
    return rules.proposed_slug(name, set(Service.objects.filter(slug__startswith=plain).values_list("slug", flat=True)))
