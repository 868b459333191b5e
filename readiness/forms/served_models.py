"""Input shapes of models and their versions, and the filters of their list."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from portal.forms.fields import DayField
from readiness.choices import ModelVersionKind
from readiness.models import ModelVersion, ServedModel
from readiness.rules import served_models as rules

DAY = {"type": "date"}
NO_DAY = "Enter a day, such as 2026-12-24."


class ModelForm(forms.Form):
    """A model that the service serves."""

    name = forms.CharField(
        label="Name",
        widget=forms.TextInput({"maxlength": rules.MODEL_LIMITS["name"], "autocomplete": "off"}),
        error_messages={"required": "Give the model a name."},
    )
    purpose = forms.CharField(
        label="What it does here", required=False, widget=forms.TextInput({"maxlength": rules.MODEL_LIMITS["purpose"]})
    )
    provider = forms.CharField(
        label="Provider",
        required=False,
        widget=forms.TextInput({"maxlength": rules.MODEL_LIMITS["provider"]}),
        help_text="Leave it empty where the team hosts the model.",
    )


class ModelVersionForm(forms.Form):
    """A version as its registry knows it; of a provider’s model, the pin."""

    kind = forms.ChoiceField(
        label="What is new",
        choices=ModelVersionKind.choices,
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages={"required": "Choose the kind.", "invalid_choice": "Choose one of the three."},
    )
    version = forms.CharField(
        label="Version id",
        widget=forms.TextInput({"maxlength": rules.VERSION_LIMITS["version"], "autocomplete": "off"}),
        help_text="as the registry writes it; it never changes",
        error_messages={"required": "Give the version its id, as the registry or the provider writes it."},
    )
    prompt_revision = forms.CharField(
        label="Prompt revision",
        required=False,
        widget=forms.TextInput({"maxlength": rules.VERSION_LIMITS["prompt_revision"]}),
    )
    registry_url = forms.CharField(
        label="Registry entry", required=False, widget=forms.TextInput({"type": "url", "placeholder": "https://"})
    )
    promoted_on = DayField(
        label="In production since", required=False, widget=forms.DateInput(DAY), error_messages={"invalid": NO_DAY}
    )
    evaluation_passed = forms.CharField(
        label="Evaluation passed",
        required=False,
        widget=forms.TextInput({"maxlength": rules.VERSION_LIMITS["evaluation_passed"]}),
        help_text="which metrics, at which values",
    )
    previous = forms.ModelChoiceField(
        label="Previous version",
        queryset=ModelVersion.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label="None: this is the first",
        help_text="what one would go back to",
        error_messages={"invalid_choice": "Choose a version of this model."},
    )
    retires_on = DayField(
        label="Provider retires it on", required=False, widget=forms.DateInput(DAY), error_messages={"invalid": NO_DAY}
    )

    def __init__(self, *args: Any, model: ServedModel, **options: Any) -> None:
        versions = model.versions.select_related("model").order_by("-recorded_at", "-pk")
        newest = versions.values_list("public_id", flat=True).first()
        kind = ModelVersionKind.PIN if model.provider else ModelVersionKind.MODEL
        options.setdefault("initial", {"kind": kind, "previous": newest})
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Any]", self.fields["previous"]).queryset = versions
        if model.provider:
            self._word_for_a_provider(model.provider)

    def _word_for_a_provider(self, provider: str) -> None:
        """The registry of a third-party model is what the team pinned (catalogue.md 6)."""
        words = {
            "version": ("Pinned model id", f"as {provider} writes it; it never changes"),
            "promoted_on": ("Used since", ""),
            "previous": ("Previous pin", "what one would go back to"),
            "registry_url": ("Where it is pinned", ""),
        }
        for name, (label, hint) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, hint

    def facts(self) -> rules.RegistryFacts:
        """What was entered, as the rules take it."""
        return rules.RegistryFacts(
            **{name: self.cleaned_data[name] for name in rules.RegistryFacts.__dataclass_fields__}
        )


class ModelVersionFilter(django_filters.FilterSet):
    """Filters of the list: words, model, kind."""

    q = django_filters.CharFilter(label="Version or model", method="search")
    model = django_filters.ChoiceFilter(label="Model", empty_label="Any model", field_name="model__public_id")
    kind = django_filters.ChoiceFilter(label="Kind", empty_label="Any kind", choices=ModelVersionKind.choices)

    class Meta:
        model = ModelVersion
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        models = self.queryset.order_by("model__name").values_list("model__public_id", "model__name").distinct()
        self.filters["model"].extra["choices"] = [(str(public_id), name) for public_id, name in models]

    def search(self, found: QuerySet[ModelVersion], _name: str, words: str) -> QuerySet[ModelVersion]:
        """Versions by their id, their model or their prompt revision."""
        return found.filter(
            Q(version__icontains=words) | Q(model__name__icontains=words) | Q(prompt_revision__icontains=words)
        )
