"""From a gap to its action item, in one press."""

from django.db import transaction

from portal import clock
from portal.errors import DomainError
from portal.permissions import Access
from portal.rules import texts
from readiness.actions import action_items
from readiness.actions.action_items import NewItem, Opened
from readiness.choices import ActionOrigin
from readiness.models import Service
from readiness.queries import action_items as action_item_queries
from readiness.queries import gaps as gap_queries
from readiness.rules import action_items as rules
from readiness.rules import gaps


def follow_up(access: Access, *, service: Service, key: str) -> Opened:
    """Opens the action item of a gap, with the gap's title and owner and a date by what it weighs; once while it runs.

    `service` as `queries.service_page.glanced` reads it. Raises DomainError where the gap is closed already.
    """
    with transaction.atomic():
        now = clock.now()
        found = next((one for one in gap_queries.of_service(service, now) if one.gap.key == key), None)
        if found is None:
            raise DomainError("This gap is closed: nothing is left to be done about it.")
        if found.item is not None:
            return Opened(found.item, is_new=False)
        priority = gaps.priority(found.scored)
        due_on = rules.proposed_due(priority, clock.today_in(service.team.time_zone, now))
        title = texts.tidied(found.gap.title)[: rules.LONGEST_TITLE]
        new = NewItem(
            terms=rules.Terms(title, found.gap.why[: rules.LONGEST_TEXT], due_on, priority),
            owner=found.owner,
            origin=ActionOrigin.GAP,
            key=action_item_queries.key_of(key),
            origin_text=f"{found.gap.state.label.lower()}, {found.scored.in_full}",
            origin_url=found.gap.url,
        )
        return action_items.open_item(access, service=service, new=new)
