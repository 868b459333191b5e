"""Waivers that wait for a person: to be approved or refused, or about to lapse and theirs to renew or make needless."""

from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from portal import clock
from portal.permissions import Access, Capability
from readiness.choices import ServiceState
from readiness.models import ItemAnswer, Waiver, WaiverSettlement
from readiness.models.waivers import WaiverQuerySet
from readiness.queries import waiting, waiver_list, wording
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
    found = Waiver.objects.visible_to(access).exclude(service__state=ServiceState.RETIRED).with_renewed()
    asks = ExpressionWrapper(Q(settlement__isnull=True), output_field=BooleanField())
    waits = found.annotate(asks=asks).filter(_to_answer(access) | _lapsing(access))
    return waits.order_by("-asks", "expires_on", "pk")


def lines(access: Access) -> WaiverQuerySet:
    """The same with what their lines show."""
    return waiting_for(access).select_related("service__scope__team", "asked_by", "settlement__by")


def line(waiver: Waiver) -> WaitingWaiver:
    """One of `lines` as a row."""
    return WaitingWaiver(waiver, wording.title(waiver.item_key, waiver.service), bool(getattr(waiver, "asks", False)))


def _to_answer(access: Access) -> Q:
    needs_decider = Q(critical=True) | Q(renewals__gt=rules.RENEWALS_WITHOUT_A_DECIDER)
    deciding = Q(service__scope__team__in=access.teams_with(Capability.WAIVER_APPROVE_CRITICAL))
    approving = Q(service__scope__team__in=access.teams_with(Capability.WAIVER_APPROVE)) & ~needs_decider
    return Q(settlement__isnull=True) & (deciding | approving) & ~Q(asked_by__identity=access.person.identity)


def _lapsing(access: Access) -> Q:
    """Of waivers read `with_renewed`. A filter, as statements within another nest only so deep in SQLite."""
    answers = ItemAnswer.objects.filter(review__service=OuterRef("service"), item_key=OuterRef("item_key"))
    on_credit = answers.filter(state="waived")
    theirs = on_credit.filter(waiting.owned_by(waiting.standing_for(access.person)))
    renewal = Waiver.objects.open().filter(renews=OuterRef("pk"))
    in_force = Q(settlement__verdict=WaiverSettlement.Verdict.APPROVED, revocation__isnull=True, renewed=False)
    own = Q(asked_by=access.person) | Q(Exists(theirs))
    return in_force & waiver_list.last_days(clock.now()) & own & Q(Exists(on_credit)) & ~Q(Exists(renewal))
