"""Handing over what a person owns to somebody else, in one step: who leaves or goes away leaves nothing behind."""

from collections.abc import Collection, Sequence

from django.db import transaction

from portal import permissions
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access
from portal.rules import texts
from readiness.actions import (
    action_item_changes,
    answers,
    applicability,
    ownership,
    service_changes,
    service_locks,
    status,
)
from readiness.actions.action_item_changes import Change
from readiness.choices import AssignmentRole
from readiness.models import ActionItem, Assignment, ItemAnswer, Service
from readiness.queries import holdings
from readiness.queries.holdings import Holding


def hand_over(access: Access, *, person: User, to: User, keys: Collection[str]) -> list[Holding]:
    """Gives the chosen things a person owns to another, all or none. Returns what was handed over.

    `keys` are those of `queries.holdings.Holding`. Raises DomainError at `to`, or at `things` with a sentence for each
    thing that cannot be given to them by who asks. Each change is recorded and told as if it were made by itself.
    """
    if errors := _refusals(person, to, keys):
        raise DomainError.of(errors)
    with transaction.atomic():
        permissions.require_writing(access)
        held = {one.key: one for one in holdings.of_person(person, access)}
        chosen = [one for key, one in held.items() if key in keys]
        _hold(chosen)
        refused = [] if len(chosen) == len(keys) else [f"Some of it is no longer {person.name}'s. Look again."]
        for one in chosen:
            try:
                with transaction.atomic():
                    _give(access, one, person, to)
            except DomainError as refusal:
                refused.append(f"{one.title} of {one.service.name}: {refusal.message}")
        if refused:
            raise DomainError.of({"things": refused})
    return chosen


def _hold(chosen: Sequence[Holding]) -> None:
    """Locks all that these things lock one by one: from the second on the head of the record, locked last, is taken."""
    owned = [one.thing for one in chosen if isinstance(one.thing, Service)]
    given = [one.thing for one in chosen if isinstance(one.thing, ItemAnswer)]
    service_locks.hold(owned)
    applicability.hold(owned, given)
    status.hold(*(one.service for one in chosen))


def _refusals(person: User, to: User, keys: Collection[str]) -> texts.Refusals:
    errors: dict[str, list[str]] = {}
    if to.pk == person.pk:
        errors["to"] = [f"{person.name} has it now. Choose somebody else."]
    if not to.is_active:
        errors["to"] = [f"The account of {to.name} is closed."]
    if not keys:
        errors["things"] = ["Choose what is handed over."]
    return errors


def _give(access: Access, held: Holding, person: User, to: User) -> None:
    match held.thing:
        case Service() as service:
            facts, restricted = service_changes.declared(service), service.scope.restricted
            service_changes.change(
                access, service=service, owner=to, facts=facts, restricted=restricted, revision=service.revision
            )
        case Assignment() as assignment:
            _give_domain(access, assignment, person, to)
        case ItemAnswer() as answer:
            answers.assign(access, answer=answer, person=to)
        case ActionItem() as item:
            action_item_changes.change(access, item=item, wanted=Change(owner=to), revision=item.revision)


def _give_domain(access: Access, held: Assignment, person: User, to: User) -> None:
    """Who is accountable is replaced; who supports ends, and the other begins unless they hold the domain already."""
    service, domain = held.service, held.domain
    if held.role == AssignmentRole.ACCOUNTABLE:
        ownership.assign(access, service=service, domain=domain, person=to, role=held.role)
        return
    ownership.vacate(access, service=service, domain=domain, person=person, reason=f"{to.name} takes over.")
    if not Assignment.objects.current().filter(service=service, domain=domain, person=to).exists():
        ownership.assign(access, service=service, domain=domain, person=to, role=held.role)
