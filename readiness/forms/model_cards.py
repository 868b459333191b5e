"""Input shapes of model cards, and the filters of their list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.forms.documents import DocumentForm
from readiness.forms import ownership as ownership_forms
from readiness.models import ModelCard, ModelVersion, ServedModel
from readiness.queries import model_cards as queries
from readiness.queries import ownership
from readiness.rules import model_cards as rules


class ModelCardForm(DocumentForm):
    """The card of a model, and the version it speaks of."""

    describes = forms.ModelChoiceField(
        label="Version it speaks of",
        queryset=ModelVersion.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="No version yet",
    )
    groups = rules.GROUPS

    def __init__(self, *args: Any, model: ServedModel, card: ModelCard | None = None, **options: Any) -> None:
        candidates = ownership.candidates(model.service)
        choices = ownership_forms.grouped(list(candidates), model.service.scope.team.name)
        super().__init__(*args, keepers=(candidates, choices), document=card, **options)
        versions = model.versions.order_by("-recorded_at")
        describes: Any = self.fields["describes"]
        describes.queryset = versions
        if card is None and (newest := versions.first()):
            self.initial.setdefault("describes", newest.public_id)


STANDING = (("stale", "Stale"), ("reviewed", "Reviewed in time"), ("behind", "Speaks of an older version"))


class ModelCardFilter(django_filters.FilterSet):
    """By words, keeper and standing."""

    q = django_filters.CharFilter(label="Model, service or keeper", method="search")
    service = django_filters.CharFilter(field_name="model__service__slug", widget=forms.HiddenInput)
    standing = django_filters.ChoiceFilter(empty_label="Any standing", choices=STANDING, method="stands")

    class Meta:
        model = ModelCard
        fields: list[str] = []

    def search(self, found: QuerySet[ModelCard], _name: str, words: str) -> QuerySet[ModelCard]:
        """By what it is called, or who keeps it."""
        named = Q(model__name__icontains=words) | Q(model__service__name__icontains=words)
        return found.filter(named | Q(keeper__name__icontains=words))

    def stands(self, found: QuerySet[ModelCard], _name: str, value: str) -> QuerySet[ModelCard]:
        """By how it stands today."""
        if value == "behind":
            return found.filter(queries.behind())
        return found.filter(queries.stale()) if value == "stale" else found.exclude(queries.stale())
