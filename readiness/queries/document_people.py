"""Who is told of a document: its keeper or who stands in, and whoever leads its team where that did not help."""

import datetime
from collections.abc import Collection, Sequence

from django.db.models import Q

from portal import access as portal_access
from portal.models import User
from portal.models.documents import AbstractDocument
from portal.permissions import Capability
from readiness.models import Service
from readiness.queries import absences, ownership

MOST_NAMES = 50


def named(service: Service, names: Sequence[str]) -> list[User]:
    """Whom of those that can see the service a document means by these names or e-mail addresses: one statement.

    Who is named in other words is not found, and not told.
    """
    if not names:
        return []
    wanted = Q()
    for name in names[:MOST_NAMES]:
        wanted |= Q(name__iexact=name) | Q(email__iexact=name)
    return list(ownership.candidates(service).filter(wanted))


def told(document: AbstractDocument, escalated: bool, now: datetime.datetime) -> Collection[User]:
    """The keeper, or their deputy while they are away; with `escalated`, or for a closed account, the leads too."""
    keeper = document.keeper
    people = [absences.deputies(now).get(keeper.pk, keeper)] if keeper.is_active else []
    if escalated or not people:
        people += portal_access.people_who_can(Capability.SERVICE_EDIT, document.scope)
    return list({person.pk: person for person in people}.values())
