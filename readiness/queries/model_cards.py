"""Model cards: the list, one with its revisions, and any two revisions beside each other."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from portal import clock
from portal.permissions import Access
from readiness.models import ModelCard, ModelVersion, ServedModel, Service
from readiness.models.model_cards import ModelCardQuerySet


def listed(access: Access) -> ModelCardQuerySet:
    """The cards this person may see, the one longest overdue for review first: one statement."""
    newest = ModelVersion.objects.filter(model=OuterRef("model")).order_by("-recorded_at").values("pk")[:1]
    found = ModelCard.objects.visible_to(access).annotate(newest_version=Subquery(newest))
    related = ("model__service__scope__team", "describes", "keeper", "written_by", "reviewed_by")
    return found.select_related(*related).order_by("review_on", "pk")


def of_service(service: Service) -> QuerySet[ServedModel]:
    """The models of a service with their cards, by name; one without a card is a hole."""
    return service.served_models.select_related("card__keeper", "card__describes", "card__written_by")


def stale() -> Q:
    """Which cards are stale today (UTC)."""
    return Q(review_on__lt=clock.now().date())


def behind() -> Q:
    """Which cards speak of another version than the newest on record."""
    return Q(newest_version__isnull=False) & ~Q(describes=F("newest_version"))
