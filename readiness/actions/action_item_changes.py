"""Changing action items: one, or several by the same change; each by the revision that was seen."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from portal import notifications, permissions
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_item_notices, action_item_rows, status
from readiness.choices import ActionState
from readiness.extension_points import action_item_holds
from readiness.models import ActionItem
from readiness.rules import action_items as rules
from readiness.rules.action_items import Terms

MOST_AT_ONCE = 200


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
            notifications.notify_all(action_item_notices.given(access, [item]))
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
        notifications.notify_all(action_item_notices.given(access, given))
    return reports


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
        fields |= action_item_rows.moved(access, wanted.state or "", wanted.reason.strip())
    action_item_rows.write(
        access, item, fields, revision, verbs.ACTION_ITEM_MOVED if moves else verbs.ACTION_ITEM_CHANGED
    )


def _require(access: Access, item: ActionItem, wanted: Change) -> None:
    """The owner moves their own item on; anything else needs a role of the team."""
    only_moved = (wanted.title, wanted.text, wanted.owner, wanted.due_on, wanted.priority) == (None,) * 5
    if item.owner_id == access.person.pk and only_moved:
        permissions.require_writing(access)
    else:
        permissions.require(access, Capability.ACTION_ITEM_CHANGE, item.service.scope)


def _refusals(item: ActionItem, fields: Mapping[str, Any], move: Change) -> texts.Refusals:
    said = {name: fields.get(name, getattr(item, name)) for name in ("title", "text", "due_on", "priority", "tracker")}
    errors = rules.refusals(Terms(**said), action_item_rows.today(item.service), was_due_on=item.due_on)
    if "owner" in fields:
        errors |= action_item_rows.owner_refusals(item.service, fields["owner"])
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


def _twin(item: ActionItem) -> bool:
    found = action_item_rows.unfinished(item.service, item.origin_key)
    return found is not None and found.pk != item.pk
