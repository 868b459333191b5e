"""What services serve, need and rehearse, for other tools: each list as this person may see it."""

from django.db.models import Prefetch, QuerySet

from portal.permissions import Access
from readiness.models import Dependency, Drill, ModelVersion, ServedModel, Service


def models(access: Access) -> QuerySet[ServedModel]:
    """Models of the services this person may see, with their versions, the newest first: two statements."""
    versions = ModelVersion.objects.select_related("previous", "recorded_by").order_by("-recorded_at", "-pk")
    found = ServedModel.objects.filter(service__in=Service.objects.visible_to(access))
    return found.select_related("service__scope__team").prefetch_related(Prefetch("versions", versions))


def dependencies(access: Access) -> QuerySet[Dependency]:
    """What the services this person may see need from outside, what was taken off among it: one statement."""
    found = Dependency.objects.filter(service__in=Service.objects.visible_to(access))
    return found.select_related("service__scope__team", "declared_by")


def drills(access: Access) -> QuerySet[Drill]:
    """Rehearsals of the services this person may see: one statement."""
    related = ("service", "environment", "release", "performed_by", "recorded_by", "attachment")
    return Drill.objects.visible_to(access).select_related(*related)
