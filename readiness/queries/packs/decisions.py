"""Waivers and decisions as they stood."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists

from portal import clock
from readiness.choices import DecisionState, EnvironmentKind, LiveVerdict, TriggerState, Verdict
from readiness.models import (
    Condition,
    LaunchDecision,
    LiveDecision,
    Service,
    Waiver,
    WaiverRevocation,
    WaiverSettlement,
)
from readiness.queries import decisions as decision_queries
from readiness.queries import template_versions
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings, person, signature
from readiness.rules import decision_states, pack_decisions
from readiness.rules.pack_decisions import Fact
from readiness.rules.pack_signatures import Signature

_ITEM = re.compile(r"(“[^”]*” is [^.]*\.).*", re.DOTALL)
"""What is said of a single item, and what to do about it: the record needs the first alone."""


def waivers(service: Service, at: Moment, meanings: Meanings) -> tuple[pack_decisions.Waiver, ...]:
    """Waivers asked for by the moment and not over before the period, newest first."""
    asked = service.waivers.with_ends().filter(event_id__lte=at.number, expires_on__gte=at.since)
    asked = asked.select_related("service__scope__team")
    speaking = set(service.waivers.approved(at.number).values_list("pk", flat=True))
    return tuple(
        _waiver(waiver, at, meanings, speaks=waiver.pk in speaking) for waiver in asked.order_by("-asked_at", "-pk")
    )


def decisions(service: Service, at: Moment, meanings: Meanings) -> tuple[pack_decisions.Decision, ...]:
    """Decisions recorded in the period, newest first, the one it began with, and the one the service is headed by."""
    by_then = LaunchDecision.objects.filter(service=service, event_id__lte=at.number)
    found = list(
        by_then.select_related("release", "environment", "decided_by", "on_call", "drill", "service__scope__team")
        .select_related("withdrawal__by", "emergency__request__asked_by")
        .prefetch_related("conditions__owner", "conditions__met__event", "conditions__met__by")
        .order_by("-decided_at", "-pk")
    )
    headline = _headline(found, at)
    earlier = [one for one in found if one.decided_at < at.starts]
    wanted = {one.pk for one in found if one.decided_at >= at.starts}
    wanted |= {one.pk for one in (headline, _headline(earlier, at)) if one is not None}
    return tuple(_decision(one, found, at, meanings, is_headline=one is headline) for one in found if one.pk in wanted)


def _headline(newest_first: Iterable[LaunchDecision], at: Moment) -> LaunchDecision | None:
    """The latest for production, else the latest; a release that was cancelled by then is past."""
    found = [one for one in newest_first if not (one.release.cancelled_at and one.release.cancelled_at <= at.at)]
    live = (one for one in found if one.environment.kind == EnvironmentKind.PRODUCTION)
    return next(live, next(iter(found), None))


def _waiver(waiver: Waiver, at: Moment, meanings: Meanings, *, speaks: bool) -> pack_decisions.Waiver:
    item = template_versions.known_item(waiver.item_key)
    settled = _by_then(getattr(waiver, "settlement", None), at)
    revoked = _by_then(getattr(waiver, "revocation", None), at)
    lapsed = waiver.expires_on < at.day_in(waiver.service.team.time_zone)
    return pack_decisions.Waiver(
        reference=f"W-{waiver.pk}",
        item_key=waiver.item_key,
        item_title=item.title if item else waiver.item_key,
        critical=waiver.critical,
        state=_waiver_state(settled, revoked, lapsed=lapsed, speaks=speaks),
        reason=waiver.reason,
        control=waiver.compensating_control,
        asked_by=person(waiver.asked_by),
        asked_at=waiver.asked_at,
        expires_on=waiver.expires_on,
        renewals=waiver.renewals,
        in_force=speaks and not lapsed,
        approval=_approval(settled, meanings) if settled else None,
        settled_by=person(settled.by, "approver") if settled else None,
        settled_at=settled.at if settled else None,
        note=revoked.reason if revoked else settled.note if settled else "",
        renews=f"W-{waiver.renews_id}" if waiver.renews_id else "",
        revoked_by=person(revoked.by) if revoked else None,
        revoked_at=revoked.at if revoked else None,
    )


def _by_then(ended: Any, at: Moment) -> Any:
    """A settlement or revocation that was on record at the moment."""
    return ended if ended is not None and ended.event_id <= at.number else None


def _waiver_state(
    settled: WaiverSettlement | None, revoked: WaiverRevocation | None, *, lapsed: bool, speaks: bool
) -> str:
    if settled is None:
        return "Asked"
    if settled.verdict != WaiverSettlement.Verdict.APPROVED:
        return settled.get_verdict_display()
    if revoked is not None:
        return "Revoked"
    if not speaks:
        return "Renewed"
    return "Lapsed" if lapsed else "Approved"


def _approval(settled: WaiverSettlement, meanings: Meanings) -> Signature | None:
    """The signature of an approval; None where the request was refused or withdrawn."""
    if settled.verdict != WaiverSettlement.Verdict.APPROVED or settled.proof_at is None:
        return None
    meaning = meanings.of("waiver", settled.meaning_version, settled.meaning)
    approver = person(settled.by, "approver")
    return Signature(approver, settled.at, meaning, settled.proof_method, settled.proof_at, settled.content_digest)


def _decision(
    decision: LaunchDecision, every: list[LaunchDecision], at: Moment, meanings: Meanings, *, is_headline: bool
) -> pack_decisions.Decision:
    snapshot = json.loads(decision.snapshot)
    same = [
        one for one in every if (one.release_id, one.environment_id) == (decision.release_id, decision.environment_id)
    ]
    later = min((one for one in same if one.sequence > decision.sequence), key=lambda one: one.sequence, default=None)
    earlier = max((one for one in same if one.sequence < decision.sequence), key=lambda one: one.sequence, default=None)
    state, reason = _state(decision, later, at)
    return pack_decisions.Decision(
        reference=f"D-{decision.number}",
        verdict=Verdict(decision.verdict),
        state=state,
        release=decision.release.label,
        environment=decision.environment.name,
        rationale=decision.rationale,
        signature=signature(
            person(decision.decided_by, "decider"),
            decision.decided_at,
            meanings.of("decision", decision.meaning_version, decision.meaning),
            decision,
            decision.snapshot_digest,
            snapshot["rules"],
        ),
        triggers=tuple(_triggers(snapshot, decision.acknowledged)),
        confirmations=(*_confirmations(decision), *_afterwards(decision, at)),
        facts=tuple(_frozen(snapshot)),
        conditions=tuple(_condition(one, decision, at) for one in decision.conditions.all()),
        supersedes=f"D-{earlier.number}" if earlier else "",
        superseded_by=f"D-{later.number}" if later else "",
        state_reason=reason,
        emergency=_emergency(decision),
        is_headline=is_headline,
        snapshot=decision.snapshot,
        snapshot_path=f"decisions/{decision.service.slug}-D-{decision.number}.json",
    )


def _state(decision: LaunchDecision, later: LaunchDecision | None, at: Moment) -> tuple[DecisionState, str]:
    """What the decision was worth at the moment, by the portal's own rule, and why."""
    zone = decision.service.team.time_zone
    owed = [one.due_on for one in decision.conditions.all() if not _met_in_time(one, at, zone)]
    deployed = LaunchDecision.objects.filter(
        Exists(decision_queries.deployed_on().filter(deployed_at__lte=at.at)), pk=decision.pk
    )
    facts = decision_states.DecisionFacts(
        decision.verdict,
        decision.decided_at,
        superseded=later is not None,
        deployed=deployed.exists(),
        withdrawn=_by_then(getattr(decision, "withdrawal", None), at) is not None,
        rolled_back=any(one.verdict == LiveVerdict.ROLL_BACK for one in _said_live(decision, at)),
        owed_on=min(owed, default=None),
    )
    state = decision_states.state(facts, at.now, at.day_in(zone))
    match state:
        case DecisionState.WITHDRAWN:
            ended = decision.withdrawal
            return state, f"Taken in error, {ended.at:%-d %b %Y} by {ended.by.name}: {ended.reason}"
        case DecisionState.LAPSED:
            return state, f"A condition due on {facts.owed_on:%-d %b %Y} was not met in time."
        case DecisionState.EXPIRED:
            return state, f"Not deployed within {decision_states.DAYS_TO_DEPLOY} days."
    return state, ""


