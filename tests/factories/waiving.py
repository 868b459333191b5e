"""Waivers by the product's own actions: asked for by the engineer, settled by the decider or the approver."""

import datetime

from portal import clock
from portal.identity import Proof
from readiness.actions import waivers
from readiness.models import ItemAnswer, Waiver, WaiverSettlement
from readiness.queries import waivers as waiver_queries
from readiness.rules.waivers import Wanted
from tests.factories import reviews
from tests.factories.launches import Scene

CRITICAL, OTHER = "deploy.rollout", "api.endpoints"
REASON, CONTROL = "The vendor delivers in January.", "Two people watch the first hour."


def wanted(days: int = 30, **changed: str) -> Wanted:
    """What is asked for, until so many days from today where the team is (UTC)."""
    day = clock.today_in("UTC") + datetime.timedelta(days=days)
    return Wanted(changed.get("reason", REASON), changed.get("control", CONTROL), day)


def ask(of: Scene, key: str = CRITICAL, days: int = 30, who: str = "engineer") -> Waiver:
    """A request for an item of the scene's review."""
    return waivers.request(of.access(who), answer=reviews.answer(of.review, key), wanted=wanted(days))


def proof(age: datetime.timedelta = datetime.timedelta(seconds=20)) -> Proof:
    """A proof of identity of this age."""
    return Proof("password", clock.now() - age)


def approve(of: Scene, waiver: Waiver, who: str = "decider") -> WaiverSettlement:
    """An approval with a proof of just now."""
    return waivers.approve(of.access(who), waiver=waiver, digest=waiver.content_digest, proof=proof())


def approved(of: Scene, key: str = CRITICAL, days: int = 30, who: str = "decider") -> Waiver:
    """Asked for and approved, as it stands now."""
    asked = ask(of, key, days)
    approve(of, asked, who)
    return again(asked)


def again(waiver: Waiver) -> Waiver:
    """The same as it stands now."""
    return waiver_queries.surrounded().get(pk=waiver.pk)


def state(of: Scene, key: str = CRITICAL) -> str:
    """What an item of the scene's review counts as."""
    return ItemAnswer.objects.get(review=of.review, item_key=key).state
