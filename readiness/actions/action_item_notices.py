"""What people hear who were given action items."""

from collections.abc import Sequence

from portal.notifications import Notice
from portal.permissions import Access
from readiness.models import ActionItem


def given(access: Access, items: Sequence[ActionItem]) -> list[Notice]:
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
