"""Where a service runs, and which release runs there."""

from django.db.models import OuterRef, QuerySet, Subquery

from readiness.models import Deployment, Environment, Service


def of_service(service: Service) -> QuerySet[Environment]:
    """The environments in order, each with the label and time of its latest deployment: one statement."""
    latest = Deployment.objects.filter(environment=OuterRef("pk")).order_by("-deployed_at", "-pk")
    return service.environments.annotate(
        runs=Subquery(latest.values("release__label")[:1]), since=Subquery(latest.values("deployed_at")[:1])
    )
