"""Everything a go/no-go decision looks at, for one release, one environment and one moment."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from portal import canonical, clock
from portal.models import Membership, User
from portal.permissions import Access, Capability, Role
from readiness.choices import ReviewState, TemplateKey
from readiness.extension_points import launch_gates
from readiness.models import Review, ServiceRevision
from readiness.queries import decisions, launch_facts, launch_items, releases
from readiness.queries.answer_parts import Counted
from readiness.queries.decisions import Recorded
from readiness.queries.launch_facts import Ownership, RollbackDrill
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_subjects import Subject
from readiness.rules import go_no_go, launch_requirements, scoring, triggers
from readiness.rules.go_no_go import Outlook
from readiness.rules.launch_requirements import Missing
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


@dataclass(frozen=True)
class Teammate:
    """Somebody in the team today, and what they may do there."""

    person: User
    roles: frozenset[Role]

    def can(self, capability: Capability, team_id: int) -> bool:
        """Whether their roles in the team carry the capability."""
        return Access(self.person, {team_id: self.roles}).can(capability, team_id)


@dataclass(frozen=True)
class Launch:
    """The whole picture: what is decided on, what is known, what was decided before, and what is allowed now.

    `reads` are the numbers of the reviews that a go reads and that are there, `missing` those that are not.
    """

    subject: Subject
    now: datetime.datetime
    watch: Watch
    reads: tuple[int, ...]
    missing: tuple[Missing, ...]
    team: Sequence[Teammate]
    recorded: Sequence[Recorded]
    snapshot: go_no_go.Snapshot
    outlook: Outlook

    @property
    def today(self) -> datetime.date:
        """The day it is where the team is."""
        return self.subject.today(self.now)

    @property
    def sequence(self) -> int:
        """How many decisions on this release here are on record: the page shows it, the act gives it back."""
        return max((one.decision.sequence for one in self.recorded), default=0)

    @property
    def progress(self) -> scoring.Progress:
        """The two numbers, over the items that count."""
        return scoring.progress(item.state for item in self.watch.items if item.counts)

    @property
    def critical(self) -> list[LaunchItem]:
        """The critical items that count."""
        return launch_items.critical(self.watch.items)

    @property
    def deciders(self) -> list[User]:
        """Who in the team may decide."""
        team = self.subject.service.scope.team_id
        return [one.person for one in self.team if one.can(Capability.DECISION_RECORD, team)]

    @property
    def governed(self) -> dict[str, Any]:
        """What the verdict would rest on."""
        return governed(self.subject, self.watch.items)


def look(subject: Subject, access: Access, now: datetime.datetime) -> Launch:
    """The picture as a page shows it: eight statements of its own at any size."""
    return assembled(subject, access, now, watch(subject, now, viewer=access.person.identity))


def assembled(
    subject: Subject,
    access: Access,
    now: datetime.datetime,
    seen: Watch,
    prepared: frozenset[UUID] | None = None,
    wrote: Sequence[str] | None = None,
) -> Launch:
    """The picture around what the triggers saw. `prepared` and `wrote` replace what the answers' heads alone tell."""
    today, (reads, missing), team = subject.today(now), requirements(subject, now), teammates(subject)
    hands = _hands(access, seen.items, team, subject, prepared, wrote)
    snapshot = go_no_go.Snapshot(
        release=subject.release.label,
        environment=subject.environment.name,
        triggers=seen.triggers,
        items=tuple(item.facts for item in seen.items if item.counts),
        missing=missing,
        hands=hands,
        closed=subject.closed,
    )
    return Launch(
        subject=subject,
        now=now,
        watch=seen,
        reads=reads,
        missing=missing,
        team=team,
        recorded=decisions.on(subject, now, today),
        snapshot=snapshot,
        outlook=go_no_go.assess(snapshot),
    )


def watch(
    subject: Subject, now: datetime.datetime, *, anew: Mapping[int, Counted] | None = None, viewer: UUID | None = None
) -> Watch:
    """What the triggers say at this moment: four statements, and those of the gates that other apps registered.

    `anew` gives items counted from all their rows, by answer; without it each counts as its head says, less what time
    has ended.
    `viewer` is the person whose own hand in each item is asked for.
    """
    facts = launch_facts.of(subject, now)
    items = launch_items.read(subject, facts.ownership.accountable, now, viewer)
    return _watched(subject, now, facts, launch_items.counted_anew(items, anew or {}))


def watch_each(subjects: Sequence[Subject], now: datetime.datetime) -> list[Watch]:
    """The same for several environments of one release: four statements at any number, none for none."""
    if not subjects:
        return []
    widest = max(subjects, key=lambda one: len(launch_requirements.reads(one.environment.kind)))
    facts = launch_facts.of(widest, now)
    items = launch_items.read(widest, facts.ownership.accountable, now)
    return [_watched(subject, now, facts, launch_items.asked_there(items, subject)) for subject in subjects]


