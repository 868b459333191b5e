"""The list of all waivers a person may see: each with its state on the day it is where its team is."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, DateField, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When

from portal import clock, dates
from portal.permissions import Access
from readiness.choices import ServiceState, WaiverState
from readiness.models import Service, Waiver
from readiness.models.waivers import WaiverQuerySet
from readiness.queries import template_versions, waivers
from readiness.rules import waivers as rules

ZONE = "service__scope__team__time_zone"
ORDER = (WaiverState.ASKED, WaiverState.STANDING, WaiverState.LAPSED)
"""What comes first in the list; what is over comes last."""


@dataclass(frozen=True)
class Around:
    """What the list can be narrowed to, as choices: what waivers there are of, and who approved any."""

    services: list[tuple[str, str]]
    teams: list[tuple[str, str]]
    approvers: list[tuple[str, str]]


def listed(access: Access, now: datetime.datetime) -> WaiverQuerySet:
    """The waivers this person may see, each with `state` and `today` where its team is: one statement."""
    found = waivers.visible(access).annotate(today=_today_there(now))
    return found.annotate(state=_state()).annotate(rank=_rank()).order_by("rank", "expires_on", "pk")


def of_service(service: Service, now: datetime.datetime) -> WaiverQuerySet:
    """What there is to know of a service's waivers now: asked for, in force, or lapsed and not renewed."""
    today = Value(clock.today_in(service.team.time_zone, now), DateField())
    found = waivers.surrounded().filter(service=service).annotate(today=today).annotate(state=_state())
    return found.filter(state__in=ORDER).annotate(rank=_rank()).order_by("rank", "expires_on", "pk")


def chain(waiver: Waiver) -> WaiverQuerySet:
    """Every request for the same item of the same service, newest first: one statement."""
    return waivers.surrounded().filter(service=waiver.service, item_key=waiver.item_key).order_by("-sequence")


def in_state(found: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Those of a list in one of the states that its filter knows. Nothing of a retired service runs on credit."""
    if value == "ended":
        return found.exclude(state__in=ORDER)
    if value == "lapsing":
        soon = F("today") + datetime.timedelta(days=rules.SOON_DAYS)
        return in_state(found, WaiverState.STANDING).filter(expires_on__lte=ExpressionWrapper(soon, DateField()))
    if value == WaiverState.STANDING:
        found = found.exclude(service__state=ServiceState.RETIRED)
    return found.filter(state=value)


def last_days(now: datetime.datetime) -> Q:
    """Those that hold today and lapse within two weeks where their team is: `lapsing`, for approved ones.

    It nests less than the day as an expression does, so that it fits into the statement on what waits for a person.
    """
    found, elsewhere = Q(), _elsewhere(now)
    for day, names in elsewhere.items():
        found |= Q(_until(day), **{f"{ZONE}__in": names})
    others = [name for names in elsewhere.values() for name in names]
    return found | Q(_until(clock.today_in("UTC", now)), ~Q(**{f"{ZONE}__in": others}))


def around(access: Access) -> Around:
    """The choices of the filters: one statement."""
    names = ("service__slug", "service__name", "service__scope__team__slug", "service__scope__team__name")
    approver = ("settlement__verdict", "settlement__by__public_id", "settlement__by__name")
    rows = list(Waiver.objects.visible_to(access).order_by().values_list(*names, *approver).distinct())
    return Around(
        services=_sorted({(slug, name) for slug, name, *_ in rows}),
        teams=_sorted({(slug, name) for _, _, slug, name, *_ in rows}),
        approvers=_sorted({(str(who), name) for *_, verdict, who, name in rows if verdict == "approved"}),
    )


def items_called(words: str) -> list[str]:
    """The keys of items whose title has these words."""
    return [key for key, title in template_versions.titles().items() if words.lower() in title.lower()]


def _sorted(choices: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: choice[1].lower())


def _until(today: datetime.date) -> Q:
    return Q(expires_on__range=(today, today + datetime.timedelta(days=rules.SOON_DAYS)))


def _elsewhere(now: datetime.datetime) -> dict[datetime.date, tuple[str, ...]]:
    """The zones that have another day than UTC."""
    return {day: names for day, names in dates.zones_by_day(now).items() if "UTC" not in names}


def _today_there(now: datetime.datetime) -> Case:
    """The day it is where the waiver's team is."""
    cases = [When(**{f"{ZONE}__in": names}, then=Value(day)) for day, names in _elsewhere(now).items()]
    return Case(*cases, default=Value(clock.today_in("UTC", now)), output_field=DateField())


def _state() -> Case:
    """`rules.waivers.state`, as an expression over `renewed` and `today`."""
    return Case(
        When(settlement__isnull=True, then=Value(WaiverState.ASKED.value)),
        When(settlement__verdict="refused", then=Value(WaiverState.REFUSED.value)),
        When(settlement__verdict="withdrawn", then=Value(WaiverState.WITHDRAWN.value)),
        When(revocation__isnull=False, then=Value(WaiverState.REVOKED.value)),
        When(renewed=True, then=Value(WaiverState.RENEWED.value)),
        When(expires_on__gte=F("today"), then=Value(WaiverState.STANDING.value)),
        default=Value(WaiverState.LAPSED.value),
        output_field=CharField(),
    )


def _rank() -> Case:
    cases = [When(state=state.value, then=Value(place)) for place, state in enumerate(ORDER)]
    return Case(*cases, default=Value(len(ORDER)), output_field=IntegerField())
