"""The action items of a decision's conditions: the condition says whether it is met, its item follows."""

from collections.abc import Sequence

from portal.permissions import Access
from portal.rules import texts
from readiness.actions import action_items
from readiness.actions.action_items import NewItem
from readiness.choices import ActionOrigin, ActionState, Priority
from readiness.models import Condition, LaunchDecision
from readiness.queries import action_items as action_item_queries
from readiness.rules import action_items as rules
from readiness.rules.action_items import Terms


def open_for(access: Access, decision: LaunchDecision, conditions: Sequence[Condition]) -> None:
    """Opens an item for the owner of each condition of a decision, and drops those of the decision it replaces."""
    earlier = decision.release.decisions.filter(environment=decision.environment, sequence__lt=decision.sequence)
    for replaced in earlier:
        drop(access, replaced, f"Decision {decision.number} replaced the one that asked for it.")
    for one in conditions:
        terms = Terms(texts.tidied(one.text)[: rules.LONGEST_TITLE], one.text, one.due_on, Priority.HIGH)
        origin = f"{decision.get_verdict_display()} for {decision.release.label}, decision {decision.number}"
        new = NewItem(
            terms,
            one.owner,
            ActionOrigin.CONDITION,
            action_item_queries.key_of(one),
            origin[:200],
            decision.get_absolute_url(),
            condition=one,
        )
        action_items.add(access, service=decision.service, new=new)


def drop(access: Access, decision: LaunchDecision, reason: str) -> None:
    """Ends the items of the conditions of a decision that is worth nothing any more: nobody asks for them now."""
    left = decision.conditions.filter(met__isnull=True, action_items__state__in=ActionState.unfinished())
    for one in left:
        action_items.finish_of(
            access,
            origin_key=action_item_queries.key_of(one),
            service=decision.service,
            state=ActionState.DROPPED,
            reason=reason,
        )
