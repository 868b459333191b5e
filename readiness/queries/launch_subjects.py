"""A release and where it is to go, with what surrounds both: read in one statement, for pages, gate and actions."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, FilteredRelation, OuterRef, Q, Subquery, Value

from portal import clock
from portal.permissions import Access
from portal.queries import unions
from readiness.choices import GO, EnvironmentKind, ServiceState
from readiness.models import Deployment, Environment, LaunchDecision, ModelVersion, Release, Service
from readiness.models.releases import ReleaseQuerySet

RELEASE = "release"


@dataclass(frozen=True)
class Subject:
    """What is decided on: this release for this environment. `carries` are its model versions.

    `used_before`: anything was ever deployed there; `live_with_go`: this release was, and a go stood behind it then;
    `runs` is the label of what reached the environment last; "" where nothing has.
    """

    service: Service
    release: Release
    environment: Environment
    carries: tuple[ModelVersion, ...]
    used_before: bool
    live_with_go: bool
    runs: str

    @property
    def runs_there(self) -> bool:
        """Whether it is what runs there: nothing reached the environment after it."""
        return self.runs == self.release.label

    @property
    def is_production(self) -> bool:
        """Whether production's reviews are read."""
        return self.environment.kind == EnvironmentKind.PRODUCTION

    @property
    def closed(self) -> str:
        """Why nothing can be decided or deployed any more, as a sentence; "" where it can."""
        if self.service.state == ServiceState.RETIRED:
            return f"{self.service.name} is retired."
        return f"Release {self.release.label} is cancelled." if self.release.cancelled_at else ""

    def today(self, now: datetime.datetime) -> datetime.date:
        """The day it is where the team is."""
        return clock.today_in(self.service.team.time_zone, now)


@dataclass(frozen=True)
class Choices:
    """What a page may switch to: the service's environments and its releases that are not cancelled."""

    environments: tuple[str, ...]
    releases: tuple[str, ...]


def find(access: Access, slug: str, label: str, environment: str) -> Subject | None:
    """The subject by its names, if the person may see the service; None where one of the three does not exist."""
    releases = Release.objects.visible_to(access).filter(service__slug=slug, label=label)
    return next(iter(_read(releases, Q(service__environments__name=environment))), None)


def again(release: Release, environment: Environment) -> Subject:
    """The same two, read anew inside a transaction."""
    found = _read(Release.objects.filter(pk=release.pk), Q(service__environments__name=environment.name))
    if not found:
        raise Release.DoesNotExist(f"{release} or {environment} is gone.")
    return found[0]


def each(release: Release) -> list[Subject]:
    """The release with each environment of its service, in their order: one statement at any number."""
    return _read(Release.objects.filter(pk=release.pk), Q(service__environments__isnull=False))


def first(access: Access, slug: str, label: str, environment: str = "") -> Subject | None:
    """The same where the environment may be left open: production, or the first one there is. One statement."""
    releases = Release.objects.visible_to(access).filter(service__slug=slug, label=label)
    named = Q(service__environments__name=environment) if environment else Q(service__environments__isnull=False)
    return min(_read(releases, named), key=_not_production, default=None)


def to_production(release: Release) -> Subject | None:
    """The release where it is to go in the end: production, or the first environment there is; None without any."""
    return min(each(release), key=_not_production, default=None)


class Named(NamedTuple):
    """An environment by its kind, or a release."""

    name: str
    kind: str
    key: int


def choices(access: Access, slug: str) -> Choices:
    """What may be switched to, if the person may see the service; one statement.

    Production first, then the other environments; the newest releases first.
    """
    seen = Service.objects.visible_to(access).filter(slug=slug).order_by()
    environments = unions.part(Environment.objects.filter(service__in=seen), Named, name="name", kind="kind", key="pk")
    releases = unions.part(
        Release.objects.filter(service__in=seen, cancelled_at__isnull=True),
        Named,
        name="label",
        kind=Value(RELEASE, output_field=CharField()),
        key="pk",
    )
    rows = unions.read(Named, (environments, releases))
    places = sorted((row for row in rows if row.kind != RELEASE), key=_production_first)
    labels = sorted((row for row in rows if row.kind == RELEASE), key=lambda row: -row.key)
    return Choices(tuple(row.name for row in places), tuple(row.name for row in labels))


def _read(releases: ReleaseQuerySet, places: Q) -> list[Subject]:
    """One row a model version and environment: both are few, and one statement is cheaper than two."""
    there = Deployment.objects.filter(environment=OuterRef("place__pk"))
    decided = LaunchDecision.objects.filter(
        release=OuterRef("release"),
        environment=OuterRef("environment"),
        verdict__in=GO,
        decided_at__lte=OuterRef("deployed_at"),
        withdrawal__isnull=True,
    )
    rows: list[Any] = list(
        releases.annotate(
            place=FilteredRelation("service__environments", condition=places),
            carried=FilteredRelation("model_versions"),
            used_before=Exists(there),
            live_with_go=Exists(there.filter(Exists(decided), release=OuterRef("pk"))),
            runs=Subquery(there.order_by("-pk").values("release__label")[:1]),
        )
        .select_related(  # type: ignore[misc]  # place and carried are named just above
            "service__scope__team", "service__target", "service__owner", "planned_by", "place", "carried__model"
        )
        .order_by("place__position", "place__name", "carried__model__name", "carried__pk")
    )
    by_place: dict[int, list[Any]] = {}
    for row in rows:
        if getattr(row, "place", None) is not None:
            by_place.setdefault(row.place.pk, []).append(row)
    return [_subject(found) for found in by_place.values()]


def _subject(rows: Sequence[Any]) -> Subject:
    release: Any = rows[0]
    place: Environment = release.place
    place.service = release.service
    return Subject(
        service=release.service,
        release=release,
        environment=place,
        carries=tuple(carried for row in rows if (carried := getattr(row, "carried", None)) is not None),
        used_before=release.used_before,
        live_with_go=release.live_with_go,
        runs=release.runs or "",
    )


def _production_first(row: Named) -> tuple[bool, int]:
    return (row.kind != EnvironmentKind.PRODUCTION, row.key)


def _not_production(subject: Subject) -> bool:
    return not subject.is_production
