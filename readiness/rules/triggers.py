"""The seven no-go triggers: each firing, clear, unknown or not applicable, with its facts (product.md, No-go triggers).

What is not known is unknown and never clear. What readiness cannot watch by itself reads "not monitored here" and is
unknown too: a go over it has to be accepted with a reason, by name.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from portal.dates import day_words
from readiness.choices import DependencyState, ItemState, TriggerState

NOT_MONITORED = "Not monitored here: no source of incidents and alerts is connected to this portal."
WORST_FIRST = (TriggerState.FIRING, TriggerState.UNKNOWN, TriggerState.CLEAR, TriggerState.NOT_APPLICABLE)


class Key(StrEnum):
    """The seven, by the stable names that the gate's reasons and contributed triggers use."""

    CRITICAL_ITEM = "critical-item"
    UNUSUAL_METRICS = "unusual-metrics"
    KEY_PERSON = "key-person"
    DEPENDENCY = "dependency"
    ROLLBACK_DRILL = "rollback-drill"
    SEV1_OPEN = "sev-1-open"
    POST_MORTEM = "post-mortem-overdue"


TITLES: Mapping[str, str] = MappingProxyType(
    {
        Key.CRITICAL_ITEM: "A critical item is not met",
        Key.UNUSUAL_METRICS: "Unusual metrics",
        Key.KEY_PERSON: "A key person is unavailable",
        Key.DEPENDENCY: "An external dependency is unstable",
        Key.ROLLBACK_DRILL: "No valid rollback drill",
        Key.SEV1_OPEN: "A sev-1 incident is open",
        Key.POST_MORTEM: "A sev-1 post-mortem is overdue",
    }
)


@dataclass(frozen=True)
class Detail:
    """One thing behind a trigger: an item, a person. `state` colours its symbol, `url` leads to it."""

    text: str
    state: str = ""
    more: str = ""
    url: str = ""


@dataclass(frozen=True)
class Trigger:
    """What one trigger says: its state, the facts as a sentence, where they come from and as at when (UTC).

    `monitored` is False for a place that waits for a source; what a source contributes under its key takes that place.
    `url` leads to where it can be settled. `causes` are opaque ids of all that makes it fire, so that who accepts it
    accepts these and nothing that comes later.
    """

    key: str
    title: str
    state: TriggerState
    facts: str
    source: str
    at: datetime.datetime
    details: tuple[Detail, ...] = ()
    monitored: bool = True
    url: str = ""
    causes: tuple[str, ...] = ()

    @property
    def fires(self) -> bool:
        """Whether it refuses a go."""
        return self.state == TriggerState.FIRING

    @property
    def is_unknown(self) -> bool:
        """Whether a go over it needs to be accepted with a reason."""
        return self.state == TriggerState.UNKNOWN


@dataclass(frozen=True)
class CriticalItem:
    """A critical item that a go reads: what it counts as now, and what is said about it."""

    title: str
    state: str
    why: str = ""
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class MeasuredLine:
    """The newest numbers of a measured check: what they say, on which day, whether they break what they are held to.

    `decided` is False while there is nothing to hold them to.
    """

    check: str
    words: str
    on: datetime.date
    broken: bool
    decided: bool = True
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class DomainFacts:
    """A domain that applies: who is accountable, and where they are away on the planned day, until when and for whom.

    `person` is empty where nobody is; `closed` says that their account is.
    """

    title: str
    person: str = ""
    closed: bool = False
    away_until: datetime.date | None = None
    deputy: str = ""
    id: str = ""


@dataclass(frozen=True)
class DependencyFacts:
    """A dependency as the team declared it; `declared_on` is None where nobody ever did."""

    name: str
    state: str
    declared_on: datetime.date | None = None
    note: str = ""
    id: str = ""


@dataclass(frozen=True)
class DrillLine:
    """A rollback drill in words, why it does not count now ("" when it does), and its last day."""

    words: str
    refusal: str
    valid_until: datetime.date
    id: str = ""


