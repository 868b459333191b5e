"""What alerts say to a launch: the trigger “unusual metrics” fires while one stands where it goes. Pure.

product.md, No-go triggers: not applicable before the first deployment. An alert that names no environment of the
service, or one that it does not have, is one of production. One that fires is told even where nothing was deployed yet
as far as the portal knows.

Clear is what a source that is heard says by its silence; who was not heard for too long, or whose posts could not be
taken in, says nothing. A test suite posts at each run. The others post when something changes, and their silence means
little: it is told since when it lasts, and believed for thirty days. An alert that always fires keeps them heard.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from incidents.choices import SourceKind
from portal.dates import day_words
from readiness.choices import EnvironmentKind, ItemState, TriggerState
from readiness.rules.triggers import TITLES, Detail, Key, Trigger

SOURCE = "Alerts"
SHOWN = 5
MOST_COUNTED = 200
LONGEST_SUMMARY = 200
SILENT_HOURS: Mapping[str, int] = MappingProxyType({SourceKind.EVIDENTLY: 48})
"""After how many hours a source that posts at each run is silent."""
SILENT_HOURS_OF_OTHERS = 30 * 24


@dataclass(frozen=True)
class AlertFacts:
    """An alert that fires: its words, its page, and the environment that it names, by name or kind ("": none).

    `strange` is what it names instead where the service has no such environment; `id` is an opaque one.
    """

    name: str
    summary: str
    url: str
    where: str = ""
    strange: str = ""
    id: str = ""


@dataclass(frozen=True)
class Heard:
    """A source of the service's team: when it was last heard, whether it ever told of this service, and whether posts
    of it could not be taken in so far.
    """

    name: str
    kind: str
    last_at: datetime.datetime
    watches: bool = False
    stuck: bool = False

    def is_silent(self, at: datetime.datetime) -> bool:
        """Whether it was not heard for so long that its silence says nothing."""
        return at - self.last_at > datetime.timedelta(hours=silent_hours(self.kind))

    @property
    def words(self) -> str:
        """When it was last heard."""
        utc = self.last_at.astimezone(datetime.UTC)
        return f"{self.name} was last heard {day_words(utc.date())}, {utc:%H:%M} UTC"


@dataclass(frozen=True)
class Place:
    """An environment: what it is called, its kind, and whether anything was ever deployed there."""

    name: str
    kind: str
    deployed: bool


def silent_hours(kind: str) -> int:
    """After how many hours a source of this kind is silent."""
    return SILENT_HOURS.get(kind, SILENT_HOURS_OF_OTHERS)


def stands_in(alert: AlertFacts, place: Place) -> bool:
    """Whether an alert is about this environment."""
    if alert.where:
        return alert.where.casefold() in (place.name.casefold(), place.kind.casefold())
    return place.kind == EnvironmentKind.PRODUCTION


def unusual(
    firing: Sequence[AlertFacts], place: Place, *, heard: Sequence[Heard], url: str, at: datetime.datetime
) -> Trigger | None:
    """What the alerts say to this environment; None where they have nothing to say.

    `heard` are the sources that posted once. `url` leads to the alerts of the service.
    """
    found = [alert for alert in firing if stands_in(alert, place)]
    if found:
        details = tuple(
            Detail(one.name, ItemState.RED, one.summary[:LONGEST_SUMMARY], one.url) for one in found[:SHOWN]
        )
        causes = tuple(f"alert:{one.id}" for one in found)
        return replace(_trigger(TriggerState.FIRING, _words(found), url, at), details=details, causes=causes)
    if not heard or not place.deployed:
        return None
    if lost := _lost(heard, at):
        words = f"{'; '.join(lost)}. So whether an alert fires is not known."
        return _trigger(TriggerState.UNKNOWN, words, url, at)
    newest = max(heard, key=lambda one: one.last_at)
    return _trigger(TriggerState.CLEAR, f"No alert fires; {newest.words}.", url, at)


def _lost(heard: Sequence[Heard], at: datetime.datetime) -> list[str]:
    """What keeps the portal from knowing: posts that it could not take in; a source of the service that is silent, or
    all of its team.
    """
    silent = [one for one in heard if one.is_silent(at)]
    missed = silent if len(silent) == len(heard) else [one for one in silent if one.watches]
    stuck = [f"Posts of {one.name} could not be taken in" for one in heard if one.stuck]
    return [*stuck, *(one.words for one in missed)][:SHOWN]


def _words(found: Sequence[AlertFacts]) -> str:
    strange = sorted({alert.strange for alert in found if alert.strange})[:SHOWN]
    named = ", ".join(f"“{label}”" for label in strange)
    no_place = f" {named}: no environment of this service is called so, which counts as production." if strange else ""
    return f"{_counted(found)}{no_place}"


def _counted(found: Sequence[AlertFacts]) -> str:
    names = ", ".join(alert.name for alert in found[:SHOWN])
    if len(found) == 1:
        return f"One alert fires: {names}."
    many = f"{MOST_COUNTED} alerts or more fire" if len(found) >= MOST_COUNTED else f"{len(found)} alerts fire"
    return f"{many}: {names}{' and others' if len(found) > SHOWN else ''}."


def _trigger(state: TriggerState, facts: str, url: str, at: datetime.datetime) -> Trigger:
    return Trigger(str(Key.UNUSUAL_METRICS), TITLES[Key.UNUSUAL_METRICS], state, facts, SOURCE, at, url=url)
