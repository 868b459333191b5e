"""Everything on a person's own page: each list in one statement."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Window
from django.urls import reverse

from portal import clock
from portal.models import Notification, User
from portal.permissions import Access, Capability
from readiness.catalogue import loader
from readiness.choices import AssignmentRole, ItemState, ServiceState, Stage
from readiness.models import Absence, Condition, ItemAnswer, Review, Service
from readiness.queries import action_items, check_calendar, returns, waiting, wording
from readiness.rules import scoring

SHOWN = 12
"""How many rows of a list the page shows; its head says how many there are."""


@dataclass(frozen=True)
class ItemLine:
    """One item that waits, with its title in the service's wording."""

    answer: ItemAnswer
    title: str
    for_person: Absence | None = None

    @property
    def url(self) -> str:
        """Its place on the review's page."""
        return self.answer.get_absolute_url()

    @property
    def place(self) -> str:
        """The service, and the release or the review."""
        review = self.answer.review
        return f"{review.service.name} {review.release.label if review.release else review.get_kind_display().lower()}"

    @property
    def said(self) -> str:
        """What is short of green, in the words of who answered."""
        return scoring.said(self.answer.rating, self.answer.state, self.answer.text)

    @property
    def asks_again(self) -> bool:
        """Whether an item that came back is green again: changed since it was returned, or its sign-off only void."""
        mended = getattr(self.answer, "mended", False) or not self.answer.returned_id
        return self.answer.state == ItemState.GREEN and mended

    @property
    def blocks(self) -> bool:
        """Whether a go waits for it."""
        before = self.answer.stage == Stage.BEFORE
        return before and (self.answer.critical or self.answer.state == ItemState.RED)


@dataclass(frozen=True)
class ConditionLine:
    """One condition, with the page on which this person states that it is met, or else sees it."""

    condition: Condition
    url: str
    may_meet: bool


@dataclass(frozen=True)
class Held:
    """One domain of one service that this person holds."""

    service: Service
    title: str
    role: AssignmentRole
    since: datetime.datetime


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how many there are in all."""

    rows: Sequence[Any] = ()
    total: int = 0


@dataclass(frozen=True)
class MyWork:
    """Everything on the page. The heads of the first seven are what the count in the shell adds up."""

    signoffs: Listed
    came_back: Listed
    items: Listed
    decisions: Listed
    conditions: Listed
    tiers: Listed
    checks: Listed
    action_items: Listed
    standing_in: Sequence[Absence]
    own_absence: Absence | None
    notices: Sequence[Notification] = field(default_factory=tuple)

    @property
    def together(self) -> Sequence[tuple[Review, int]]:
        """The reviews in which several of the sign-offs shown can be given as one act, and how many each has."""
        counted = Counter(line.answer.review for line in self.signoffs.rows)
        return [(review, number) for review, number in counted.items() if number > 1]

    @property
    def waiting(self) -> int:
        """What the shell's badge says."""
        waiting = (self.signoffs, self.came_back, self.items, self.decisions, self.conditions, self.tiers)
        counted = (*waiting, self.checks, self.action_items)
        return sum(listed.total for listed in counted)


def page(access: Access) -> MyWork:
    """The whole page: ten statements at most, whatever there is."""
    now = clock.now()
    away = _absences(access.person, now)
    standing_in = [absence for absence in away if absence.deputy_id == access.person.pk]
    by_person = {absence.person_id: absence for absence in standing_in}
    return MyWork(
        signoffs=_items(waiting.signoffs(access)),
        came_back=_items(waiting.came_back(access).annotate(mended=returns.mended())),
        items=_items(waiting.items(access), by_person),
        decisions=listed(waiting.decisions(access)),
        conditions=_conditions(access),
        tiers=listed(waiting.tiers(access).select_related("scope__team", "owner")),
        checks=listed(check_calendar.of_person(access, now)),
        action_items=listed(action_items.of_person(access)),
        standing_in=standing_in,
        own_absence=next((absence for absence in away if absence.person_id == access.person.pk), None),
        notices=list(Notification.objects.visible_to(access).filter(read_at__isnull=True)[:6]),
    )


def listed(rows: QuerySet[Any]) -> Listed:
    """The first rows with the number of all, in one statement."""
    found = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return Listed(found, found[0].total if found else 0)


def _items(rows: QuerySet[ItemAnswer], away: Mapping[int, Absence] | None = None) -> Listed:
    wanted = ("review__service__scope__team", "review__release", "rating_by", "returned__returned_by")
    found = listed(rows.select_related(*wanted).annotate(owner_id=waiting.owner()))
    lines = [line(answer, (away or {}).get(answer.owner_id)) for answer in found.rows]
    return Listed(lines, found.total)


def _conditions(access: Access) -> Listed:
    found = listed(waiting.conditions(access))
    return Listed([_condition(row, access) for row in found.rows], found.total)


def _condition(condition: Condition, access: Access) -> ConditionLine:
    decision = condition.decision
    if not access.can(Capability.CONDITION_MEET, decision.service.scope.team_id):
        return ConditionLine(condition, decision.get_absolute_url(), may_meet=False)
    place = [decision.service.slug, decision.number, condition.public_id]
    return ConditionLine(condition, reverse("readiness:condition_meet", args=place), may_meet=True)


def line(answer: ItemAnswer, for_person: Absence | None = None) -> ItemLine:
    """An answer, with its review and service read, as a row."""
    return ItemLine(answer, wording.title(answer.item_key, answer.review.service), for_person)


@dataclass(frozen=True)
class AnsweredFor:
    """What a person answers for: the services they own, and the domains they hold."""

    services: Sequence[Service]
    domains: Sequence[Held]


def answered_for(access: Access) -> AnsweredFor:
    """What this person answers for: one statement."""
    current = Q(assignments__person=access.person, assignments__ended_event__isnull=True)
    rows: QuerySet[Any] = (
        Service.objects.visible_to(access)
        .exclude(state=ServiceState.RETIRED)
        .annotate(held=FilteredRelation("assignments", condition=current))
        .filter(Q(owner=access.person) | Q(held__isnull=False))
        .annotate(held_domain=F("held__domain__key"), held_role=F("held__role"), held_since=F("held__since"))
        .select_related("status")
        .order_by("held__role", "name", "held__domain__position")
    )
    found = list(rows)
    owned = {row.pk: row for row in found if row.owner_id == access.person.pk}
    held = [
        Held(row, loader.ownership_domain(row.held_domain).title, AssignmentRole(row.held_role), row.held_since)
        for row in found
        if row.held_domain
    ]
    return AnsweredFor(sorted(owned.values(), key=lambda service: service.name), held)


def _absences(person: User, now: datetime.datetime) -> list[Absence]:
    """Own absences that stand or come within a fortnight, and those of others in which the person stands in today."""
    today = clock.today_in(person.time_zone, now)
    soon = today + datetime.timedelta(days=14)
    found = (
        Absence.objects.filter(Q(person=person, starts_on__lte=soon) | Q(deputy=person, starts_on__lte=today))
        .filter(cancelled_at__isnull=True, ends_on__gte=today)
        .select_related("person", "deputy")
        .order_by("starts_on")
    )
    return list(found)
