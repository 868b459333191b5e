"""Reads on one release: how far it has come, its content as one saw it, and whether a go stands for it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from portal import canonical
from portal.permissions import Access
from readiness.choices import GO, Verdict
from readiness.extension_points import NamedIncident, incident_sources
from readiness.models import Deployment, LaunchDecision, ModelVersion, Release, Service
from readiness.rules import releases as rules

VERDICT_PILLS = {
    Verdict.GO: "green",
    Verdict.CONDITIONAL_GO: "yellow",
    Verdict.NO_GO: "red",
    Verdict.EMERGENCY_GO: "yellow",
}


def progress(release: Release) -> rules.Progress:
    """How far it has come: two statements."""
    return rules.Progress(
        cancelled=release.cancelled_at is not None,
        go_recorded=release.decisions.filter(verdict__in=GO, withdrawal__isnull=True).exists(),
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
        "fixes_incident": release.fixes_incident,
        "model_versions": sorted(str(version.public_id) for version in carried),
    }


def incident_fixed(release: Release) -> NamedIncident | None:
    """The incident that it names as what it fixes, as whoever watches incidents knows it; None where nobody does."""
    if not release.fixes_incident:
        return None
    found = (source.named(release.service, release.fixes_incident) for source in incident_sources)
    return next((incident for incident in found if incident), None)


def incidents_to_fix(access: Access, service: Service) -> list[NamedIncident]:
    """Those that a release of the service may name: one statement for each source."""
    return [incident for source in incident_sources for incident in source.offered(access, service)]


def live_versions(service: Service) -> QuerySet[ModelVersion]:
    """The model versions that what runs in production carries: where the next release begins."""
    live = Deployment.objects.to_production().not_followed().filter(environment__service=service)
    return ModelVersion.objects.filter(releases__deployments__in=live).distinct()


def seen(release: Release) -> str:
    """The digest of its content: what a form carries, so that it cannot overwrite what its reader never saw."""
    return canonical.digest(content(release))


def listed(service: Service) -> QuerySet[Release]:
    """The releases of a service with what their list shows: three statements at any number."""
    return _shown(Release.objects.filter(service=service))


def shown(access: Access) -> QuerySet[Release]:
    """Every release on a service that this person may see, with what is shown of it: three statements."""
    return _shown(Release.objects.visible_to(access)).select_related("service__scope__team", "planned_by")


def find(access: Access, slug: str, label: str) -> Release | None:
    """One release with what its page shows of itself, if the person may see its service: three statements."""
    visible = Release.objects.visible_to(access).filter(service__slug=slug, label=label)
    return _shown(visible).select_related("service__scope__team", "planned_by").first()


def _shown(releases: QuerySet[Release]) -> QuerySet[Release]:
    latest = (
        LaunchDecision.objects.filter(release=OuterRef("pk"), withdrawal__isnull=True)
        .order_by("-number")
        .values("verdict")[:1]
    )
    return (
        releases.select_related("service")
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