def _watched(
    subject: Subject, now: datetime.datetime, facts: launch_facts.LaunchFacts, items: tuple[LaunchItem, ...]
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
    contributed = [found for gate in launch_gates for found in gate(subject.release, subject.environment, now)]
    if not any(found.key == triggers.Key.UNUSUAL_METRICS for found in contributed):
        own = [triggers.without_alerts(trigger) for trigger in own]
    return Watch(items, facts.ownership, facts.drills, triggers.merged(own, contributed))


def requirements(subject: Subject, now: datetime.datetime) -> tuple[tuple[int, ...], tuple[Missing, ...]]:
    """The reviews a go for this environment reads: the numbers of those that are there, and those that are not.

    One statement.
    """
    counting: dict[str, launch_requirements.ReviewFacts] = {}
    running: dict[str, int] = {}
    for review in _reviews(subject):
        if review["state"] == ReviewState.OPEN and review["kind"] != TemplateKey.DEPLOYMENT:
            running.setdefault(review["kind"], review["number"])
        else:
            counting.setdefault(review["kind"], _review_facts(review, subject))
    facts = launch_requirements.ReleaseFacts(
        subject.environment.kind, subject.service.sourcing, subject.release.new_feature
    )
    asked = (requirement.kind for requirement in launch_requirements.REQUIREMENTS[subject.environment.kind])
    reads = tuple(counting[kind].number for kind in asked if kind in counting)
    return reads, launch_requirements.missing(facts, counting, subject.today(now), running)


def teammates(subject: Subject) -> list[Teammate]:
    """Everybody in the team today, by name: one statement."""
    rows = (
        Membership.objects.current(clock.now().date())
        .filter(team=subject.service.scope.team_id, person__is_active=True)
        .select_related("person")
        .order_by("person__name")
    )
    found: dict[int, Teammate] = {}
    for row in rows:
        known = found.get(row.person_id)
        roles = row.role_set | (known.roles if known else frozenset())
        found[row.person_id] = Teammate(row.person, roles)
    return list(found.values())


def governed(subject: Subject, items: Sequence[LaunchItem]) -> dict[str, Any]:
    """What a verdict rests on, as plain data: no statement of its own."""
    service, target = subject.service, getattr(subject.service, "target", None)
    release = releases.content(subject.release, subject.carries)
    traits = service.traits
    return {
        "service": {
            "tier": service.tier,
            "traits": {**vars(traits), "regulations": sorted(traits.regulations)},
            "way_back": service.way_back,
        },
        "targets": target.governed_content() if target else None,
        "release": {name: release[name] for name in ("label", "changes", "new_feature", "model_versions")},
        "reviews": _templates(items),
        "items": launch_items.governed(items),
    }


def governed_digest(subject: Subject, items: Sequence[LaunchItem]) -> str:
    """The digest of the same, which a decision keeps and the gate compares."""
    return canonical.digest(governed(subject, items))


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
    found = [item.facts for item in launch_items.critical(items)]
    review = next((item.answer.review for item in items if item.answer.review.kind == TemplateKey.DEPLOYMENT), None)
    facts = [triggers.CriticalItem(item.title, item.state, item.why, item.url) for item in found]
    return triggers.critical_items(facts, now, review=review.get_kind_display().lower() if review else "")


def _reviews(subject: Subject) -> Iterable[Mapping[str, Any]]:
    then = ServiceRevision.objects.filter(subject=OuterRef("service"), event__at__lte=OuterRef("closed_at"))
    return (
        Review.objects.filter(service=subject.service)
        .filter(Q(release=subject.release) | Q(release__isnull=True))
        .exclude(state=ReviewState.ABANDONED)
        .annotate(content_then=Subquery(then.order_by("-number").values("content")[:1]))
        .order_by("-closed_at", "-pk")
        .values("kind", "number", "state", "closed_at", "content_then")
    )


def _review_facts(review: Mapping[str, Any], subject: Subject) -> launch_requirements.ReviewFacts:
    closed = review["closed_at"]
    content = json.loads(review["content_then"]) if review["content_then"] else {}
    return launch_requirements.ReviewFacts(
        number=review["number"],
        state=review["state"],
        closed_on=subject.today(closed) if closed else None,
        sourcing=content.get("sourcing", ""),
        after_the_plan=bool(closed and closed >= subject.release.planned_at),
    )


def _templates(items: Sequence[LaunchItem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        answer: Any = item.answer
        found[answer.review.kind] = {"number": answer.review.number, "template": answer.template_digest}
    return found


def _hands(
    access: Access,
    items: Sequence[LaunchItem],
    team: Sequence[Teammate],
    subject: Subject,
    prepared: frozenset[UUID] | None,
    wrote: Sequence[str] | None,
) -> go_no_go.Hands:
    me, team_id = access.person.identity, subject.service.scope.team_id
    counted = [item for item in items if item.counts]
    authors = {person.identity for item in counted for person in (item.answer.rating_by, item.answer.text_by) if person}
    mine = [item.title for item in items if item.answer.critical and item.is_touched]
    others = [
        one.person.name for one in team if one.person.identity != me and one.can(Capability.DECISION_RECORD, team_id)
    ]
    return go_no_go.Hands(
        needed=settings.PERSONS_BEHIND_A_GO,
        prepared=frozenset(authors) if prepared is None else prepared,
        signed=frozenset(
            item.answer.signoff.person.identity for item in counted if item.signed and item.answer.signoff
        ),
        decider=me,
        may_decide=access.can(Capability.DECISION_RECORD, team_id),
        wrote=tuple(mine if wrote is None else wrote),
        others=tuple(others),
    )
