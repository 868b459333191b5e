"""Opening action items, once for each thing they come from, and ending those whose origin is settled."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal import canonical, clock, notifications, permissions
from portal.audit import Fact
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.models.base import next_number
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_item_notices, action_item_rows, status
from readiness.choices import ActionOrigin
from readiness.models import ActionItem, CheckOccurrence, Condition, Finding, Service
from readiness.rules import action_items as rules
from readiness.rules.action_items import Terms


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


def open_item(access: Access, *, service: Service, new: NewItem) -> Opened:
    """Opens an action item, or gives the unfinished one that there is for the same origin already.

    Raises DomainError at `title`, `text`, `owner`, `due_on`, `priority` or `tracker`.
    """
    with transaction.atomic():
        permissions.require(access, Capability.ACTION_ITEM_CHANGE, service.scope)
        errors = rules.refusals(new.terms, action_item_rows.today(service)) | action_item_rows.owner_refusals(
            service, new.owner
        )
        if errors:
            raise DomainError.of(errors)
        return add(access, service=service, new=new)


def add(access: Access, *, service: Service, new: NewItem) -> Opened:
    """The same within an action that has asked for its own permission, such as failing a check."""
    status.hold(service)
    item = _item(access, service, new)
    if new.key and (found := action_item_rows.unfinished(service, new.key)):
        return Opened(found, is_new=False)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as clash:
        if found := action_item_rows.unfinished(service, item.origin_key):
            return Opened(found, is_new=False)
        raise Conflict("Another action item was opened at the same moment. Try again.") from clash
    facts: dict[str, Fact] = {
        "origin": item.origin,
        "owner": str(item.owner.public_id),
        "due_on": item.due_on.isoformat(),
        "priority": int(item.priority),
    }
    action_item_rows.keep(access, item, verbs.ACTION_ITEM_OPENED, facts, {"text": item.text})
    notifications.notify_all(action_item_notices.given(access, [item]))
    return Opened(item, is_new=True)


def finish_of(access: Access, *, origin_key: str, service: Service, state: str, reason: str = "") -> ActionItem | None:
    """Ends the unfinished item of an origin that is settled: within that action, which asked for its own permission."""
    item = action_item_rows.unfinished(service, origin_key)
    if item is not None:
        action_item_rows.write(
            access, item, action_item_rows.moved(access, state, reason), item.revision, verbs.ACTION_ITEM_MOVED
        )
    return item


def _item(access: Access, service: Service, new: NewItem) -> ActionItem:
    now, terms = clock.now(), new.terms
    item = ActionItem(
        service=service,
        number=next_number(service.action_items.all()),
        title=texts.tidied(terms.title),
        text=terms.text.strip(),
        owner=new.owner,
        due_on=terms.due_on or rules.proposed_due(terms.priority, action_item_rows.today(service)),
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
    item.remind_at = rules.first_reminder(item.due_on, action_item_rows.zone(service), now)
    item.content_digest = canonical.digest(item.governed_content())
    return item
