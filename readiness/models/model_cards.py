"""Model cards: what a model of a service is for, how well it does it, and where it ends."""

from typing import Any

from django.db import models
from django.urls import reverse

from portal.models import Scope
from portal.models.base import VisibleQuerySet
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from readiness.models.served_models import ModelVersion, ServedModel
from readiness.models.services import Service


class ModelCardQuerySet(VisibleQuerySet["ModelCard"]):
    """Cards that somebody may see."""

    scope_path = "model__service__scope"


class ModelCard(AbstractDocument):
    """The card of one model. `describes` is the version it speaks of."""

    model = models.OneToOneField(ServedModel, on_delete=models.PROTECT, related_name="card")
    describes = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")

    objects = ModelCardQuerySet.as_manager()

    class Meta:
        ordering = ["model__service__name", "model__name"]

    def __str__(self) -> str:
        return f"Model card {self.model.name}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:model_card", args=[self.service.slug, self.model.public_id])

    @property
    def service(self) -> Service:
        """The service that serves the model."""
        return self.model.service

    @property
    def scope(self) -> Scope:
        """That of its service."""
        return self.service.scope

    def governed_content(self) -> dict[str, Any]:
        """The fields, and the version they speak of."""
        described = self.describes.public_id if self.describes else None
        return {**super().governed_content(), "model": self.model.public_id, "describes": described}

    def recorded_facts(self) -> dict[str, Any]:
        """By which facts the record knows it."""
        return {
            "service": self.service.slug,
            "model": self.model.name,
            "version": self.describes.version if self.describes else None,
        }


class ModelCardRevision(AbstractDocumentRevision):
    """A card as it stood after an event."""

    subject = models.ForeignKey(ModelCard, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractDocumentRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="model_card_revision_once")]


class ModelCardReview(AbstractDocumentReview):
    """Somebody said that a card is still true."""

    document = models.ForeignKey(ModelCard, on_delete=models.PROTECT, related_name="reviews")
