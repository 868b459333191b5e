"""Reads on a service's targets: who changed which number since."""

import json

from readiness.models import ServiceTarget
from readiness.queries.services import Change
from readiness.rules import targets as rules


def changes_since(head: ServiceTarget, revision: int) -> list[Change]:
    """What was changed after that revision, oldest first. Revision 0 is the empty targets of a new service."""
    rows = list(head.revisions.filter(number__gte=revision).select_related("author", "event").order_by("number"))
    contents = [json.loads(row.content) for row in rows]
    if revision == 0:
        contents = [dict.fromkeys(rules.WORDS), *contents]
    else:
        rows = rows[1:]
    found = []
    for row, before, after in zip(rows, contents, contents[1:], strict=True):
        fields = tuple(name for name in rules.WORDS if before.get(name) != after.get(name))
        found.append(Change(row.number, row.author.name if row.author else "The portal", row.event.at, fields))
    return found
