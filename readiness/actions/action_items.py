"""Action items: opening one for whatever it comes from, changing it, moving it on; many at once with a report."""

import datetime
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from portal import access as portal_access
from portal import audit, canonical, clock, notifications, permissions, revisions
from portal.audit import Fact, Verb
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.notifications import Notice
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import status
from readiness.choices import ActionOrigin, ActionState
from readiness.extension_points import action_item_holds
from readiness.models import (
    ActionItem,
    ActionItemRevision,
    CheckOccurrence,
    Condition,
    Finding,
    Service,
)
from readiness.models.reviews import next_number
from readiness.rules import action_items as rules
from readiness.rules.action_items import Terms

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class NewItem:
    """What is to be opened. `key` names what it comes from within the service; empty: it was opened by hand.

    `origin_text` and `origin_url` say to a reader where it comes from.
    """

    terms: Terms
    owner: User
    origin: str = ActionOrigin.OTHER
    key: str = ""
    origin_text: str = ""
    origin_url: str = ""
    occurrence: CheckOccurrence | None = None
    condition: Condition | None = None
    finding: Finding | None = None


@dataclass(frozen=True)
class Opened:
    """The item that stands for what was asked, and whether it was opened just now."""

    item: ActionItem
    is_new: bool


@dataclass(frozen=True)
class Change:
    """What is to become of an item; None leaves a field as it is."""

    title: str | None = None
    text: str | None = None
    owner: User | None = None
    due_on: datetime.date | None = None
    priority: int | None = None
    tracker: str | None = None
    state: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """What became of one of several items: changed, or why it was not.

    `revision` is the one to send when somebody asks again: after a conflict they have been told what stands now.
    """

    item: ActionItem
    refusal: str = ""
    revision: int = 0


def open_item(access: Access, *, service: Service, new: NewItem) -> Opened:
    """Opens an action item, or gives the unfinished one that there is for the same origin already.

    Raises DomainError at `title`, `text`, `owner`, `due_on`, `priority` or `tracker`.
    """
    with transaction.atomic():
        permissions.require(access, Capability.ACTION_ITEM_CHANGE, service.scope)
        errors = rules.refusals(new.terms, _today(service)) | _owner_refusals(service, new.owner)
        if errors:
            raise DomainError.of(errors)
        return add(access, service=service, new=new)


def add(access: Access, *, service: Service, new: NewItem) -> Opened:
    """The same within an action that has asked for its own permission, such as failing a check."""
    status.hold(service)
    item = _item(access, service, new)
    if new.key and (found := _unfinished(service, new.key)):
        return Opened(found, is_new=False)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as clash:
        if found := _unfinished(service, item.origin_key):
            return Opened(found, is_new=False)
        raise Conflict("Another action item was opened at the same moment. Try again.") from clash
    facts: dict[str, Fact] = {
        "origin": item.origin,
        "owner": str(item.owner.public_id),
        "due_on": item.due_on.isoformat(),
        "priority": int(item.priority),
    }
    _keep(access, item, verbs.ACTION_ITEM_OPENED, facts, {"text": item.text})
    notifications.notify_all(_given(access, [item]))
    return Opened(item, is_new=True)


def change(access: Access, *, item: ActionItem, wanted: Change, revision: int) -> ActionItem:
    """Changes what an item says, who owns it, when it is due, or where it stands. `revision` is the one seen.

    Whoever owns it may move it and link it to a tracker, whatever their role. Raises Conflict when somebody was faster,
    DomainError at the fields' names, also where its origin holds it (extension_points.action_item_holds).
    """
    with transaction.atomic():
        was = item.owner_id
        status.hold(item.service)
        _change(access, item, wanted, revision)
        if item.owner_id != was:
            notifications.notify_all(_given(access, [item]))
    return item


def change_all(access: Access, *, chosen: Sequence[tuple[ActionItem, int]], wanted: Change) -> list[Report]:
    """The same change of several items, each with the revision seen: what can be changed is, and each row says so.

    A new owner is told once of all they were given. Raises DomainError where no item could be changed like that.
    """
    if not chosen or len(chosen) > MOST_AT_ONCE:
        raise DomainError("Pick one item at least." if not chosen else f"At most {MOST_AT_ONCE} at once.")
    if replace(wanted, reason="") == Change():
        raise DomainError("Choose what is to change: the owner, the date, the priority or the state.")
    if wanted.state is not None and (errors := rules.move_refusals(wanted.state, wanted.reason.strip())):
        raise DomainError.of(errors)
    reports, given = [], []
    with transaction.atomic():
        # All at once: from the second item on this transaction has the head of the record, which is locked last.
        status.hold(*(item.service for item, _ in chosen))
        for item, revision in chosen:
            was = item.owner_id
            try:
                with transaction.atomic():
                    _change(access, item, wanted, revision)
            except DomainError as refusal:
                again = item.revision if isinstance(refusal, Conflict) else revision
                reports.append(Report(item, refusal.message, again))
            else:
                reports.append(Report(item))
                given += [item] if item.owner_id != was else []
        notifications.notify_all(_given(access, given))
    return reports


def finish_of(access: Access, *, origin_key: str, service: Service, state: str, reason: str = "") -> ActionItem | None:
    """Ends the unfinished item of an origin that is settled: within that action, which asked for its own permission."""
    item = _unfinished(service, origin_key)
    if item is not None:
        _write(access, item, _moved(access, state, reason), item.revision, verbs.ACTION_ITEM_MOVED)
    return item


