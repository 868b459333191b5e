"""Reads on one release: how far it has come, its content as one saw it, and whether a go stands for it."""

import datetime
from collections.abc import Iterable
from typing import Any

from portal import canonical, clock
from readiness.choices import EnvironmentKind, ServiceState, Verdict
from readiness.models import Environment, LaunchDecision, ModelVersion, Release
from readiness.queries.status import DAYS_TO_DEPLOY
from readiness.rules import releases as rules

GO = (Verdict.GO, Verdict.CONDITIONAL_GO)


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


def seen(release: Release) -> str:
    """The digest of its content: what a form carries, so that it cannot overwrite what its reader never saw."""
    return canonical.digest(content(release))


def deployment_facts(release: Release, environment: Environment, now: datetime.datetime) -> rules.DeploymentFacts:
    """What decides whether it may be deployed there now."""
    latest = environment.deployments.order_by("-deployed_at", "-pk").values_list("release_id", flat=True).first()
    return rules.DeploymentFacts(
        environment=environment.name,
        is_production=environment.kind == EnvironmentKind.PRODUCTION,
        service_retired=release.service.state == ServiceState.RETIRED,
        cancelled=release.cancelled_at is not None,
        runs_there_now=latest == release.pk,
        has_current_go=has_current_go(release, environment, now),
        was_live_there=environment.deployments.filter(release=release).exists(),
    )


def has_current_go(release: Release, environment: Environment, now: datetime.datetime) -> bool:
    """Whether the newest decision on it there is a go that has neither expired nor lapsed (product.md, Decision)."""
    decision = (
        LaunchDecision.objects.filter(release=release, environment=environment)
        .defer("snapshot")
        .order_by("-sequence")
        .first()
    )
    if decision is None or decision.verdict not in GO:
        return False
    if decision.decided_at + datetime.timedelta(days=DAYS_TO_DEPLOY) <= now:
        return False
    today = clock.today_in(release.service.team.time_zone, now)
    return not decision.conditions.filter(met__isnull=True, due_on__lt=today).exists()
