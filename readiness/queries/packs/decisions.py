"""Waivers and decisions as they stood."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from readiness.catalogue import loader, schema
from readiness.choices import DecisionState, TriggerState, Verdict
from readiness.models import Condition, LaunchDecision, Service, Waiver
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings, person, signature
from readiness.rules import pack_decisions
from readiness.rules.pack_decisions import Fact


def waivers(service: Service, at: Moment) -> tuple[pack_decisions.Waiver, ...]:
    """Waivers asked for by the moment and not over before the period."""
    found = Waiver.objects.filter(answer__review__service=service, asked_at__lte=at.at, expires_on__gte=at.since)
    related = ("answer__review", "asked_by", "settled_by")
    return tuple(_waiver(waiver, at) for waiver in found.select_related(*related).order_by("-asked_at", "-pk"))


def decisions(service: Service, at: Moment, meanings: Meanings) -> tuple[pack_decisions.Decision, ...]:
    """Decisions recorded in the period, newest first, and the one that was in force when it began."""
    by_then = LaunchDecision.objects.filter(service=service, event_id__lte=at.number)
    found = list(
        by_then.select_related("release", "environment", "decided_by", "on_call", "drill")
        .prefetch_related("conditions__owner", "conditions__met__event", "conditions__met__by")
        .order_by("-decided_at", "-pk")
    )
    shown = [decision for decision in found if decision.decided_at >= at.starts] or found[:1]
    return tuple(_decision(decision, found, at, meanings) for decision in shown)


def _waiver(waiver: Waiver, at: Moment) -> pack_decisions.Waiver:
    item = _items().get(waiver.answer.item_key)
    settled = waiver.settled_at is not None and waiver.settled_at <= at.at
    in_force = settled and waiver.state == Waiver.State.APPROVED and waiver.expires_on >= at.day
    lapsed = settled and waiver.state == Waiver.State.APPROVED and not in_force
    return pack_decisions.Waiver(
        reference=f"W-{waiver.pk}",
        item_key=waiver.answer.item_key,
        item_title=item.title if item else waiver.answer.item_key,
        critical=waiver.answer.critical,
        state="Lapsed" if lapsed else waiver.get_state_display() if settled else "Asked",
        reason=waiver.reason,
        control=waiver.compensating_control,
        asked_by=person(waiver.asked_by),
        asked_at=waiver.asked_at,
        expires_on=waiver.expires_on,
        renewals=waiver.renewals,
        in_force=in_force,
        note=waiver.settled_note if settled else "",
    )


def _items() -> Mapping[str, schema.Item]:
    return loader.items()


def _decision(
    decision: LaunchDecision, every: list[LaunchDecision], at: Moment, meanings: Meanings
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
        ),
        triggers=tuple(_triggers(snapshot, decision.acknowledged)),
        confirmations=tuple(_confirmations(decision)),
        conditions=tuple(_condition(condition, at) for condition in decision.conditions.all()),
        supersedes=f"D-{earlier.number}" if earlier else "",
        superseded_by=f"D-{later.number}" if later else "",
        state_reason=reason,
    )


def _state(decision: LaunchDecision, later: LaunchDecision | None, at: Moment) -> tuple[DecisionState, str]:
    """What the decision was worth at the moment, and why."""
    if later is not None:
        return DecisionState.SUPERSEDED, f"D-{later.number} took its place."
    late = [
        condition for condition in decision.conditions.all() if not _met(condition, at) and condition.due_on < at.day
    ]
    if late:
        return DecisionState.LAPSED, f"A condition was due on {late[0].due_on:%-d %b %Y}."
    deployed = decision.release.deployments.filter(environment=decision.environment_id, deployed_at__lte=at.at).exists()
    ends = decision.decided_at + datetime.timedelta(days=14)
    if decision.verdict != Verdict.NO_GO and not deployed and at.at > ends:
        return DecisionState.EXPIRED, "Not deployed within 14 days."
    return DecisionState.CURRENT, ""


def _triggers(snapshot: Mapping[str, Any], acknowledged: Mapping[str, str]) -> Iterable[pack_decisions.Trigger]:
    for trigger in snapshot.get("triggers", ()):
        yield pack_decisions.Trigger(
            title=trigger["title"],
            state=TriggerState(trigger["state"]),
            facts=trigger.get("facts", ""),
            source=trigger.get("source", ""),
            acknowledged=acknowledged.get(trigger["key"], ""),
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


def _condition(condition: Condition, at: Moment) -> pack_decisions.Condition:
    met = _met(condition, at)
    late = not met and condition.due_on < at.day
    outcome = "Late" if late else "Open"
    if met:
        outcome = f"Met on {condition.met.at:%-d %b %Y} by {condition.met.by.name}: {condition.met.note}"
    return pack_decisions.Condition(
        reference=f"C-{condition.pk}",
        text=condition.text,
        owner=condition.owner.name,
        due_on=condition.due_on,
        outcome=outcome,
        met=met,
        late=late,
    )


def _met(condition: Condition, at: Moment) -> bool:
    met = getattr(condition, "met", None)
    return met is not None and met.event_id <= at.number
