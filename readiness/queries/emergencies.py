"""Requests for an emergency go, and the picture a decider gets of what it would skip."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from portal import clock
from portal.models import User
from portal.permissions import Access, Capability
from readiness.choices import ServiceState
from readiness.models import EmergencyRequest, Environment, Release, Service
from readiness.queries import launch
from readiness.queries.launch import Launch
from readiness.queries.launch_facts import Owner
from readiness.queries.launch_parts import Whole
from readiness.queries.launch_subjects import Subject
from readiness.rules import emergencies
from readiness.rules.emergencies import Facts, Owed
from readiness.rules.triggers import Trigger


@dataclass(frozen=True)
class Debt:
    """One condition that an emergency go would set, with its owner and its day."""

    owed: Owed
    owner: Owner
    due_on: datetime.date


@dataclass(frozen=True)
class Picture:
    """All that an emergency go looks at: the launch, the request that waits, and what it would leave behind.

    `authors` planned the release or last wrote on an item that counts.
    """

    launch: Launch
    authors: frozenset[UUID]
    request: EmergencyRequest | None
    refusal: str
    may_ask: bool
    may_decide: bool

    @property
    def subject(self) -> Subject:
        """The release and where it is to go."""
        return self.launch.subject

    @property
    def to_accept(self) -> tuple[Trigger, ...]:
        """The triggers that the decider has to accept by name."""
        return emergencies.to_accept(self.launch.watch.triggers)

    @property
    def stands_until(self) -> datetime.datetime | None:
        """When the request lapses."""
        return self.request.asked_at + emergencies.STANDS_FOR if self.request else None

    @property
    def deciders(self) -> list[User]:
        """Who could take the request up: deciders who neither asked nor wrote."""
        asker = self.request.asked_by.identity if self.request else None
        return [one for one in self.launch.deciders if one.identity not in self.authors and one.identity != asker]

    @property
    def debts(self) -> Sequence[Debt]:
        """What it would skip, with whoever catches up on it: the item's owner, the service's for a missing review."""
        owners = {item.answer.item_key: item.owner for item in self.launch.watch.items}
        found = emergencies.owed(self.launch.snapshot.items, self.launch.missing)
        service = self.subject.service
        due, fallback = emergencies.due_on(self.launch.today), Owner(str(service.owner.public_id), service.owner.name)
        return [Debt(one, owners.get(one.item_key, fallback), due) for one in found]


def look(subject: Subject, access: Access, now: datetime.datetime) -> Picture:
    """The picture as a page shows it."""
    return _picture(launch.look(subject, access, now), access, now)


def of(whole: Whole, access: Access, now: datetime.datetime) -> Picture:
    """The picture inside an act, from every item counted anew."""
    return _picture(whole.launch, access, now)


def _picture(seen: Launch, access: Access, now: datetime.datetime) -> Picture:
    subject = seen.subject
    authors, team = seen.snapshot.hands.prepared | {subject.release.planned_by.identity}, subject.service.scope.team_id
    request = waiting(subject.release, subject.environment, now)
    if request is not None and not emergencies.counts(request.asked_by.identity, authors):
        request = None
    return Picture(
        launch=seen,
        authors=authors,
        request=request,
        refusal=emergencies.refusal(
            Facts(
                person=access.person.identity,
                authors=authors,
                closed=subject.closed,
                has_review=seen.watch.review is not None,
                asker=request.asked_by.identity if request else None,
            )
        ),
        may_ask=access.can(Capability.EMERGENCY_ASK, team),
        may_decide=access.can(Capability.DECISION_RECORD, team),
    )


def waiting(release: Release, environment: Environment, now: datetime.datetime) -> EmergencyRequest | None:
    """The request that waits for a decider now."""
    found = EmergencyRequest.objects.filter(release=release, environment=environment)
    return _standing(found, now).select_related("asked_by").first()


def waiting_for(access: Access) -> QuerySet[EmergencyRequest]:
    """Requests that this person could take up: theirs to decide, and asked for by somebody else."""
    found = _standing(EmergencyRequest.objects.all(), clock.now())
    return (
        found.filter(release__service__scope__team__in=access.teams_with(Capability.DECISION_RECORD))
        .filter(release__service__in=Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED))
        .exclude(asked_by__identity=access.person.identity)
        .select_related("release__service", "environment", "asked_by")
        .order_by("asked_at")
    )


def _standing(found: QuerySet[EmergencyRequest], now: datetime.datetime) -> QuerySet[EmergencyRequest]:
    return found.filter(taken_up__isnull=True, asked_at__gt=now - emergencies.STANDS_FOR)
