"""The releases that a service's evidence may name: the one live, and those being prepared since."""

import datetime

from django.db.models import F, Q, QuerySet, Subquery

from readiness.models import Deployment, Release, Service


def of(service: Service, by: datetime.datetime | None = None) -> list[Release]:
    """The release last deployed to production, and every one being prepared since; with `by`, those of that moment."""
    return list(rows(service, by).order_by("-planned_at"))


def rows(service: Service, by: datetime.datetime | None = None) -> QuerySet[Release]:
    """The same, to be read with something else."""
    planned, live = Q(cancelled_at__isnull=True), Deployment.objects.to_production()
    if by is not None:
        live = live.filter(deployed_at__lte=by)
        planned = Q(planned_at__lte=by) & (planned | Q(cancelled_at__gt=by))
    releases = service.releases.filter(planned)
    last = live.filter(release__in=releases.values("pk")).order_by("-deployed_at", "-pk")
    since = Subquery(last.values("release__planned_at")[:1])
    return releases.alias(since=since).filter(Q(since__isnull=True) | Q(planned_at__gte=F("since")))
