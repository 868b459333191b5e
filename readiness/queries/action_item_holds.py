"""What a condition and a finding say about changing their action items: both end where they are settled."""

from collections.abc import Mapping
from typing import Any

from readiness.choices import ActionState, FindingState
from readiness.models import ActionItem
from readiness.queries import findings

OF_A_CONDITION = "Its owner, its date and whether it is met stand in the decision that set it."


def of_condition(item: ActionItem, fields: Mapping[str, Any]) -> str:
    """A condition is met on its decision's page; its owner and date are the decision's own words."""
    if "state" in fields and item.is_finished:
        return "Its condition is settled: there is nothing to take up again."
    if fields.get("state") in (ActionState.DONE, ActionState.DROPPED):
        return f"{OF_A_CONDITION} Meet the condition there."
    return OF_A_CONDITION if {"owner", "due_on"} & fields.keys() else ""


def of_finding(item: ActionItem, fields: Mapping[str, Any]) -> str:
    """Nobody drops what compliance found, and it is done when the team has answered; compliance closes the finding."""
    wanted = fields.get("state")
    if item.finding is None or wanted is None:
        return ""
    standing = findings.state(item.finding)
    if standing == FindingState.CLOSED and item.is_finished:
        return "Its finding is closed: there is nothing to take up again."
    if wanted == ActionState.DROPPED and standing != FindingState.CLOSED:
        return "Compliance found this, and compliance alone closes it: answer the finding instead."
    if wanted == ActionState.DONE and standing == FindingState.OPEN:
        return "Answer the finding first: this is done once compliance can look at your answer."
    return ""