def critical_items(items: Sequence[CriticalItem], at: datetime.datetime, *, review: str) -> Trigger:
    """Fires while a critical item is neither green nor on credit. `review` names the review; "" where none began."""
    if not review:
        facts = "No deployment review of this release was started, so nothing is known of its critical items."
        return _trigger(Key.CRITICAL_ITEM, TriggerState.UNKNOWN, facts, "the reviews", at)
    unmet = [item for item in items if item.state not in (ItemState.GREEN, ItemState.WAIVED)]
    source = f"the {review}"
    if not unmet:
        on_credit = sum(1 for item in items if item.state == ItemState.WAIVED)
        facts = f"{len(items) - on_credit} of {len(items)} are green; {on_credit or 'none'} on credit."
        return _trigger(Key.CRITICAL_ITEM, TriggerState.CLEAR, facts, source, at)
    details = tuple(Detail(item.title, item.state, item.why, item.url) for item in unmet)
    stand = "stands" if len(unmet) == 1 else "stand"
    facts = f"{len(unmet)} of {len(items)} critical items {stand} open:"
    causes = tuple(item.id for item in unmet)
    return replace(_trigger(Key.CRITICAL_ITEM, TriggerState.FIRING, facts, source, at, causes), details=details)


def unusual_metrics(
    at: datetime.datetime, *, environment: str, deployed: bool, measured: Sequence[MeasuredLine] = ()
) -> Trigger:
    """Fires while the newest of a measured check breaks what it is held against: the baseline, the period before.

    Not applicable before the first deployment to the environment; unknown until a check was measured since.
    """
    key, source = Key.UNUSUAL_METRICS, "Recurring checks"
    if not deployed:
        facts = f"Not applicable: nothing was deployed to {environment} yet."
        return _trigger(key, TriggerState.NOT_APPLICABLE, facts, "the deployments", at)
    if broken := [one for one in measured if one.broken]:
        causes = tuple(f"check:{one.id}" for one in broken)
        found = _trigger(key, TriggerState.FIRING, " ".join(map(_measured, broken)), source, at, causes)
        return replace(found, details=tuple(Detail(one.check, ItemState.RED, "", one.url) for one in broken))
    decided = [one for one in measured if one.decided]
    if not decided:
        facts = "No measured check since the last deployment says whether the metrics are as they should be."
        return _trigger(key, TriggerState.UNKNOWN, facts, source, at)
    return _trigger(key, TriggerState.CLEAR, " ".join(map(_measured, decided)), source, at)


def without_alerts(trigger: Trigger) -> Trigger:
    """The same, saying that nobody watches alerts, where no source of them is connected."""
    if trigger.key != Key.UNUSUAL_METRICS or trigger.state == TriggerState.NOT_APPLICABLE:
        return trigger
    return replace(trigger, facts=f"{trigger.facts} Alerts are not monitored here.")


def key_person(domains: Sequence[DomainFacts], day: datetime.date, at: datetime.datetime) -> Trigger:
    """Fires when an applicable domain is vacant, or its accountable owner is away on `day` without a deputy."""
    missing = [(f"domain:{domain.id}", said) for domain in domains if (said := _missing(domain))]
    if missing:
        words, causes = " ".join(said for _, said in missing), tuple(cause for cause, _ in missing)
        return _trigger(Key.KEY_PERSON, TriggerState.FIRING, words, "Ownership", at, causes)
    if not domains:
        return _trigger(Key.KEY_PERSON, TriggerState.CLEAR, "No domain applies to this service.", "Ownership", at)
    away = [
        f"{domain.person} is away until {day_words(domain.away_until)}; the deputy {domain.deputy} stands in."
        for domain in domains
        if domain.away_until
    ]
    facts = " ".join([f"Every accountable person is there on {day_words(day)}, or their deputy is.", *away])
    return _trigger(Key.KEY_PERSON, TriggerState.CLEAR, facts, "Ownership", at)


