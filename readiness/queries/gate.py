"""The gate, computed at each call: the newest decision, what has changed since, and the triggers as they are now."""

import datetime
import json
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal import canonical, local_time
from portal.permissions import Access
from readiness.choices import ItemState, Verdict
from readiness.models import Condition, Environment, LaunchDecision, Release, Service
from readiness.queries import decisions, launch_grounds, launch_items, launch_subjects, launch_watch
from readiness.queries.decisions import Recorded
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_subjects import Subject
from readiness.queries.launch_watch import Watch
from readiness.rules import gate, governed
from readiness.rules.gate import GateAnswer, GateFacts, OpenCondition, Purpose, StandingDecision
from readiness.rules.triggers import Key


@dataclass(frozen=True)
class Asked:
    """What was asked, as far as it exists, and the answer."""

    answer: GateAnswer
    release: Release | None = None
    environment: Environment | None = None
    decision: LaunchDecision | None = None


def ask(
    access: Access, slug: str, *, release: str, environment: str, purpose: str, now: datetime.datetime
) -> Asked | None:
    """What the gate says; None where no such service exists for this person. Six statements, eleven at the most.

    A release or an environment that does not exist is denied, with the reason.
    """
    subject = launch_subjects.find(access, slug, release, environment)
    if subject is None:
        return _unknown(access, slug, release, environment)
    if purpose == Purpose.ROLLBACK:
        facts = GateFacts(release, environment, was_live_with_go=subject.live_with_go)
        return Asked(gate.answer(facts, purpose), subject.release, subject.environment)
    newest = next(iter(decisions.on(subject, now, subject.today(now))), None)
    return _asked(subject, newest, launch_watch.at(subject, now) if newest else None, now)


def everywhere(subjects: Sequence[Subject], recorded: Iterable[Recorded], now: datetime.datetime) -> list[Asked]:
    """What the gate says to deploying one release to each of its environments; `recorded` are the decisions on it.

    Four statements at any number of environments; one more where what a decision rests on has changed.
    """
    newest: dict[int, Recorded] = {}
    for one in sorted(recorded, key=lambda one: -one.decision.sequence):
        newest.setdefault(one.decision.environment_id, one)
    decided = [subject for subject in subjects if subject.environment.pk in newest]
    seen = {one.environment.pk: watch for one, watch in zip(decided, launch_watch.each(decided, now), strict=True)}
    places = ((subject, subject.environment.pk) for subject in subjects)
    return [_asked(subject, newest.get(place), seen.get(place), now) for subject, place in places]


def _asked(subject: Subject, newest: Recorded | None, seen: Watch | None, now: datetime.datetime) -> Asked:
    """The answer to deploying; where nothing was decided nothing else needs to be looked at."""
    release, environment = subject.release, subject.environment
    facts = GateFacts(release.label, environment.name, closed=subject.closed)
    if newest is None or seen is None:
        return Asked(gate.answer(facts, Purpose.DEPLOY), release, environment)
    facts = replace(
        facts,
        decision=_standing(subject, newest, seen),
        triggers=seen.triggers,
        ends=tuple(_ends(subject, seen, now)),
    )
    return Asked(gate.answer(facts, Purpose.DEPLOY), release, environment, newest.decision)


def changed_since(subject: Subject, decision: LaunchDecision, items: Sequence[LaunchItem]) -> tuple[str, ...]:
    """What a decision rests on and has changed since, in sentences; reads what was frozen only where something has."""
    live = governed.rests_on(decision.verdict, launch_grounds.of(subject, items))
    if canonical.digest(live) == decision.governed_digest:
        return ()
    frozen = json.loads(decision.snapshot)
    green = {item["key"] for item in frozen["items"] if item["state"] == ItemState.GREEN}
    return governed.changed(governed.without_waivers(frozen["governed"], green), json.loads(canonical.dumps(live)))


def _unknown(access: Access, slug: str, release: str, environment: str) -> Asked | None:
    service = Service.objects.visible_to(access).filter(slug=slug).first()
    if service is None:
        return None
    found = service.releases.filter(label=release).first()
    if found is None:
        return Asked(gate.denied("unknown-release", f"{service.name} has no release “{release}”."))
    denied = gate.denied("unknown-environment", f"{service.name} has no environment “{environment}”.")
    return Asked(denied, found)


def _standing(subject: Subject, newest: Recorded, seen: Watch) -> StandingDecision:
    return StandingDecision(
        number=newest.decision.number,
        verdict=newest.decision.verdict,
        state=newest.state,
        decided_at=newest.decision.decided_at,
        expires_at=newest.expires_at,
        conditions=tuple(_open(one, subject) for one in newest.owed),
        late=tuple(_open(one, subject) for one in newest.conditions if not decisions.came_in_time(one)),
        changed=changed_since(subject, newest.decision, seen.items),
        accepted=_accepted(newest.decision, seen),
    )


def _accepted(decision: LaunchDecision, seen: Watch) -> Mapping[str, frozenset[str]]:
    """By trigger what made it fire when an emergency go was decided; read only while one fires.

    Of critical items it skips those that were not met then, and those of a review that was missing and is owed.
    """
    if decision.verdict != Verdict.EMERGENCY_GO or not any(trigger.fires for trigger in seen.triggers):
        return {}
    frozen = json.loads(decision.snapshot)
    kinds = {review["number"]: review["kind"] for review in frozen["reviews"]}
    met = {
        launch_items.cause(kinds[item["review"]], item["key"])
        for item in frozen["items"]
        if item["state"] in (ItemState.GREEN, ItemState.WAIVED)
    }
    fired = {trigger["key"]: frozenset(trigger.get("causes", ())) for trigger in frozen["triggers"]}
    unmet = (cause for trigger in seen.triggers if trigger.key == Key.CRITICAL_ITEM for cause in trigger.causes)
    return {**fired, str(Key.CRITICAL_ITEM): frozenset(cause for cause in unmet if cause not in met)}


def _open(condition: Condition, subject: Subject) -> OpenCondition:
    ends_at = local_time.end_of(condition.due_on, _zone(subject))
    return OpenCondition(condition.text, condition.owner.name, condition.due_on, ends_at)


def _ends(subject: Subject, seen: Watch, now: datetime.datetime) -> list[datetime.datetime]:
    """When the drill that proves the way back, and each waiver of a critical item, run out by themselves."""
    zone = _zone(subject)
    days = [max(one.line.valid_until for one in seen.valid_drills)] if seen.valid_drills else []
    waived = (getattr(item.answer, "waived_until", None) for item in launch_items.critical(seen.items))
    days += [day for day in waived if day is not None]
    return [end for day in days if (end := local_time.end_of(day, zone)) > now]


def _zone(subject: Subject) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(subject.service.team.time_zone)
