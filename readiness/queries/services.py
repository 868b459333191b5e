"""Reads on one service: who changed what since, who declared its tier, whose short name it is."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass

from portal.models import User
from portal.models.revisions import AbstractRevision
from portal.permissions import Access
from readiness.models import Service
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


def holder_of(slug: str, access: Access) -> str:
    """The team whose service has this short name, as far as the person may see it; "" where nobody has it.

    A short name taken by what the person may not see is said to be taken, and no more.
    """
    if not Service.objects.filter(slug=slug).exists():
        return ""
    seen = Service.objects.visible_to(access).filter(slug=slug).select_related("scope__team").first()
    return seen.scope.team.name if seen else "another team"


def free_slug(name: str) -> str:
    """A short name made from a name that nobody has yet."""
    plain = rules.proposed_slug(name)
    return rules.proposed_slug(name, set(Service.objects.filter(slug__startswith=plain).values_list("slug", flat=True)))
