"""Input shapes of releases, and the filters of their list."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from portal.forms.fields import DayField, SearchedTicks
from readiness.choices import Change
from readiness.models import Deployment, Environment, ModelVersion, Release, Service
from readiness.queries import releases as release_queries
from readiness.rules.releases import ReleaseFacts

LABELS = {"required": "Give it a label, such as 2.4.0."}


class ReleaseForm(forms.Form):
    """What a release says of itself, and which model versions it carries."""

    label = forms.CharField(
        label="Release",
        widget=forms.TextInput({"maxlength": 60, "autocomplete": "off"}),
        help_text="such as 2.4.0; it never changes",
        error_messages=LABELS,
    )
    summary = forms.CharField(
        label="What it brings, in one sentence", required=False, widget=forms.TextInput({"maxlength": 300})
    )
    changes = forms.MultipleChoiceField(
        label="What it changes",
        choices=Change.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Say what it changes.", "invalid_choice": "Choose from the list."},
    )
    new_feature = forms.BooleanField(
        label="It is a new feature", required=False, help_text="Then the pre-launch review is asked again."
    )
    model_versions = forms.ModelMultipleChoiceField(
        label="Model versions it carries",
        queryset=ModelVersion.objects.none(),
        required=False,
        to_field_name="public_id",
        widget=SearchedTicks,
        help_text="all of them, changed or not",
        error_messages={
            "invalid_choice": "Choose from the list: only versions of this service’s models are on it.",
            "invalid_pk_value": "Choose from the list.",
        },
    )
    planned_on = DayField(
        label="Planned for",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": "Enter a day, such as 2026-12-24."},
    )

    fixes_incident = forms.CharField(
        label="Incident it fixes",
        required=False,
        widget=forms.TextInput({"maxlength": 60, "list": "incidents-to-fix", "autocomplete": "off"}),
        help_text="as its own page names it, such as INC-0031; that incident then does not block this release",
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        versions = ModelVersion.objects.filter(model__service=service).select_related("model")
        cast("forms.ModelMultipleChoiceField[Any]", self.fields["model_versions"]).queryset = versions

    def facts(self, label: str = "") -> ReleaseFacts:
        """What was entered, as the rules take it."""
        data = self.cleaned_data
        return ReleaseFacts(
            label=label or data["label"],
            changes=tuple(data["changes"]),
            summary=data["summary"],
            new_feature=data["new_feature"],
            fixes_incident=data.get("fixes_incident", ""),
            planned_on=data["planned_on"],
        )


class PlanReleaseForm(ReleaseForm):
    """The form of a new release: it begins with the model versions of the one that is live."""

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        versions = release_queries.live_versions(service).values_list("public_id", flat=True)
        super().__init__(*args, service=service, initial={"model_versions": versions}, **options)


class ChangeReleaseForm(ReleaseForm):
    """The same for a release that stands, without its label; `seen` is the digest of what the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, release: Release, **options: Any) -> None:
        carried = list(release.model_versions.all())
        content = release_queries.content(release, carried)
        options["initial"] = {**content, "seen": release_queries.seen(release)}
        super().__init__(*args, service=release.service, **options)
        del self.fields["label"]
        self.release = release

    def seen_now(self) -> "ChangeReleaseForm":
        """The same input over the content that stands now: what was typed is kept, and saving again replaces that."""
        typed = cast(QueryDict, self.data).copy()
        typed["seen"] = release_queries.seen(self.release)
        return ChangeReleaseForm(typed, release=self.release)


class CancelForm(forms.Form):
    """Why a release is cancelled."""

    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea({"rows": 2, "maxlength": 300}),
        error_messages={"required": "Say why it is cancelled."},
    )


class DeployForm(forms.Form):
    """Where a release was deployed."""

    environment = forms.ModelChoiceField(
        label="Where does it run now?",
        queryset=Environment.objects.none(),
        to_field_name="name",
        empty_label=None,
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages={"required": "Choose the environment.", "invalid_choice": "Choose from the list."},
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Any]", self.fields["environment"]).queryset = service.environments.all()


class ReleaseFilter(django_filters.FilterSet):
    """Filters of the list: words, what it changes, how far it has come."""

    q = django_filters.CharFilter(label="Release or summary", method="search")
    changes = django_filters.ChoiceFilter(
        label="What it changes", empty_label="Any change", choices=Change.choices, method="changing"
    )
    stage = django_filters.ChoiceFilter(
        label="Stage",
        empty_label="Any stage",
        choices=[("planned", "Planned"), ("deployed", "Deployed"), ("cancelled", "Cancelled")],
        method="at_stage",
    )

    class Meta:
        model = Release
        fields: list[str] = []

    def search(self, found: QuerySet[Release], _name: str, words: str) -> QuerySet[Release]:
        """Releases by label or summary."""
        return found.filter(Q(label__icontains=words) | Q(summary__icontains=words))

    def changing(self, found: QuerySet[Release], _name: str, value: str) -> QuerySet[Release]:
        """Releases that change this; the keys are quoted in what is stored, and no key is part of another."""
        return found.alias(said=Cast("changes", TextField())).filter(said__contains=f'"{value}"')

    def at_stage(self, found: QuerySet[Release], _name: str, value: str) -> QuerySet[Release]:
        """Releases that are planned, deployed somewhere, or cancelled."""
        if value == "cancelled":
            return found.filter(cancelled_at__isnull=False)
        deployed = Exists(Deployment.objects.filter(release=OuterRef("pk")))
        return found.filter(Q(deployed) if value == "deployed" else ~Q(deployed) & Q(cancelled_at__isnull=True))
