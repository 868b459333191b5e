"""Model cards: the list, one with its revisions, and any two revisions beside each other."""

import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from portal import clock
from portal.permissions import Access
from portal.queries import documents
from portal.queries.documents import Revision
from portal.rules import freshness
from portal.rules.freshness import Stage
from readiness.choices import ServiceState
from readiness.extension_points import EvidenceDocument
from readiness.models import ModelCard, ModelCardReview, ModelVersion, ServedModel, Service
from readiness.models.model_cards import ModelCardQuerySet
from readiness.rules.card_formats.reading import About


def listed(access: Access) -> ModelCardQuerySet:
    """The cards this person may see, the one longest overdue for review first: one statement."""
    newest = ModelVersion.objects.filter(model=OuterRef("model")).order_by("-recorded_at").values("pk")[:1]
    found = ModelCard.objects.visible_to(access).annotate(newest_version=Subquery(newest))
    related = ("model__service__scope__team", "describes", "keeper", "written_by", "reviewed_by")
    return found.select_related(*related).order_by("review_on", "pk")


def of_service(service: Service) -> QuerySet[ServedModel]:
    """The models of a service with their cards, by name; one without a card is a hole."""
    return service.served_models.select_related("card__keeper", "card__describes", "card__written_by")


def kept() -> ModelCardQuerySet:
    """Every card of a service that is not retired, with what reminding of its review needs."""
    found = ModelCard.objects.exclude(model__service__state=ServiceState.RETIRED)
    return found.select_related("model__service__scope__team", "keeper")


def waiting_for(access: Access) -> ModelCardQuerySet:
    """The cards that this person keeps and whose review is late or due within a week, the latest first."""
    until = clock.now().date() - datetime.timedelta(days=freshness.DAYS_AFTER[Stage.SOON])
    mine = kept().visible_to(access).filter(keeper=access.person, review_on__lte=until)
    found: ModelCardQuerySet = mine.order_by("review_on", "pk")
    return found


def as_evidence(service: Service) -> list[EvidenceDocument]:
    """The cards of a service as evidence: each names the model version it speaks of; one statement."""
    cards: Any = ModelCard.objects.filter(model__service=service).select_related("model__service", "describes__model")
    return [
        EvidenceDocument(
            public_id=card.public_id,
            title=str(card),
            revision=card.revision,
            digest=card.content_digest,
            url=f"{card.get_absolute_url()}?revision={card.revision}",
            seen_on=documents.seen_on(card, service.team.time_zone),
            is_stale=card.freshness.is_stale,
            model_version=card.describes,
        )
        for card in cards.annotate(last_review_at=documents.last_review_at(ModelCardReview)).order_by("model__name")
    ]


def stale() -> Q:
    """Which cards are stale today (UTC)."""
    return Q(review_on__lt=clock.now().date())


def behind() -> Q:
    """Which cards speak of another version than the newest on record."""
    return Q(newest_version__isnull=False) & ~Q(describes=F("newest_version"))


def about(card: ModelCard, revision: Revision) -> About:
    """What a file of one of its revisions says beside the content."""
    version = version_of(revision.terms.get("describes"))
    return About(card.model.name, card.service.name, str(card.public_id), revision.number, revision.at, version)


def version_of(public_id: str | None) -> str:
    """The version that a revision speaks of; empty for none."""
    if not public_id:
        return ""
    return ModelVersion.objects.filter(public_id=public_id).values_list("version", flat=True).first() or ""
