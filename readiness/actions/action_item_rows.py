"""The row of an action item: moved on from the revision seen, its event and what it said kept."""

import datetime
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portal import access as portal_access
from portal import audit, canonical, clock, revisions
from portal.audit import Fact, Verb
from portal.errors import Conflict
from portal.models import User
from portal.permissions import Access
from portal.rules import texts
from readiness import verbs
from readiness.choices import ActionState
from readiness.models import ActionItem, ActionItemRevision, Service
from readiness.rules import action_items as rules


def owner_refusals(service: Service, owner: User) -> texts.Refusals:
    """Why this person cannot own an item of the service, at `owner`."""
    if not owner.is_active:
        return {"owner": [f"The account of {owner.name} is closed. Choose somebody who can sign in."]}
    if not portal_access.access_of(owner).sees(service.scope):
        return {"owner": [f"{owner.name} cannot see this service. Choose somebody of its team."]}
    return {}


def moved(access: Access, state: str, reason: str) -> dict[str, Any]:
    """The fields of an item that this person moves to a state."""
    finished = state not in ActionState.unfinished()
    return {
        "state": state,
        "reason": reason if state == ActionState.DROPPED else "",
        "finished_by": access.person if finished else None,
        "finished_at": clock.now() if finished else None,
    }


def write(access: Access, item: ActionItem, fields: Mapping[str, Any], revision: int, verb: Verb) -> None:
    """Moves the row on from the revision seen, and keeps what it says now. Else it is as whoever was faster left it."""
    named = sorted(fields)
    for name, value in fields.items():
        setattr(item, name, value)
    item.remind_at = None if item.is_finished else rules.first_reminder(item.due_on, zone(item.service), clock.now())
    item.revision = revision + 1
    item.content_digest = canonical.digest(item.governed_content())
    written = {**fields, "remind_at": item.remind_at, "revision": item.revision, "content_digest": item.content_digest}
    try:
        with transaction.atomic():
            moved = ActionItem.objects.filter(pk=item.pk, revision=revision).update(**written)
    except IntegrityError:
        moved = 0  # another item was opened for the same at this moment
    if not moved:
        item.refresh_from_db()
        raise Conflict(
            "Somebody changed this item in between. What stands now is shown; save again to put yours there."
        )
    said: dict[str, Fact] = {"state": item.state} if verb is verbs.ACTION_ITEM_MOVED else {"fields": named}
    keep(access, item, verb, said, {"reason": item.reason} if verb is verbs.ACTION_ITEM_MOVED else {})


def keep(access: Access, item: ActionItem, verb: Verb, facts: Mapping[str, Fact], said: Mapping[str, str]) -> None:
    """Records an event on an item, and keeps what it says as the revision under that event."""
    chained: dict[str, Fact] = {
        "service": item.service.slug,
        "number": item.number,
        **facts,
        "revision": item.revision,
        "digest": item.content_digest,
    }
    words = {"title": item.title, **said}
    event = audit.record(access, verb, item, scope=item.service.scope, facts=chained, texts=words)
    revisions.add(ActionItemRevision, item, item.governed_content(), event, access)


def unfinished(service: Service, key: str) -> ActionItem | None:
    """The one item that stands for an origin, by its key; None where none is unfinished."""
    found = ActionItem.objects.unfinished().filter(service=service, origin_key=key)
    return found.select_related("owner", "service__scope__team").first()


def zone(service: Service) -> zoneinfo.ZoneInfo:
    """Where the team is, whose days due dates are."""
    return zoneinfo.ZoneInfo(service.team.time_zone)


def today(service: Service) -> datetime.date:
    """The day it is there."""
    return clock.today_in(service.team.time_zone)
