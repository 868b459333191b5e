"""Waivers of a service: which are in force at a moment, what waits for an answer, and the history of one item."""

import datetime
from collections.abc import Iterable, Mapping

from portal import clock
from readiness.models import Service, Waiver
from readiness.models.waivers import WaiverQuerySet


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


def of_item(service: Service, item_key: str) -> WaiverQuerySet:
    """Every request for an item, newest first, with how it ended."""
    return service.waivers.with_ends().filter(item_key=item_key).order_by("-sequence")


def next_sequence(service: Service, item_key: str) -> int:
    """The place of the next request for an item; the unique constraint decides between two who ask at once."""
    newest = service.waivers.filter(item_key=item_key).order_by("-sequence").values_list("sequence", flat=True).first()
    return (newest or 0) + 1


def _by_key(service: Service, day: datetime.date, number: int | None = None) -> Mapping[str, Waiver]:
    return {waiver.item_key: waiver for waiver in service.waivers.standing(day, number).with_ends()}


def _day(service: Service, at: datetime.datetime) -> datetime.date:
    return clock.today_in(service.team.time_zone, at)
