"""What services serve, need and rehearse, for other tools: each list as this person may see it."""

from django.db.models import Case, CharField, F, Prefetch, QuerySet, When

from portal.permissions import Access
from readiness.choices import ServiceState
from readiness.models import Dependency, Drill, ModelVersion, ServedModel, Service
from readiness.models.services import ServiceQuerySet


def models(access: Access) -> QuerySet[ServedModel]:
    """Models of the services this person may see, with their versions, the newest first: two statements."""
    versions = ModelVersion.objects.select_related("previous", "recorded_by").order_by("-recorded_at", "-pk")
    found = ServedModel.objects.filter(service__in=Service.objects.visible_to(access))
    return found.select_related("service__scope__team").prefetch_related(Prefetch("versions", versions))


def dependencies(access: Access) -> QuerySet[Dependency]:
    """What the services this person may see need from outside, what was taken off among it: one statement.

    `upstream_slug` is None, too, where the person may not see the service of this portal that it is.
    """
    seen = Service.objects.visible_to(access)
    named = Case(When(upstream__in=seen, then=F("upstream__slug")), output_field=CharField(null=True))
    found = Dependency.objects.filter(service__in=seen).annotate(upstream_slug=named)
    return found.select_related("service__scope__team", "declared_by")


def may_need(access: Access, service: Service) -> ServiceQuerySet:
    """The services of this portal that a service may be said to need: the others that this person sees, by name."""
    found = Service.objects.visible_to(access).exclude(pk=service.pk).exclude(state=ServiceState.RETIRED)
    return found.order_by("name")


def drills(access: Access) -> QuerySet[Drill]:
    """Rehearsals of the services this person may see: one statement."""
    related = ("service", "environment", "release", "performed_by", "recorded_by", "attachment")
    return Drill.objects.visible_to(access).select_related(*related)
