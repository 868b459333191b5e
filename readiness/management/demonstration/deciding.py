"""Drills and decisions of the demonstration, an emergency go and a withdrawal among them."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal import clock
from portal.identity import Proof
from readiness.actions import decisions, drills, emergencies, evidence, withdrawals
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.actions.drills import Rehearsal
from readiness.management.demonstration import files
from readiness.management.demonstration.acting import Scene
from readiness.management.demonstration.profiles import Profile
from readiness.models import Drill, EmergencyRequest, ItemAnswer, LaunchDecision
from readiness.queries import emergencies as emergency_queries
from readiness.queries import launch, launch_subjects

TAKEN_ON = "No source is connected yet. I asked the incident desk before signing: nothing is open on this service."
"""Why a decider accepts what the portal does not watch by itself."""


def drill(
    scene: Scene,
    who: str,
    *,
    from_version: str,
    to_version: str,
    minutes: Decimal,
    note: str,
    kind: str = "rollback",
    result: str = "passed",
) -> Drill:
    """Records a drill that was over half an hour ago, with its log."""
    rehearsal = Rehearsal(
        kind=kind,
        environment=scene.environment("staging"),
        from_version=from_version,
        to_version=to_version,
        performed_by=scene.stage.cast[who],
        performed_at=clock.now() - datetime.timedelta(minutes=30),
        result=result,
        minutes=minutes,
        note=note,
    )
    file = files.made("log", f"{kind}-drill", scene.profile, scene.line.chance)
    return drills.record(scene.by(who), service=scene.service, rehearsal=rehearsal, file=file)


def attach_drill(scene: Scene, who: str, found: ItemAnswer, of: Drill) -> None:
    """Attaches a drill to an item."""
    evidence.attach_drill(scene.by(who), answer=found, drill=of)


def decide(
    scene: Scene,
    who: str,
    verdict: str,
    rationale: str,
    *,
    environment: str = "production",
    on_call: str = "",
    drill: Drill | None = None,
    return_to: str = "",
    told: str = "",
    conditions: Sequence[NewCondition] = (),
) -> LaunchDecision:
    """Records a verdict on the scene's release: what the portal does not watch is accepted with a reason."""
    now, place = clock.now(), scene.environment(environment)
    picture = launch.look(launch_subjects.again(scene.release, place), scene.by(who), now)
    stated = Stated(
        on_call=scene.stage.cast[on_call] if on_call else None,
        on_call_until=now + datetime.timedelta(days=3),
        drill=drill,
        return_to=return_to,
        told=told,
        told_at=now - datetime.timedelta(minutes=25),
    )
    return decisions.record(
        scene.by(who),
        release=scene.release,
        environment=place,
        verdict=verdict,
        rationale=rationale,
        seen=picture.sequence,
        proof=Proof("password", now),
        confirmations=stated,
        conditions=conditions,
        acknowledged={trigger.key: TAKEN_ON for trigger in picture.outlook.unknown},
    )


def ask_for_an_emergency_go(scene: Scene, who: str, reason: str) -> EmergencyRequest:
    """Asks for an emergency go of the scene's release in production."""
    place, proof = scene.environment("production"), Proof("password", clock.now())
    return emergencies.ask(scene.by(who), release=scene.release, environment=place, reason=reason, proof=proof)


def take_up(
    scene: Scene, who: str, request: EmergencyRequest, rationale: str, accepted: Mapping[str, str]
) -> LaunchDecision:
    """Records the emergency go that somebody else asked for; `accepted` says why a trigger does not hold it back."""
    now, subject = clock.now(), launch_subjects.again(request.release, request.environment)
    picture = emergency_queries.look(subject, scene.by(who), now)
    return emergencies.go(
        scene.by(who),
        request=request,
        rationale=rationale,
        acknowledged={trigger.key: accepted.get(trigger.key, TAKEN_ON) for trigger in picture.to_accept},
        seen=picture.launch.sequence,
        proof=Proof("password", now),
    )


def withdraw(scene: Scene, who: str, decision: LaunchDecision, reason: str) -> None:
    """States that a decision was taken in error."""
    withdrawals.withdraw(scene.by(who), decision=decision, reason=reason, proof=Proof("password", clock.now()))


def condition(scene: Scene, item_key: str, text: str, owner: str, due_on: datetime.date) -> NewCondition:
    """One condition of a conditional go."""
    return NewCondition(item_key, text, scene.stage.cast[owner], due_on)


def next_words(profile: Profile, **words: Any) -> Profile:
    """The profile with other words: the next release carries another model."""
    return dataclasses.replace(profile, words=profile.words | words)
