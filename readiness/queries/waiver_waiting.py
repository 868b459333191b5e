"""Waivers that wait for a person: to be approved or refused, or about to lapse and theirs to renew or make needless."""

import datetime
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from portal import clock
from portal.permissions import Access, Capability
from readiness.choices import ServiceState
from readiness.models import ItemAnswer, Waiver
from readiness.models.waivers import WaiverQuerySet
from readiness.queries import waiting, wording
from readiness.rules import waivers as rules


@dataclass(frozen=True)
class WaitingWaiver:
    """One waiver that waits; `asks` says whether for an answer, else it is about to lapse."""

    waiver: Waiver
    title: str
    asks: bool


def waiting_for(access: Access) -> WaiverQuerySet:
    """Requests that this person may answer, and waivers of theirs that lapse within two weeks; each with `asks`.

    Theirs are those they asked for, and those of items that are theirs to answer or of somebody they stand in for. One
    whose renewal is asked for, or whose item is green meanwhile, waits for nobody.
    """
    asked, lapsing = _to_answer(access), _lapsing(access)
    found = Waiver.objects.visible_to(access).exclude(service__state=ServiceState.RETIRED)
    asks = ExpressionWrapper(Q(pk__in=asked.values("pk")), output_field=BooleanField())
    return (
        found.annotate(asks=asks)
        .filter(Q(asks=True) | Q(pk__in=lapsing.values("pk")))
        .order_by("-asks", "expires_on", "pk")
    )


def lines(access: Access) -> WaiverQuerySet:
    """The same with what their lines show."""
    return waiting_for(access).select_related("service__scope__team", "asked_by", "settlement__by")


def line(waiver: Waiver) -> WaitingWaiver:
    """One of `lines` as a row."""
    return WaitingWaiver(waiver, wording.title(waiver.item_key, waiver.service), bool(getattr(waiver, "asks", False)))


def _to_answer(access: Access) -> WaiverQuerySet:
    needs_decider = Q(critical=True) | Q(renewals__gt=rules.RENEWALS_WITHOUT_A_DECIDER)
    deciding = Q(service__scope__team__in=access.teams_with(Capability.WAIVER_APPROVE_CRITICAL))
    approving = Q(service__scope__team__in=access.teams_with(Capability.WAIVER_APPROVE)) & ~needs_decider
    own = Q(asked_by__identity=access.person.identity)
    return Waiver.objects.open().filter(deciding | approving).exclude(own).order_by()


def _lapsing(access: Access) -> WaiverQuerySet:
    today = clock.today_in(access.person.time_zone)
    until = today + datetime.timedelta(days=rules.SOON_DAYS)
    answers = ItemAnswer.objects.filter(review__service=OuterRef("service"), item_key=OuterRef("item_key"))
    on_credit = answers.filter(state="waived")
    theirs = on_credit.filter(waiting.owned_by(waiting.standing_for(access.person)))
    renewal = Waiver.objects.open().filter(renews=OuterRef("pk"))
    return (
        Waiver.objects.standing(today)
        .filter(Q(asked_by=access.person) | Exists(theirs), Exists(on_credit), ~Exists(renewal), expires_on__lte=until)
        .order_by()
    )