def _frozen(snapshot: Mapping[str, Any]) -> Iterable[Fact]:
    """What the decision saw, from its snapshot: who stood behind it, how far the items were, what spoke against it."""
    persons, progress = snapshot["persons"], snapshot["progress"]
    yield Fact("Prepared by", ", ".join(persons["prepared"]) or "Nobody")
    yield Fact("Signed by", ", ".join(persons["signed"]) or "Nobody")
    yield Fact("Persons needed", str(persons["needed"]))
    yield Fact(
        "Items that counted",
        "{answered} of {applicable} answered, {green} green, {waived} on credit, {yellow} yellow, {red} red, "
        "{unanswered} unanswered".format(**progress),
    )
    reviews = [f"{one['title']} ({one['template']}, {one['state']})" for one in snapshot["reviews"]]
    yield Fact("Reviews it read", "\n".join(reviews) or "None")
    carried = [f"{one['model']} {one['version']}" for one in snapshot["release"]["carries"]]
    yield Fact("Model versions", ", ".join(carried) or "None")
    if against := [_ITEM.sub(r"\1", words) for words in (*snapshot["missing"], *snapshot["reasons"])]:
        yield Fact("What spoke against it", "\n".join(dict.fromkeys(against)))
    yield Fact("Rules in force", snapshot["rules"])


