"""What alerts say to a launch: the trigger “unusual metrics” fires while one stands where it goes. Pure.

product.md, No-go triggers: not applicable before the first deployment. An alert that names no environment is one of
production. One that fires is told even where nothing was deployed yet as far as the portal knows.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from readiness.choices import EnvironmentKind, ItemState, TriggerState
from readiness.rules.triggers import TITLES, Detail, Key, Trigger

SOURCE = "Alerts"
SHOWN = 5
MOST_COUNTED = 200
LONGEST_SUMMARY = 200


@dataclass(frozen=True)
class AlertFacts:
    """An alert that fires: its words, its page, and the environment that it names, by name or kind ("": none)."""

    name: str
    summary: str
    url: str
    where: str = ""


@dataclass(frozen=True)
class Place:
    """An environment: what it is called, its kind, and whether anything was ever deployed there."""

    name: str
    kind: str
    deployed: bool


def stands_in(alert: AlertFacts, place: Place) -> bool:
    """Whether an alert is about this environment."""
    if alert.where:
        return alert.where.casefold() in (place.name.casefold(), place.kind.casefold())
    return place.kind == EnvironmentKind.PRODUCTION


def unusual(
    firing: Sequence[AlertFacts], place: Place, *, heard: bool, url: str, at: datetime.datetime
) -> Trigger | None:
    """What the alerts say to this environment; None where they have nothing to say.

    `heard`: a source of them posted once. `url` leads to the alerts of the service.
    """
    found = [alert for alert in firing if stands_in(alert, place)]
    if found:
        details = tuple(
            Detail(one.name, ItemState.RED, one.summary[:LONGEST_SUMMARY], one.url) for one in found[:SHOWN]
        )
        return replace(_trigger(TriggerState.FIRING, _words(found), url, at), details=details)
    if heard and place.deployed:
        return _trigger(TriggerState.CLEAR, "No alert fires.", url, at)
    return None


def _words(found: Sequence[AlertFacts]) -> str:
    names = ", ".join(alert.name for alert in found[:SHOWN])
    if len(found) == 1:
        return f"One alert fires: {names}."
    many = f"{MOST_COUNTED} alerts or more fire" if len(found) >= MOST_COUNTED else f"{len(found)} alerts fire"
    return f"{many}: {names}{' and others' if len(found) > SHOWN else ''}."


def _trigger(state: TriggerState, facts: str, url: str, at: datetime.datetime) -> Trigger:
    return Trigger(str(Key.UNUSUAL_METRICS), TITLES[Key.UNUSUAL_METRICS], state, facts, SOURCE, at, url=url)
