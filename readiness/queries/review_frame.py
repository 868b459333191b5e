"""What all answers of a review are held against: its items, targets, releases, its go and the day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from portal import clock
from readiness.catalogue import schema
from readiness.choices import Stage
from readiness.models import Deployment, Evidence, ItemAnswer, Release, Review, Service
from readiness.queries import decisions, locks, promised_targets, releases_at_hand, way_back
from readiness.rules import after_items, measures
from readiness.rules import evidence as evidence_rules


@dataclass(frozen=True)
class ReviewFrame:
    """What all answers of a review are held against: each part is read when the first answer asks, and kept.

    `day` is the day evidence is judged on, where that is not today.
    """

    review: Review
    day: datetime.date | None = None

    @property
    def service(self) -> Service:
        """The review's service."""
        return self.review.service

    @cached_property
    def items(self) -> dict[str, schema.Item]:
        """The items of its template version, by key."""
        return {item.key: item for item in self.review.template_version.checklist.items}

    @cached_property
    def targets(self) -> measures.Targets:
        """What the service promises."""
        return promised_targets.of(self.service)

    @cached_property
    def today(self) -> datetime.date:
        """The day that decides what is outdated, in the team's zone."""
        return self.day or clock.today_in(self.service.team.time_zone)

    @cached_property
    def way_back_digest(self) -> str:
        """The digest of the way back as it is now."""
        return way_back.digest(self.service)

    @cached_property
    def locking_go(self) -> decisions.Recorded | None:
        """The production go that stands on the review, if any."""
        return locks.standing_go(self.review)

    @cached_property
    def is_deployed(self) -> bool:
        """Whether the release went live, which opens the items after the go."""
        return is_deployed(self.review)

    def has_opened(self, answer: ItemAnswer) -> bool:
        """Whether one of its items is asked for yet; no statement for an item before the go."""
        return after_items.has_opened(answer.stage, live=answer.stage == Stage.AFTER and self.is_deployed)

    @property
    def due_after_go(self) -> datetime.datetime | None:
        """When the items after the go are due; None before, and where the review was not read with its surroundings."""
        return after_items.due_at(getattr(self.review, "deployed_at", None))

    @cached_property
    def standing(self) -> evidence_rules.Standing:
        """What evidence has to name: this release, or for a review of the service its releases live or prepared.

        Read when the first piece of evidence asks: one statement, three for a review of the service.
        """
        release = self.review.release_id
        releases = [release] if release else [release.pk for release in releases_at_hand.of(self.service)]
        versions = Release.model_versions.through.objects.filter(release__in=releases)
        return self._standing(releases, versions.values_list("modelversion_id", flat=True))

    def read_with(self, pieces: QuerySet[Evidence]) -> QuerySet[Evidence]:
        """The pieces, each with whether what it names is at hand: then `hold` spares the statements of `standing`."""
        own = Release.objects.filter(reviews=self.review)
        at_hand = own if self.review.release_id else releases_at_hand.rows(self.service)
        carried = Release.model_versions.through.objects.filter(release__in=at_hand.values("pk"))
        return pieces.annotate(
            release_at_hand=Exists(at_hand.filter(pk=OuterRef("release"))),
            model_at_hand=Exists(carried.filter(modelversion=OuterRef("model_version"))),
        )

    def hold(self, pieces: Iterable[Any]) -> None:
        """Holds evidence against what was read with it."""
        rows = list(pieces)
        vars(self)["standing"] = self._standing(
            (row.release_id for row in rows if row.release_at_hand),
            (row.model_version_id for row in rows if row.model_at_hand),
        )

    def _standing(self, releases: Iterable[int], versions: Iterable[int]) -> evidence_rules.Standing:
        of_service = self.review.release_id is None
        return evidence_rules.Standing(frozenset(releases), frozenset(versions), self.today, of_service)


def is_deployed(review: Review) -> bool:
    """Whether the review's release went live; read with the review where it came with its surroundings."""
    if hasattr(review, "deployed_at"):
        return review.deployed_at is not None
    return Deployment.objects.to_production().filter(release=review.release_id).exists()
