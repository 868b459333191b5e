"""Action items: the list, the board's columns, one item, and what waits for a person."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from portal import clock
from portal.models import Membership, User
from portal.permissions import Access, Capability
from portal.queries import audit_trail
from portal.queries.audit_trail import Line
from readiness.choices import ActionOrigin, ActionState, CheckResult
from readiness.models import ActionItem, CheckOccurrence, Condition, Finding, Service
from readiness.models.action_items import ActionItemQuerySet
from readiness.queries import waiting
from readiness.rules import gaps

IN_A_LANE = 20
"""How many items a column of the board shows; below it a way to the rest."""
IN_THE_HISTORY = 100


@dataclass(frozen=True)
class Lane:
    """One column of the board: the first items of a state, and how many there are."""

    state: ActionState
    items: Collection[Any]
    total: int


def listed(access: Access) -> ActionItemQuerySet:
    """Every action item this person may see, the first due first: one statement."""
    found = ActionItem.objects.visible_to(access).select_related("service__scope__team", "owner")
    return found.order_by("due_on", "priority", "pk")


def of_service(service: Service) -> ActionItemQuerySet:
    """The unfinished ones of a service, the first due first."""
    return service.action_items.unfinished().select_related("owner").order_by("due_on", "priority", "pk")


def lanes(found: QuerySet[ActionItem]) -> list[Lane]:
    """The same items by state, in the board's columns: one statement a column. What ended is shown newest first."""
    return [_lane(found.filter(state=state), state) for state in ActionState]


def _lane(found: QuerySet[ActionItem], state: ActionState) -> Lane:
    order = ("due_on", "priority", "pk") if state in ActionState.unfinished() else ("-finished_at", "-pk")
    rows = list(found.order_by(*order).annotate(total=Window(Count("pk")))[:IN_A_LANE])
    return Lane(state, rows, rows[0].total if rows else 0)


def overdue(found: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Those whose last day is over. Days differ around the earth: it is over when it is where the clock is last."""
    today = (clock.now() - datetime.timedelta(hours=12)).date()
    return found.filter(state__in=ActionState.unfinished(), due_on__lt=today)


def of_person(access: Access) -> ActionItemQuerySet:
    """What this person, and whoever they stand in for, has to do; first due first.

    Items of conditions are left out: they wait as conditions (`waiting.conditions`), where they are met.
    """
    own = listed(access).unfinished().filter(owner__in=waiting.standing_for(access.person))
    return own.exclude(origin=ActionOrigin.CONDITION)


def history(access: Access, item: ActionItem) -> list[Line]:
    """What happened to it, the newest first, in the words of the record."""
    events = audit_trail.events(access, scope=item.service.scope).filter(
        target_kind="actionitem", target_id=str(item.public_id)
    )
    return audit_trail.lines(access, list(events[:IN_THE_HISTORY]))


def key_of(origin: CheckOccurrence | Condition | Finding | str) -> str:
    """How an item names what it comes from: a check, a condition, a finding, or a gap by its key."""
    if isinstance(origin, str):
        return gaps.origin_key(origin)
    return f"{type(origin).__name__.lower()}:{origin.public_id}"


def of_check(access: Access, occurrence: CheckOccurrence) -> ActionItem | None:
    """What a failed check opened, the newest; None where it did not fail: no statement then."""
    if occurrence.result != CheckResult.FAIL:
        return None
    return listed(access).filter(service=occurrence.service, origin_key=key_of(occurrence)).order_by("-number").first()


def may_change(access: Access, service: Service) -> bool:
    """Whether this person may open and change items of the service."""
    return access.can(Capability.ACTION_ITEM_CHANGE, service.scope.team_id)


def may_move(access: Access, item: ActionItem) -> bool:
    """Whether this person may move it on: its owner may always."""
    return not access.read_only and (item.owner_id == access.person.pk or may_change(access, item.service))


def people(access: Access) -> QuerySet[User]:
    """Who can be given items in the teams in which this person may: everybody who is in them today."""
    teams = access.teams_with(Capability.ACTION_ITEM_CHANGE)
    held = Membership.objects.current(clock.now().date()).filter(person=OuterRef("pk"), team__in=teams)
    return User.objects.filter(Exists(held), is_active=True).order_by("name")


def searched(found: QuerySet[ActionItem], words: str) -> QuerySet[ActionItem]:
    """By words of the title, the service or the owner."""
    return found.filter(
        Q(title__icontains=words)
        | Q(service__name__icontains=words)
        | Q(service__slug__icontains=words)
        | Q(owner__name__icontains=words)
    )


def unfinished_by_origin(service: Service, keys: Iterable[str]) -> dict[str, ActionItem]:
    """The unfinished items of these origins, by the key of the origin: one statement."""
    found = of_service(service).filter(origin_key__in=list(keys))
    items = {item.origin_key: item for item in found}
    for item in items.values():
        item.service = service
    return items
