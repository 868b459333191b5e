"""What the triggers see of a launch at one moment, and what they say."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from readiness.choices import TemplateKey
from readiness.extension_points import launch_gates
from readiness.models import Review
from readiness.queries import launch_facts, launch_items
from readiness.queries.answer_parts import Counted
from readiness.queries.launch_facts import Ownership, RollbackDrill
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_subjects import Subject
from readiness.rules import launch_requirements, triggers
from readiness.rules.triggers import Trigger


@dataclass(frozen=True)
class Watch:
    """What the triggers see: items, owners and drills, and what the seven say."""

    items: tuple[LaunchItem, ...]
    ownership: Ownership
    drills: Sequence[RollbackDrill]
    triggers: tuple[Trigger, ...]

    @property
    def valid_drills(self) -> list[RollbackDrill]:
        """The drills that prove the way back today."""
        return [drill for drill in self.drills if drill.counts]

    @property
    def review(self) -> Review | None:
        """The deployment review of the release."""
        return next(
            (item.answer.review for item in self.items if item.answer.review.kind == TemplateKey.DEPLOYMENT), None
        )


def at(
    subject: Subject, now: datetime.datetime, *, anew: Mapping[int, Counted] | None = None, with_hands: bool = False
) -> Watch:
    """What the triggers say at this moment: three statements, and those of the gates that other apps registered.

    `anew` gives items counted from all their rows, by answer; without it each counts as its head says, less what time
    has ended.
    `with_hands`: the items tell who contributed to them.
    """
    facts = launch_facts.of(subject, now)
    items = launch_items.read(subject, facts.ownership.accountable, now, with_hands=with_hands)
    return _watched(subject, now, facts, launch_items.counted_anew(items, anew or {}), _told([subject], now)[0])


def each(subjects: Sequence[Subject], now: datetime.datetime) -> list[Watch]:
    """The same for several environments of one release: three statements at any number, and those of the gates."""
    if not subjects:
        return []
    widest = max(subjects, key=lambda one: len(launch_requirements.reads(one.environment.kind)))
    facts = launch_facts.of(widest, now)
    items = launch_items.read(widest, facts.ownership.accountable, now)
    return [
        _watched(subject, now, facts, launch_items.asked_there(items, subject), told)
        for subject, told in zip(subjects, _told(subjects, now), strict=True)
    ]


def _told(subjects: Sequence[Subject], now: datetime.datetime) -> list[list[Trigger]]:
    """What the gates of other apps say to each environment of one release, in their order."""
    environments = [subject.environment for subject in subjects]
    said = [gate(subjects[0].release, environments, now) for gate in launch_gates]
    return [[found for by_key in said for found in by_key.get(one.pk, ())] for one in environments]


def _watched(
    subject: Subject,
    now: datetime.datetime,
    facts: launch_facts.LaunchFacts,
    items: tuple[LaunchItem, ...],
    contributed: Sequence[Trigger],
) -> Watch:
    own = [
        _critical_items(items, now),
        triggers.unusual_metrics(
            now,
            environment=subject.environment.name,
            deployed=subject.used_before,
            measured=facts.measured if subject.is_production else (),
        ),
        triggers.key_person(facts.ownership.domains, facts.day, now),
        triggers.dependencies(facts.dependencies, now, third_party=subject.service.traits.is_third_party),
        triggers.rollback_drill(launch_facts.listed(facts.drills), now),
        triggers.not_monitored(triggers.Key.SEV1_OPEN, now),
        triggers.not_monitored(triggers.Key.POST_MORTEM, now),
    ]
    own = [replace(trigger, url=_place(trigger, subject)) for trigger in own]
    if not any(found.key == triggers.Key.UNUSUAL_METRICS for found in contributed):
        own = [triggers.without_alerts(trigger) for trigger in own]
    return Watch(items, facts.ownership, facts.drills, triggers.merged(own, contributed))


PLACES = {
    triggers.Key.CRITICAL_ITEM: "readiness:service_reviews",
    triggers.Key.KEY_PERSON: "readiness:service_ownership",
    triggers.Key.DEPENDENCY: "readiness:service_dependencies",
    triggers.Key.ROLLBACK_DRILL: "readiness:service_drills",
}
"""Where a trigger of readiness' own can be settled."""


def _place(trigger: Trigger, subject: Subject) -> str:
    name = PLACES.get(triggers.Key(trigger.key))
    return reverse(name, args=[subject.service.slug]) if name else ""


def _critical_items(items: Sequence[LaunchItem], now: datetime.datetime) -> Trigger:
    critical = launch_items.critical(items)
    review = next((item.answer.review for item in items if item.answer.review.kind == TemplateKey.DEPLOYMENT), None)
    facts = [_critical_item(item) for item in critical]
    return triggers.critical_items(facts, now, review=review.get_kind_display().lower() if review else "")


def _critical_item(item: LaunchItem) -> triggers.CriticalItem:
    cause = launch_items.cause(item.answer.review.kind, item.answer.item_key)
    return triggers.CriticalItem(item.title, item.state, item.why, item.answer.get_absolute_url(), cause)