def _change(access: Access, item: ActionItem, wanted: Change, revision: int) -> None:
    """Within a transaction that holds the item's service."""
    _require(access, item, wanted)
    fields = {
        name: value
        for name in ("title", "text", "owner", "due_on", "priority", "tracker")
        if (value := getattr(wanted, name)) is not None and value != getattr(item, name)
    }
    moves = wanted.state is not None and (wanted.state != item.state or wanted.reason != item.reason)
    if errors := _refusals(item, fields, wanted if moves else Change()):
        raise DomainError.of(errors)
    if not fields and not moves:
        return
    if moves:
        fields |= _moved(access, wanted.state or "", wanted.reason.strip())
    _write(access, item, fields, revision, verbs.ACTION_ITEM_MOVED if moves else verbs.ACTION_ITEM_CHANGED)


def _require(access: Access, item: ActionItem, wanted: Change) -> None:
    """The owner moves their own item on; anything else needs a role of the team."""
    only_moved = (wanted.title, wanted.text, wanted.owner, wanted.due_on, wanted.priority) == (None,) * 5
    if item.owner_id == access.person.pk and only_moved:
        permissions.require_writing(access)
    else:
        permissions.require(access, Capability.ACTION_ITEM_CHANGE, item.service.scope)


def _refusals(item: ActionItem, fields: Mapping[str, Any], move: Change) -> texts.Refusals:
    said = {name: fields.get(name, getattr(item, name)) for name in ("title", "text", "due_on", "priority", "tracker")}
    errors = rules.refusals(Terms(**said), _today(item.service), was_due_on=item.due_on)
    if "owner" in fields:
        errors |= _owner_refusals(item.service, fields["owner"])
    if move.state is not None:
        errors |= rules.move_refusals(move.state, move.reason.strip())
        if not errors and move.state in ActionState.unfinished() and item.is_finished and _twin(item):
            errors["state"] = ["Another item was opened for the same since: that one stands for it."]
    return errors or _held(item, {**fields, **({"state": move.state} if move.state else {})})


def _held(item: ActionItem, fields: Mapping[str, Any]) -> texts.Refusals:
    """What the thing it comes from says to the change, at the field that it is about."""
    reason = action_item_holds[item.origin](item, fields) if item.origin in action_item_holds else ""
    name = next((one for one in ("state", "owner", "due_on") if one in fields), "")
    return {name: [reason]} if reason else {}


def _owner_refusals(service: Service, owner: User) -> texts.Refusals:
    if not owner.is_active:
        return {"owner": [f"The account of {owner.name} is closed. Choose somebody who can sign in."]}
    if not portal_access.access_of(owner).sees(service.scope):
        return {"owner": [f"{owner.name} cannot see this service. Choose somebody of its team."]}
    return {}


def _twin(item: ActionItem) -> bool:
    found = _unfinished(item.service, item.origin_key)
    return found is not None and found.pk != item.pk


def _moved(access: Access, state: str, reason: str) -> dict[str, Any]:
    finished = state not in ActionState.unfinished()
    return {
        "state": state,
        "reason": reason if state == ActionState.DROPPED else "",
        "finished_by": access.person if finished else None,
        "finished_at": clock.now() if finished else None,
    }


def _item(access: Access, service: Service, new: NewItem) -> ActionItem:
    now, terms = clock.now(), new.terms
    item = ActionItem(
        service=service,
        number=next_number(service.action_items.all()),
        title=texts.tidied(terms.title),
        text=terms.text.strip(),
        owner=new.owner,
        due_on=terms.due_on or rules.proposed_due(terms.priority, _today(service)),
        priority=terms.priority,
        tracker=terms.tracker,
        origin=new.origin,
        origin_text=new.origin_text,
        origin_url=new.origin_url,
        occurrence=new.occurrence,
        condition=new.condition,
        finding=new.finding,
        opened_by=access.person,
        opened_at=now,
        revision=1,
    )
    item.origin_key = new.key or f"other:{item.public_id}"
    item.remind_at = rules.first_reminder(item.due_on, _zone(service), now)
    item.content_digest = canonical.digest(item.governed_content())
    return item


def _write(access: Access, item: ActionItem, fields: Mapping[str, Any], revision: int, verb: Verb) -> None:
    """Moves the row on from the revision seen, and keeps what it says now. Else it is as whoever was faster left it."""
    named = sorted(fields)
    for name, value in fields.items():
        setattr(item, name, value)
    item.remind_at = None if item.is_finished else rules.first_reminder(item.due_on, _zone(item.service), clock.now())
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
    _keep(access, item, verb, said, {"reason": item.reason} if verb is verbs.ACTION_ITEM_MOVED else {})


def _keep(access: Access, item: ActionItem, verb: Verb, facts: Mapping[str, Fact], said: Mapping[str, str]) -> None:
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


def _given(access: Access, items: Sequence[ActionItem]) -> list[Notice]:
    """What is said to people who were given items by somebody else: one notice for each person and service."""
    by_place: dict[tuple[int, int], list[ActionItem]] = {}
    for item in items:
        if item.owner_id != access.person.pk:
            by_place.setdefault((item.owner_id, item.service_id), []).append(item)
    return [_gift(access, found) for found in by_place.values()]


def _gift(access: Access, items: Sequence[ActionItem]) -> Notice:
    first, service = items[0], items[0].service
    what = f"“{first.title}”" if len(items) == 1 else f"{len(items)} action items"
    return Notice(
        recipients=[first.owner],
        kind="action-item-given",
        key=f"action-item-given-{first.public_id}-{first.revision}",
        subject=f"{access.person.name} gave you {what} of {service.name}",
        url=first.get_absolute_url(),
        scope=service.scope,
    )


def _unfinished(service: Service, key: str) -> ActionItem | None:
    found = ActionItem.objects.unfinished().filter(service=service, origin_key=key)
    return found.select_related("owner", "service__scope__team").first()


def _zone(service: Service) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(service.team.time_zone)


def _today(service: Service) -> datetime.date:
    return clock.today_in(service.team.time_zone)
