"""Reads on one release: how far it has come, its content as one saw it, and whether a go stands for it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from portal import canonical, clock
from readiness.choices import GO, EnvironmentKind, ServiceState, Verdict
from readiness.models import Deployment, Environment, LaunchDecision, ModelVersion, Release, Service
from readiness.queries import decisions
from readiness.rules import releases as rules

VERDICT_PILLS = {Verdict.GO: "green", Verdict.CONDITIONAL_GO: "yellow", Verdict.NO_GO: "red"}


def progress(release: Release) -> rules.Progress:
    """How far it has come: two statements."""
    return rules.Progress(
        cancelled=release.cancelled_at is not None,
        go_recorded=release.decisions.filter(verdict__in=GO).exists(),
        deployed=release.deployments.exists(),
    )


def content(release: Release, model_versions: Iterable[ModelVersion] | None = None) -> dict[str, Any]:
    """What a release says of itself, with the versions it carries (read where they are not given)."""
    carried = release.model_versions.all() if model_versions is None else model_versions
    return {
        "label": release.label,
        "summary": release.summary,
        "changes": list(release.changes),
        "new_feature": release.new_feature,
        "planned_on": release.planned_on,
        "model_versions": sorted(str(version.public_id) for version in carried),
    }


def live_versions(service: Service) -> QuerySet[ModelVersion]:
    """The model versions that what runs in production carries: where the next release begins."""
    live = Deployment.objects.to_production().not_followed().filter(environment__service=service)
    return ModelVersion.objects.filter(releases__deployments__in=live).distinct()


def seen(release: Release) -> str:
    """The digest of its content: what a form carries, so that it cannot overwrite what its reader never saw."""
    return canonical.digest(content(release))


def deployment_facts(release: Release, environment: Environment, now: datetime.datetime) -> rules.DeploymentFacts:
    """What decides whether it may be deployed there now."""
    return next(facts for place, facts in _facts(release, now) if place.pk == environment.pk)


@dataclass(frozen=True)
class Place:
    """An environment as a release sees it: whether it runs there, and why it may not be deployed ("" if it may)."""

    name: str
    kind: str
    runs_there_now: bool
    refusal: str


def places(release: Release, now: datetime.datetime) -> list[Place]:
    """Each environment of the service, for this release: three statements."""
    return [
        Place(
            name=environment.name,
            kind=environment.get_kind_display(),
            runs_there_now=facts.runs_there_now,
            refusal=rules.deployment_refusal(facts),
        )
        for environment, facts in _facts(release, now)
    ]


def _facts(release: Release, now: datetime.datetime) -> list[tuple[Environment, rules.DeploymentFacts]]:
    latest = Deployment.objects.filter(environment=OuterRef("pk")).order_by("-deployed_at", "-pk")
    environments = release.service.environments.annotate(runs=Subquery(latest.values("release_id")[:1]))
    deployed_to = {deployment.environment_id for deployment in release.deployments.all()}
    current_gos = _current_gos(release, now)
    return [
        (
            environment,
            rules.DeploymentFacts(
                environment=environment.name,
                is_production=environment.kind == EnvironmentKind.PRODUCTION,
                service_retired=release.service.state == ServiceState.RETIRED,
                cancelled=release.cancelled_at is not None,
                runs_there_now=environment.runs == release.pk,
                has_current_go=environment.pk in current_gos,
                was_live_there=environment.pk in deployed_to,
            ),
        )
        for environment in environments
    ]


def _current_gos(release: Release, now: datetime.datetime) -> set[int]:
    """The keys of the environments in which a go for it stands: neither superseded nor expired nor lapsed."""
    today = clock.today_in(release.service.team.time_zone, now)
    on_it = LaunchDecision.objects.filter(release=release)
    return {found.decision.environment_id for found in decisions.standing(on_it, now, today) if found.allows}


def listed(service: Service) -> QuerySet[Release]:
    """The releases of a service with what their list shows: three statements at any number."""
    latest = LaunchDecision.objects.filter(release=OuterRef("pk")).order_by("-number").values("verdict")[:1]
    return (
        Release.objects.filter(service=service)
        .select_related("service")
        .annotate(verdict=Subquery(latest))
        .prefetch_related(
            Prefetch("model_versions", ModelVersion.objects.select_related("model")),
            Prefetch("deployments", _deployments()),
        )
    )


def _deployments() -> QuerySet[Deployment]:
    """Deployments that say whether another release has followed them in the same environment."""
    followed = Deployment.objects.filter(environment=OuterRef("environment"), pk__gt=OuterRef("pk"))
    return Deployment.objects.select_related("environment", "deployed_by").annotate(is_current=~Exists(followed))


def stage(release: Release) -> list[tuple[str, str]]:
    """How far a listed release has come, as pills: state and word."""
    if release.cancelled_at:
        return [("na", "Cancelled")]
    deployments = list(release.deployments.all())
    running = [one.environment.name for one in deployments if one.is_current]  # type: ignore[attr-defined]  # annotated
    if running:
        return [("green", f"Runs in {', '.join(sorted(running))}")]
    if deployments:
        return [("plain", "Ran before")]
    verdict = release.verdict  # type: ignore[attr-defined]  # annotated by `listed`
    return [(VERDICT_PILLS[Verdict(verdict)], Verdict(verdict).label)] if verdict else [("unanswered", "Planned")]
