"""Input shapes of incidents: a new one, what is done on one, and the filters of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from incidents.choices import IncidentState, Severity
from incidents.models import AlertPlaybook, Incident, Runbook
from incidents.queries import commanders
from incidents.queries import incidents as queries
from incidents.rules import lifecycle
from portal.forms.fields import MomentField, SearchedTicks
from portal.models import User
from portal.permissions import Access
from readiness.forms import ownership as ownership_forms
from readiness.models import ModelVersion, Release, Service

SEVERITIES = (
    (1, "Sev-1: users are harmed, or all of it is down"),
    (2, "Sev-2: many users notice, or one segment is harmed"),
    (3, "Sev-3: some notice, or it will get worse"),
    (4, "Sev-4: hardly anybody notices"),
)


class DeclareForm(forms.Form):
    """What is wrong, how bad it is, and what is known."""

    title = forms.CharField(
        label="What is wrong",
        max_length=lifecycle.LONGEST_TITLE,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="in one line, as a user would notice it",
        error_messages={"required": "Say in one line what is wrong, as a user would notice it."},
    )
    severity = forms.TypedChoiceField(
        choices=SEVERITIES,
        coerce=int,
        initial=Severity.SEV_3,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose sev-1 to sev-4."},
    )
    text = forms.CharField(
        label="What is known so far",
        max_length=lifecycle.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say what is known so far, if only how it was noticed."},
    )
    playbook = forms.ChoiceField(
        required=False, help_text="its steps are ticked here, in the words that stand now", label="Playbook to follow"
    )
    affected = forms.ModelMultipleChoiceField(
        label="Other services it affects",
        queryset=Service.objects.none(),
        to_field_name="slug",
        required=False,
        widget=SearchedTicks,
        help_text="their teams are told, and may respond",
    )
    started_at = MomentField(label="When the harm began", required=False, help_text="empty: now")
    model_version = forms.ModelChoiceField(
        label="Model version that answers",
        queryset=ModelVersion.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="Not known, or no model",
    )
    take_command = forms.BooleanField(label="I take command", required=False, initial=True)

    def __init__(self, *args: Any, service: Service, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        offered = AlertPlaybook.objects.values_list("key", "title")
        fields["playbook"].choices = [("", "None of them fits"), *offered]
        fields["affected"].queryset = Service.objects.visible_to(access).exclude(pk=service.pk).order_by("name")
        versions = ModelVersion.objects.filter(model__service=service).select_related("model")
        fields["model_version"].queryset = versions.order_by("-recorded_at")


class JoinForm(forms.Form):
    """Which incident an alert belongs to."""

    incident = forms.ModelChoiceField(
        queryset=Incident.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={"required": "Choose an incident.", "invalid_choice": "Choose an incident of the list."},
    )

    def __init__(self, *args: Any, incidents: QuerySet[Incident], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["incident"]
        field.queryset = incidents
        field.label_from_instance = lambda one: f"{one.service.name}, {one.label}: {one.title}"


class OnServiceForm(forms.Form):
    """Which service a new incident began in."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        to_field_name="slug",
        empty_label="Choose a service",
        error_messages={"required": "Choose a service.", "invalid_choice": "Choose a service of the list."},
    )

    def __init__(self, *args: Any, services: QuerySet[Service], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["service"]
        field.queryset = services


class SeenForm(forms.Form):
    """What is done to an incident that stands at revision `seen`."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def _words(label: str, rows: int = 3, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=lifecycle.LONGEST_TEXT,
        widget=forms.Textarea({"rows": rows}),
    )


class MoveForm(SeenForm):
    """Where it stands now, and what there is to say of it."""

    state = forms.ChoiceField(label="Where it stands now", choices=IncidentState.choices)
    text = _words("What there is to say of it", required=False)

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["state"]
        field.choices = [(state, state.label) for state in lifecycle.NEXT[incident.state]]


class SeverityForm(SeenForm):
    """How bad it is now, and why."""

    severity = forms.TypedChoiceField(
        choices=SEVERITIES,
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Lowered, it still owes the post-mortem of the worst that it was.",
        error_messages={"required": "Choose sev-1 to sev-4."},
    )
    text = _words("Why it changes")


class CommandForm(SeenForm):
    """Who leads from now on."""

    commander = forms.ModelChoiceField(
        label="Who leads from now on",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose a person of the list."},
    )
    text = _words("Why it is handed over", 2, required=False)

    def __init__(self, *args: Any, incident: Incident, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        candidates = commanders.offered(access, incident)
        field: Any = self.fields["commander"]
        field.queryset = candidates
        field.choices = ownership_forms.grouped(list(candidates), incident.service.scope.team.name)


class FactsForm(SeenForm):
    """What is said of it: the title, when it began, and the AI part."""

    title = forms.CharField(label="What is wrong", max_length=lifecycle.LONGEST_TITLE)
    started_at = MomentField(label="When the harm began")
    model_version = forms.ModelChoiceField(
        label="Model version that answers",
        queryset=ModelVersion.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="Not known, or no model",
    )
    release = forms.ModelChoiceField(
        label="Release that ran",
        queryset=Release.objects.none(),
        to_field_name="label",
        required=False,
        empty_label="Not known",
    )
    harm = _words("Harm: to whom, how much", required=False)
    affected_groups = _words("Affected groups", 2, required=False)

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        said: dict[str, Any] = {
            "seen": incident.revision,
            "title": incident.title,
            "started_at": incident.started_at,
            "model_version": incident.model_version.public_id if incident.model_version else None,
            "release": incident.release.label if incident.release else None,
            "harm": incident.harm,
            "affected_groups": incident.affected_groups,
        }
        super().__init__(*args, **{**options, "initial": said})
        fields: Any = self.fields
        versions = ModelVersion.objects.filter(model__service=incident.service).select_related("model")
        fields["model_version"].queryset = versions.order_by("-recorded_at")
        fields["release"].queryset = Release.objects.filter(service=incident.service).order_by("-planned_at")


class RunbookForm(SeenForm):
    """Which runbook is at hand, in the revision that stands."""

    runbook = forms.ModelChoiceField(
        label="Runbook that is followed",
        queryset=Runbook.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        help_text="steps done from now on count as a drill of it once the incident is closed; not of the way back",
        error_messages={"required": "Choose a runbook.", "invalid_choice": "Choose a runbook of the list."},
    )

    def __init__(self, *args: Any, incident: Incident, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        services = [incident.service_id, *incident.affects.values_list("service_id", flat=True)]
        found = Runbook.objects.visible_to(access).filter(service__in=services).in_use()
        field: Any = self.fields["runbook"]
        field.queryset = found.select_related("service").order_by("service__name", "title")
        field.label_from_instance = lambda one: (
            one.title if one.service_id == incident.service_id else f"{one.service.name}: {one.title}"
        )


class AffectedForm(forms.Form):
    """Another service that it affects, and how."""

    affected = forms.ModelChoiceField(
        label="Which service",
        queryset=Service.objects.none(),
        to_field_name="slug",
        empty_label="Choose a service",
        error_messages={"required": "Choose a service.", "invalid_choice": "Choose a service of the list."},
    )
    how = forms.CharField(label="How", required=False, max_length=200)

    def __init__(self, *args: Any, incident: Incident, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["affected"]
        named = incident.affects.values("service")
        found = Service.objects.visible_to(access).exclude(pk=incident.service_id).exclude(pk__in=named)
        field.queryset = found.order_by("name")


class StepForm(forms.Form):
    """A step: what is done about it, with a note."""

    number = forms.IntegerField(min_value=1, max_value=999)
    did = forms.ChoiceField(choices=[(did, did) for did in ("done", "left-out", "open")])
    note = forms.CharField(required=False, max_length=lifecycle.LONGEST_NOTE)


STANDING = (("open", "Open"), *IncidentState.choices, ("post-mortem", "Post-mortem overdue"))


class IncidentFilter(django_filters.FilterSet):
    """By words, severity and where it stands."""

    q = django_filters.CharFilter(label="Words, service or number", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    severity = django_filters.ChoiceFilter(empty_label="Any severity", choices=Severity.choices)
    state = django_filters.ChoiceFilter(empty_label="Any state", choices=STANDING, method="stands")

    class Meta:
        model = Incident
        fields: list[str] = []

    def search(self, found: QuerySet[Incident], _name: str, words: str) -> QuerySet[Incident]:
        """By title, service, commander or number."""
        named = Q(title__icontains=words) | Q(service__name__icontains=words) | Q(service__slug__icontains=words)
        digits = words.upper().removeprefix("INC-").lstrip("0")
        if digits.isascii() and digits.isdigit() and len(digits) < 7:
            named |= Q(number=int(digits))
        return found.filter(named | Q(commander__name__icontains=words))

    def stands(self, found: QuerySet[Incident], _name: str, value: str) -> QuerySet[Incident]:
        """By where it stands."""
        if value == "open":
            return found.filter(state__in=queries.OPEN)
        return found.filter(queries.late()) if value == "post-mortem" else found.filter(state=value)