def dependencies(found: Sequence[DependencyFacts], at: datetime.datetime, *, third_party: bool) -> Trigger:
    """Fires while a dependency is declared degraded or down; unknown while one was never declared."""
    source = "Dependencies"
    if not found and third_party:
        facts = "The model is a provider’s, and no dependency is named. Name the provider and declare its state."
        return _trigger(Key.DEPENDENCY, TriggerState.UNKNOWN, facts, source, at)
    if not found:
        facts = "Not applicable: no external dependency is named."
        return _trigger(Key.DEPENDENCY, TriggerState.NOT_APPLICABLE, facts, source, at)
    unstable = [one for one in found if one.state in (DependencyState.DEGRADED, DependencyState.DOWN)]
    if unstable:
        causes = tuple(f"dependency:{one.id}" for one in unstable)
        return _trigger(Key.DEPENDENCY, TriggerState.FIRING, " ".join(map(_declared, unstable)), source, at, causes)
    if undeclared := [one.name for one in found if one.state == DependencyState.UNKNOWN]:
        facts = f"{_listed(undeclared)}: never declared."
        return _trigger(Key.DEPENDENCY, TriggerState.UNKNOWN, facts, source, at)
    return _trigger(Key.DEPENDENCY, TriggerState.CLEAR, " ".join(map(_declared, found)), source, at)


def rollback_drill(drills: Sequence[DrillLine], at: datetime.datetime) -> Trigger:
    """Fires while no rollback drill is valid. `drills` come newest first, each with what a newer one says of it."""
    source = "Drills"
    if valid := next((drill for drill in drills if not drill.refusal), None):
        facts = f"{valid.words} Valid until {day_words(valid.valid_until)} while the way back is unchanged."
        return _trigger(Key.ROLLBACK_DRILL, TriggerState.CLEAR, facts, source, at)
    if not drills:
        facts = "No rollback drill is on record. Run one outside production, then record it."
        return _trigger(Key.ROLLBACK_DRILL, TriggerState.FIRING, facts, source, at, ("drill:none",))
    newest = drills[0]
    facts = f"{newest.words} {newest.refusal}"
    return _trigger(Key.ROLLBACK_DRILL, TriggerState.FIRING, facts, source, at, (f"drill:{newest.id}",))


def not_monitored(key: str, at: datetime.datetime) -> Trigger:
    """A trigger whose source is not connected: unknown, and so to be accepted with a reason."""
    found = _trigger(key, TriggerState.UNKNOWN, NOT_MONITORED, "no source", at)
    return replace(found, monitored=False)


def merged(own: Sequence[Trigger], contributed: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """The seven with what sources contribute: under a key of ours the worse state counts and both facts are shown."""
    found = {trigger.key: trigger for trigger in own}
    for trigger in contributed:
        known = found.get(trigger.key)
        found[trigger.key] = _joined(known, trigger) if known and known.monitored else trigger
    return tuple(found.values())


def worst_first(triggers: Iterable[Trigger]) -> list[Trigger]:
    """As a page shows them: firing, unknown, clear, not applicable; else in their own order."""
    return sorted(triggers, key=lambda trigger: WORST_FIRST.index(trigger.state))


def _joined(one: Trigger, other: Trigger) -> Trigger:
    if one.state == TriggerState.NOT_APPLICABLE:
        return other
    if other.state == TriggerState.NOT_APPLICABLE:
        return one
    worse, better = worst_first([one, other])
    return replace(
        worse,
        facts=f"{worse.facts} {better.facts}",
        source=f"{worse.source}, {better.source}",
        at=max(one.at, other.at),
        details=(*worse.details, *better.details),
        causes=(*worse.causes, *better.causes),
    )


def _trigger(
    key: str, state: TriggerState, facts: str, source: str, at: datetime.datetime, causes: tuple[str, ...] = ()
) -> Trigger:
    return Trigger(key=str(key), title=TITLES[key], state=state, facts=facts, source=source, at=at, causes=causes)


def _missing(domain: DomainFacts) -> str:
    if not domain.person:
        return f"Nobody is accountable for {domain.title}."
    if domain.closed:
        return f"{domain.person}, accountable for {domain.title}, has a closed account."
    if domain.away_until and not domain.deputy:
        until = day_words(domain.away_until)
        return f"{domain.person}, accountable for {domain.title}, is away until {until}, and nobody stands in that day."
    return ""


def _measured(line: MeasuredLine) -> str:
    return f"{line.check}, {day_words(line.on)}: {line.words}"


def _declared(dependency: DependencyFacts) -> str:
    state = DependencyState(dependency.state).label.lower()
    since = f", declared {day_words(dependency.declared_on)}" if dependency.declared_on else ""
    note = f" “{dependency.note}”" if dependency.note else ""
    return f"{dependency.name}: {state}{since}.{note}"


def _listed(names: Sequence[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last
