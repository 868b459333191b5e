"""Waivers of a service: which are in force at a moment, what waits for an answer, and the history of one item."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from portal import clock
from portal.models import User
from portal.permissions import Access, Capability
from readiness.choices import ReviewState, ServiceState
from readiness.models import ItemAnswer, Review, Service, Waiver
from readiness.models.waivers import WaiverQuerySet
from readiness.queries import answer_rows, waiting
from readiness.queries import answers as answer_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import after_items
from readiness.rules import waivers as rules


def standing(service: Service, at: datetime.datetime) -> Mapping[str, Waiver]:
    """The waivers in force at a moment, by item key; one statement.

    `at` is now or later: it says which day it is where the team is. For a moment that has passed, `as_of`.
    """
    return _by_key(service, _day(service, at))


def as_of(service: Service, number: int, at: datetime.datetime) -> Mapping[str, Waiver]:
    """The waivers in force at a moment of the past, by item key, as the record stood at event `number`."""
    return _by_key(service, _day(service, at), number)


def open_requests(service: Service) -> Mapping[str, Waiver]:
    """The requests that nobody has settled, by item key: one an item at most; one statement."""
    return {waiver.item_key: waiver for waiver in service.waivers.open().with_ends()}


def to_renew(service: Service, item_key: str) -> Waiver | None:
    """The waiver that a new request for an item would renew: the newest approved one, lapsed or not, unless revoked."""
    return service.waivers.approved().with_ends().filter(item_key=item_key).first()


def speaking(requests: Iterable[Waiver]) -> Waiver | None:
    """Of requests for one item, newest first and read `with_ends`, the one that `Waiver.objects.approved` finds."""
    newest = next((one for one in requests if one.is_approved or one.is_revoked), None)
    return newest if newest is not None and newest.is_approved else None


def next_sequence(service: Service, item_key: str) -> int:
    """The place of the next request for an item; the unique constraint decides between two who ask at once."""
    newest = service.waivers.filter(item_key=item_key).order_by("-sequence").values_list("sequence", flat=True).first()
    return (newest or 0) + 1


def request(waiver: Waiver, today: datetime.date) -> rules.Request:
    """A request as the rules take it, of a waiver that was read `surrounded`, or completed by `related`."""
    renewed: bool = getattr(waiver, "renewed", False)
    ends = rules.Ends(
        verdict="" if waiver.is_open else waiver.settlement.verdict,
        revoked=waiver.is_revoked,
        renewed=renewed,
        expires_on=waiver.expires_on,
    )
    return rules.Request(
        state=rules.state(ends, today),
        critical=waiver.critical,
        renewals=waiver.renewals,
        expires_on=waiver.expires_on,
        asked_by=waiver.asked_by.identity,
        renews_ended=waiver.is_open and waiver.renews is not None and waiver.renews.is_revoked,
    )


def related(newest_first: Sequence[Waiver]) -> None:
    """Says of all requests for one item, read `with_ends`, which were renewed and which renew what; no statement."""
    by_key, approved = {waiver.pk: waiver for waiver in newest_first}, False
    waiver: Any
    for waiver in newest_first:
        waiver.renewed = approved
        approved = approved or (not waiver.is_open and waiver.settlement.verdict == "approved")
        if waiver.renews_id in by_key:
            waiver.renews = by_key[waiver.renews_id]


def person(access: Access, service: Service) -> rules.Person:
    """Who looks at a waiver of the service, as the rules take it."""
    team = service.scope.team_id
    return rules.Person(
        identity=access.person.identity,
        approves=access.can(Capability.WAIVER_APPROVE, team),
        approves_critical=access.can(Capability.WAIVER_APPROVE_CRITICAL, team),
    )


def may_ask(access: Access, service: Service) -> bool:
    """Whether this person may ask for waivers of the service's items."""
    return access.can(Capability.WAIVER_REQUEST, service.scope.team_id)


def asking(answer: ItemAnswer, frame: ReviewFrame, state: str, open_request: Waiver | None) -> rules.Asking:
    """What decides whether a waiver of an item may be asked for; `state` is what the item counts as now."""
    return rules.Asking(
        waivable=frame.items[answer.item_key].waivable,
        state=state,
        closed=_asks_nothing(answer, frame),
        open_request=open_request.asked_by.name if open_request else "",
    )


def _asks_nothing(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """Why an item asks for nothing. One that a go locked, or whose review is closed, still does: it can lapse."""
    if not answer.applies:
        return f"This item does not apply. {answer.left_out_reason}"
    if frame.service.state == ServiceState.RETIRED:
        return "A retired service needs no waiver."
    if frame.review.state == ReviewState.ABANDONED:
        return "This review was given up. Ask in the one that followed it."
    if not frame.has_opened(answer):
        return after_items.NOT_OPEN
    return ""


def answer_for(service: Service, item_key: str) -> ItemAnswer | None:
    """The answer at which a waiver of an item is asked for: of the newest review that asks it, an open one first."""
    asked = service.reviews.exclude(state=ReviewState.ABANDONED).filter(
        answers__item_key=item_key, answers__applies=True
    )
    newest = asked.order_by("-started_at", "-pk")
    found = newest.filter(state=ReviewState.OPEN).first() or newest.first()
    if found is None:
        return None
    review = Review.objects.with_surroundings().get(pk=found.pk)
    answer = review.answers.get(item_key=item_key)
    answer.review = review
    return answer


def state_now(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """What the item counts as at this moment, reckoned from its rows."""
    return str(answer_queries.outcome(answer_rows.of(answer, frame), frame).state)


def surrounded() -> WaiverQuerySet:
    """Waivers with all that their pages and rules read: one statement."""
    around = ("service__scope__team", "service__owner", "renews__revocation", "asked_on__review__release")
    return Waiver.objects.with_ends().with_renewed().select_related(*around)


def visible(access: Access) -> WaiverQuerySet:
    """Those that this person may see, surrounded."""
    return surrounded().visible_to(access)


def owners(waivers: Collection[Waiver]) -> Mapping[int, User]:
    """Whose the item of each waiver is, by the waiver's key: as its newest review has it. Two statements."""
    answers: QuerySet[Any] = ItemAnswer.objects.filter(
        review__service__in={waiver.service_id for waiver in waivers},
        item_key__in={waiver.item_key for waiver in waivers},
        applies=True,
    )
    newest_last = answers.annotate(owned_by=waiting.owner()).order_by("review__started_at", "review")
    owned = {
        (service, key): owner
        for service, key, owner in newest_last.values_list("review__service", "item_key", "owned_by")
    }
    people = User.objects.in_bulk(set(owned.values()))
    keys = {waiver.pk: owned.get((waiver.service_id, waiver.item_key)) for waiver in waivers}
    return {pk: people[owner] for pk, owner in keys.items() if owner in people}


def _by_key(service: Service, day: datetime.date, number: int | None = None) -> Mapping[str, Waiver]:
    return {waiver.item_key: waiver for waiver in service.waivers.standing(day, number).with_ends()}


def _day(service: Service, at: datetime.datetime) -> datetime.date:
    return clock.today_in(service.team.time_zone, at)
