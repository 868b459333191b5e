"""Accounts and the persons behind them: four-eyes counts persons, so accounts of one person are said to be one's.

The portal cannot know it by itself. Who administers people says so, with a reason, on the record; what somebody signed
by another account of theirs is void from then on, in the same transaction.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from portal import audit, extension_points, notifications, permissions, verbs
from portal.audit import Verb
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.rules import texts

LONGEST_REASON = 300


def are_one(access: Access, *, person: User, email: str, reason: str) -> User:
    """Says that the account of this address belongs to the same person; returns it. Raises at `email` and `reason`."""
    with transaction.atomic():
        permissions.require(access, Capability.PEOPLE_MANAGE)
        reason = texts.name(reason, "reason", limit=LONGEST_REASON, needed="Say how you know.")
        other = User.objects.visible_to(access).filter(email=email.strip().lower()).first()
        if other is None:
            raise DomainError.of({"email": ["There is no account with this address."]})
        person, other = _held(person, other)
        if person.identity == other.identity:
            words = "This is the same account." if person.pk == other.pk else "They are known as one person already."
            raise DomainError.of({"email": [words]})
        User.objects.filter(identity=other.identity).update(identity=person.identity)
        other.identity = person.identity
        _record(access, verbs.PERSON_SAME, person, other, reason)
        for settle in extension_points.same_person:
            settle(access, person)
    return other


def are_two(access: Access, *, person: User, reason: str) -> None:
    """Takes it back for one account: another human being. What was void meanwhile stays so. Raises at `reason`."""
    with transaction.atomic():
        permissions.require(access, Capability.PEOPLE_MANAGE)
        reason = texts.name(reason, "reason", limit=LONGEST_REASON, needed="Say how you know.")
        (held,) = _held(person)
        other = User.objects.filter(identity=held.identity).exclude(pk=held.pk).first()
        if other is None:
            raise DomainError(f"{held.name} has no other account.")
        User.objects.filter(pk=held.pk).update(identity=uuid.uuid4())
        _record(access, verbs.PERSON_APART, held, other, reason)


def _held(*people: User) -> Sequence[User]:
    """The accounts as they stand, locked in one order where the database can."""
    keys = [person.pk for person in people]
    found = {one.pk: one for one in User.objects.filter(pk__in=keys).select_for_update().order_by("pk")}
    return [found[key] for key in keys]


def _record(access: Access, verb: Verb, person: User, other: User, reason: str) -> None:
    names = {"name": person.name, "other": other.name, "reason": reason}
    event = audit.record(access, verb, person, facts={"account": str(other.public_id)}, texts=names)
    one = "one person" if verb is verbs.PERSON_SAME else "two persons"
    notifications.notify(
        [person, other],
        kind="accounts",
        key=f"accounts:{event.number}",
        subject=f"{person.name} and {other.name} count as {one} now: {reason}",
        url=reverse("portal:person", args=[person.public_id]),
        scope=None,
        by=access,
    )