def _triggers(snapshot: Mapping[str, Any], acknowledged: Mapping[str, str]) -> Iterable[pack_decisions.Trigger]:
    for trigger in snapshot.get("triggers", ()):
        yield pack_decisions.Trigger(
            title=trigger["title"],
            state=TriggerState(trigger["state"]),
            facts=trigger.get("facts", ""),
            source=trigger.get("source", ""),
            acknowledged=acknowledged.get(trigger["key"], ""),
            details=tuple(detail["text"] for detail in trigger.get("details", ())),
        )


def _confirmations(decision: LaunchDecision) -> Iterable[Fact]:
    if decision.on_call:
        until = f" until {decision.on_call_until:%-d %b %Y %H:%M} UTC" if decision.on_call_until else ""
        yield Fact("On call", f"{decision.on_call.name}{until}")
    if decision.return_to or decision.drill:
        drilled = f"{decision.drill}; " if decision.drill else ""
        yield Fact("Way back", f"{drilled}back to {decision.return_to}")
    if decision.told:
        when = f", {decision.told_at:%-d %b %Y %H:%M} UTC" if decision.told_at else ""
        yield Fact("Told", f"{decision.told}{when}")


def _said_live(decision: LaunchDecision, at: Moment) -> list[LiveDecision]:
    """What a decider said by the moment of the release while it ran on this decision, oldest first."""
    there = LiveDecision.objects.filter(
        deployment__release=decision.release,
        deployment__environment=decision.environment,
        decided_at__gte=decision.decided_at,
        event_id__lte=at.number,
    )
    return list(there.select_related("decided_by", "back_to").order_by("event_id"))


def _afterwards(decision: LaunchDecision, at: Moment) -> Iterable[Fact]:
    """Keep or roll back, each with who said it, when and why."""
    for said in _said_live(decision, at):
        label = f"Rolled back to {said.back_to.label}" if said.back_to else "Kept after the go"
        asked = f" Asked about: {' '.join(said.asked)}" if said.asked else ""
        yield Fact(label, f"{said.decided_at:%-d %b %Y %H:%M} UTC, {said.decided_by.name}: {said.reason}{asked}")


def _emergency(decision: LaunchDecision) -> str:
    """Who asked for an emergency go, when and why; "" for any other decision."""
    taken = getattr(decision, "emergency", None)
    if taken is None:
        return ""
    asked = taken.request
    return f"Asked for by {asked.asked_by.name}, {asked.asked_at:%-d %b %Y %H:%M} UTC: {asked.reason}"


def _condition(condition: Condition, decision: LaunchDecision, at: Moment) -> pack_decisions.Condition:
    zone, met = decision.service.team.time_zone, _met(condition, at)
    late = condition.due_on < at.day_in(zone) and not _met_in_time(condition, at, zone)
    outcome = "Late" if late else "Open"
    if met:
        how = "Met late, on" if late else "Met on"
        outcome = f"{how} {condition.met.at:%-d %b %Y} by {condition.met.by.name}: {condition.met.note}"
    return pack_decisions.Condition(
        reference=f"C-{condition.pk}",
        text=condition.text,
        owner=condition.owner.name,
        due_on=condition.due_on,
        outcome=outcome,
        met=met,
        late=late,
    )


def _met_in_time(condition: Condition, at: Moment, time_zone: str) -> bool:
    """Whether it was met by its last day where the team is."""
    return _met(condition, at) and clock.today_in(time_zone, condition.met.at) <= condition.due_on


def _met(condition: Condition, at: Moment) -> bool:
    met = getattr(condition, "met", None)
    return met is not None and met.event_id <= at.number
