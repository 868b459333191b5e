"""Whose an item of a review is, and by what; who watches it after the go."""

from collections.abc import Mapping

from portal.models import User
from readiness.catalogue import loader
from readiness.choices import AssignmentRole, Stage
from readiness.models import Assignment, ItemAnswer, Review
from readiness.rules import after_items


def owned_as(answer: ItemAnswer, accountable: Mapping[str, User]) -> str:
    """By what it is its owner's: given to them, or the domain is theirs, or the service (product.md, Ownership)."""
    domain = loader.ownership_domain(answer.domain_key).title if answer.domain_key else ""
    if answer.assignee:
        return "this item was given to them"
    if answer.domain_key in accountable:
        return f"accountable for {domain[0].lower()}{domain[1:]}"
    return (
        f"owns the service; nobody is accountable for {domain[0].lower()}{domain[1:]}" if domain else "owns the service"
    )


def watched_by(answer: ItemAnswer, accountable: Mapping[str, User]) -> str:
    """The name of whoever is accountable for watching, for an item after the go; "" for any other."""
    watching = accountable.get(after_items.WATCHING) if answer.stage == Stage.AFTER else None
    return watching.name if watching else ""


def accountable(review: Review) -> Mapping[str, User]:
    """Who is accountable for each domain of the review's service today, by the domain's key: one statement."""
    held = Assignment.objects.current().filter(service=review.service, role=AssignmentRole.ACCOUNTABLE)
    return {assignment.domain.key: assignment.person for assignment in held.select_related("domain", "person")}
