"""Releases as they stood: what they carried, which was live, what evidence has to name."""

import datetime
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from portal.models import AuditEvent
from readiness.choices import EnvironmentKind
from readiness.models import Deployment, ModelVersion, Release, Service
from readiness.queries.packs.moments import Moment
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import evidence as evidence_rules
from readiness.rules.pack_contents import ReleaseLine


def known(service: Service, at: Moment) -> QuerySet[Release]:
    """Those planned by the moment and not cancelled by then, newest first."""
    kept = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=at.at)
    return service.releases.filter(kept, planned_at__lte=at.at).order_by("-planned_at", "-pk")


def live(service: Service, at: Moment) -> Deployment | None:
    """How the release that was live in production got there; None where none was."""
    reached = Deployment.objects.filter(release__service=service, deployed_at__lte=at.at)
    return (
        reached.filter(environment__kind=EnvironmentKind.PRODUCTION)
        .select_related("release", "environment", "deployed_by")
        .order_by("-deployed_at", "-pk")
        .first()
    )


def carried(releases: Collection[Release], at: Moment) -> Mapping[int, tuple[ModelVersion, ...]]:
    """The model versions of each release, by its key: what its newest event by the moment names."""
    events = AuditEvent.objects.filter(
        target_kind="release",
        target_id__in=[str(release.public_id) for release in releases],
        verb__in=["release.planned", "release.changed"],
        number__lte=at.number,
    )
    named: dict[str, list[str]] = {}
    for event in events.order_by("number"):
        facts = json.loads(event.body)["facts"]
        if "model_versions" in facts:
            named[event.target_id] = facts["model_versions"]
    wanted = {public_id for found in named.values() for public_id in found}
    versions = ModelVersion.objects.filter(public_id__in=wanted).select_related("model").order_by("model__name", "pk")
    return {
        release.pk: tuple(one for one in versions if str(one.public_id) in named.get(str(release.public_id), ()))
        for release in releases
    }


def lines(service: Service, at: Moment) -> Iterable[ReleaseLine]:
    """The releases planned or deployed in the period, and the one that was live at its end, newest first."""
    running = live(service, at)
    reached: dict[int, list[Deployment]] = {}
    found = Deployment.objects.filter(release__service=service, deployed_at__lte=at.at)
    for deployment in found.select_related("environment", "deployed_by").order_by("deployed_at", "pk"):
        reached.setdefault(deployment.release_id, []).append(deployment)
    releases = [
        release
        for release in known(service, at)
        if release.planned_at >= at.starts
        or (running is not None and release.pk == running.release_id)
        or any(deployment.deployed_at >= at.starts for deployment in reached.get(release.pk, ()))
    ]
    versions = carried(releases, at)
    for release in releases:
        yield ReleaseLine(
            label=release.label,
            summary=release.summary,
            changes=tuple(release.change_labels),
            models=tuple(map(str, versions[release.pk])),
            deployments=tuple(_deployed(deployment) for deployment in reached.get(release.pk, ())),
            is_live=running is not None and release.pk == running.release_id,
        )


def _deployed(deployment: Deployment) -> str:
    at = deployment.deployed_at.astimezone(datetime.UTC)
    return f"{deployment.environment.name}, {at:%Y-%m-%d %H:%M:%S}, by {deployment.deployed_by.name}"


@dataclass(frozen=True, kw_only=True)
class FrameThen(ReviewFrame):
    """What the answers of a review are held against, as it stood at the moment."""

    at: Moment

    @cached_property
    def standing(self) -> evidence_rules.Standing:
        """What evidence had to name then: the rule of ReviewFrame, on the releases as they stood."""
        release = self.review.release
        releases = [release] if release else relevant(self.service, self.at)
        versions = carried(releases, self.at)
        return evidence_rules.Standing(
            releases=frozenset(one.pk for one in releases),
            model_versions=frozenset(version.pk for found in versions.values() for version in found),
            today=self.today,
            of_service=release is None,
        )


def relevant(service: Service, at: Moment) -> list[Release]:
    """The release last deployed to production by then, and every one being prepared since."""
    releases, running = list(known(service, at)), live(service, at)
    pk = running.release_id if running else None
    place = next((index for index, release in enumerate(releases) if release.pk == pk), len(releases) - 1)
    return releases[: place + 1]
