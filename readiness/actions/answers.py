"""Answering an item: a point, the rating, the text, a measured value, the assignee. Conflicts are by field."""

from collections.abc import Mapping

from django.db import transaction

from portal import audit, permissions
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, answer_writes, whereabouts
from readiness.models import ItemAnswer
from readiness.queries import ownership
from readiness.rules import measured_values


def mark_point(
    access: Access, *, answer: ItemAnswer, number: int, state: str, reason: str = "", version: int
) -> ItemAnswer:
    """Ticks a point, opens it again, or sets it aside as not applicable with a reason.

    `version` is the tick's version the person saw (0: never touched). Raises Conflict when it has moved on,
    DomainError when the item is signed or locked, the point does not exist or a reason is missing.
    """
    point = answer_writes.of_point(access, number=number, state=state, reason=reason, version=version)
    return answer_writes.write(access, answer, [point])


def rate(access: Access, *, answer: ItemAnswer, rating: str, version: int) -> ItemAnswer:
    """Rates the item red, yellow or green, or takes the rating back ("").

    Green is refused while something is missing; red and yellow need one sentence on what is missing.
    """
    return answer_writes.write(access, answer, [answer_writes.of_rating(access, answer, rating, version)])


def rate_and_describe(
    access: Access, *, answer: ItemAnswer, rating: str, version: int, text: str, text_version: int
) -> ItemAnswer:
    """Rates the item with the sentence that says what is missing: both are saved as one, or neither is.

    Raises what `describe` and `rate` raise; the field of a Conflict says which of the two somebody else changed.
    """
    said = answer_writes.of_text(access, text, text_version)
    return answer_writes.write(access, answer, [said, answer_writes.of_rating(access, answer, rating, version)])


def describe(access: Access, *, answer: ItemAnswer, text: str, version: int) -> ItemAnswer:
    """Writes what is to be said about the item. A yellow or red item keeps at least one sentence."""
    return answer_writes.write(access, answer, [answer_writes.of_text(access, text, version)])


def measure(access: Access, *, answer: ItemAnswer, name: str, value: str, version: int) -> ItemAnswer:
    """Enters one measured value; the portal decides against the targets. An empty value takes it out."""
    return answer_writes.write(access, answer, [answer_writes.of_value(access, name, value, version)])


def add_guardrail(access: Access, *, answer: ItemAnswer, parts: Mapping[str, str]) -> ItemAnswer:
    """Adds a guardrail (name, value, direction, limit) under the next free number, all parts as one.

    Raises DomainError at the part that is wrong, and at the name where that name has such a limit already.
    """
    parts = {part: text.strip() for part, text in parts.items()}
    with transaction.atomic():
        taken = answer_writes.entered(answer_locks.locked(answer))
        values = {name: text for name, (text, _) in taken.items()}
        number = measured_values.next_guardrail(values)
        if number is None:
            raise DomainError(f"An item has at most {measured_values.MOST_GUARDRAILS} guardrails.")
        if missing := {part: ["Enter it."] for part, text in parts.items() if not text}:
            raise DomainError.of(missing)
        if errors := measured_values.guardrail_refusals(number, parts, values):
            raise DomainError.of(errors)
        names = {measured_values.guardrail_name(number, part): value for part, value in parts.items()}
        writes = [
            answer_writes.of_value(access, name, value, taken[name][1] if name in taken else 0)
            for name, value in names.items()
        ]
        return answer_writes.write(access, answer, writes)


def remove_guardrail(access: Access, *, answer: ItemAnswer, number: int, versions: Mapping[str, int]) -> ItemAnswer:
    """Takes a guardrail out, all parts as one; what it said stays in the answer's revisions.

    `versions` are those of its parts that the person saw. Raises Conflict when one has moved on.
    """
    names = {measured_values.guardrail_name(number, part): version for part, version in versions.items()}
    writes = [answer_writes.of_value(access, name, "", version) for name, version in names.items()]
    return answer_writes.write(access, answer, writes)


def assign(access: Access, *, answer: ItemAnswer, person: User | None) -> None:
    """Gives an item to one person, or back to whoever owns its domain. Not part of what is signed.

    Raises DomainError at `person` for somebody who could not be given a domain of the service either.
    """
    with transaction.atomic():
        service = answer.review.service
        permissions.require(access, Capability.REVIEW_ANSWER, service.scope)
        if not answer.review.is_open:
            raise DomainError("The review is not open.")
        if person is not None and not ownership.candidates(service).filter(pk=person.pk).exists():
            raise DomainError.of({"person": [f"{person.name} cannot see this service. Choose somebody who can."]})
        ItemAnswer.objects.filter(pk=answer.pk).update(assignee=person)
        facts = {**whereabouts.of(answer), "person": str(person.public_id) if person else None}
        texts = {"name": person.name if person else "the owner of its domain"}
        audit.record(access, verbs.ITEM_ASSIGNED, answer, scope=service.scope, facts=facts, texts=texts)
