"""Everything a go/no-go decision looks at, for one release, one environment and one moment."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portal.models import User
from portal.permissions import Access, Capability
from readiness.queries import decisions, launch_grounds, launch_items, launch_reviews, launch_team, launch_watch
from readiness.queries.contributions import Hand
from readiness.queries.decisions import Recorded
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_subjects import Subject
from readiness.queries.launch_team import Teammate
from readiness.queries.launch_watch import Watch
from readiness.rules import go_no_go, scoring
from readiness.rules.go_no_go import Outlook
from readiness.rules.launch_requirements import Missing


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
    def counted(self) -> list[LaunchItem]:
        """The items that count."""
        return [item for item in self.watch.items if item.counts]

    @property
    def contributors(self) -> Sequence[tuple[Hand, int]]:
        """Everybody who last wrote any part of an item that counts, by name, with of how many."""
        found = Counter(hand for item in self.counted for hand in item.hands)
        return sorted(found.items(), key=lambda one: (one[0].name, one[0].account))

    @property
    def signers(self) -> Sequence[tuple[User, int]]:
        """Everybody whose sign-off stands on an item that counts, by name, with on how many."""
        found = Counter(item.signer for item in self.counted if item.signer)
        return sorted(found.items(), key=lambda one: (one[0].name, one[0].pk))

    @property
    def deciders(self) -> list[User]:
        """Who in the team may decide."""
        team = self.subject.service.scope.team_id
        return [one.person for one in self.team if one.can(Capability.DECISION_RECORD, team)]

    @property
    def governed(self) -> dict[str, Any]:
        """What the verdict would rest on."""
        return launch_grounds.of(self.subject, self.watch.items)


def look(subject: Subject, access: Access, now: datetime.datetime) -> Launch:
    """The picture as a page shows it: eight statements of its own at any size."""
    return assembled(subject, access, now, launch_watch.at(subject, now, with_hands=True))


def assembled(subject: Subject, access: Access, now: datetime.datetime, seen: Watch) -> Launch:
    """The picture around what the triggers saw of items that tell who contributed to them."""
    today, (reads, missing), team = subject.today(now), launch_reviews.required(subject, now), launch_team.of(subject)
    snapshot = go_no_go.Snapshot(
        release=subject.release.label,
        environment=subject.environment.name,
        triggers=seen.triggers,
        items=tuple(item.facts for item in seen.items if item.counts),
        missing=missing,
        hands=_hands(access, seen.items, team, subject),
        closed=subject.closed,
        unconfirmed_tier=subject.service.unconfirmed_tier,
        tier_url=f"{subject.service.get_absolute_url()}#tier",
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


def _hands(access: Access, items: Sequence[LaunchItem], team: Sequence[Teammate], subject: Subject) -> go_no_go.Hands:
    me, team_id = access.person.identity, subject.service.scope.team_id
    counted = [item for item in items if item.counts]
    wrote = [item.title for item in items if item.answer.critical and me in {hand.identity for hand in item.hands}]
    others = [
        one.person.name for one in team if one.person.identity != me and one.can(Capability.DECISION_RECORD, team_id)
    ]
    return go_no_go.Hands(
        needed=settings.PERSONS_BEHIND_A_GO,
        prepared=frozenset(hand.identity for item in counted for hand in item.hands),
        signed=frozenset(item.signer.identity for item in counted if item.signer),
        decider=me,
        may_decide=access.can(Capability.DECISION_RECORD, team_id),
        wrote=tuple(wrote),
        others=tuple(others),
    )
