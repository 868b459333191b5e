"""Input shapes of alert sources, rules and the tray, and the filters of the lists."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from incidents.actions import alert_rules
from incidents.choices import AlertState, Severity, SourceKind
from incidents.models import Alert, AlertPlaybook, AlertRule, AlertSource, Runbook
from incidents.queries import coverage
from incidents.rules import matching
from incidents.rules.coverage import Part
from portal.models import Team
from readiness.models import Service

NO_PLAYBOOK = ("", "None fits")
NO_DOMAIN = ("", "The service’s owner")


class SourceForm(forms.Form):
    """Which system posts, for which team."""

    name = forms.CharField(
        max_length=120,
        help_text="Which system it is, such as Alertmanager, eu-central.",
        error_messages={"required": "Say which system posts."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text="Its alerts go to this team’s services.",
        error_messages={"required": "Choose a team.", "invalid_choice": "Choose a team that you lead."},
    )
    kind = forms.ChoiceField(label="Form of its posts", choices=SourceKind.choices)
    secret = forms.CharField(
        label="Signing secret of PagerDuty",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Only for PagerDuty, which shows it once when the webhook is made. Without it the token is needed.",
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]  # a field of models


class RuleForm(forms.Form):
    """What an alert looks like, and what covers it."""

    name = forms.CharField(
        label="Name of the alert",
        max_length=alert_rules.LONGEST_NAME,
        error_messages={"required": "Give the alert a name that people know it by."},
    )
    matchers = forms.CharField(
        label="Labels it carries",
        error_messages={"required": "Write at least one label, such as alertname=CostSpike."},
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, name=value. All must be there; of several rules the one that asks for most wins.",
    )
    severity = forms.TypedChoiceField(choices=Severity.choices, coerce=int, initial=Severity.SEV_3)
    playbook = forms.ChoiceField(required=False)
    runbook = forms.ModelChoiceField(
        queryset=Runbook.objects.none(), to_field_name="public_id", required=False, empty_label="None yet"
    )
    domain_key = forms.ChoiceField(label="Whose it is", required=False)
    threshold = forms.CharField(
        required=False,
        max_length=alert_rules.LONGEST_THRESHOLD,
        help_text="When it fires, in your words: PSI over 0.25. Changing it asks for its review again.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, service: Service, rule: AlertRule | None = None, **options: Any) -> None:
        if rule:
            options["initial"] = _initial(rule)
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["playbook"].choices = [NO_PLAYBOOK, *AlertPlaybook.objects.values_list("key", "title")]
        fields["domain_key"].choices = [NO_DOMAIN, *coverage.domain_titles().items()]
        fields["runbook"].queryset = Runbook.objects.filter(service=service).in_use()
        fields["runbook"].label_from_instance = lambda runbook: runbook.title

    def clean_matchers(self) -> dict[str, str]:
        """The labels by name."""
        found, refusal = matching.read(self.cleaned_data["matchers"])
        if refusal:
            raise forms.ValidationError(refusal)
        return found

    def written(self) -> alert_rules.Written:
        """What the form says."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return alert_rules.Written(**data)


def _initial(rule: AlertRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "matchers": matching.written(rule.matchers),
        "severity": rule.severity,
        "playbook": rule.playbook,
        "runbook": rule.runbook.public_id if rule.runbook else None,
        "domain_key": rule.domain_key,
        "threshold": rule.threshold,
        "seen": rule.revision,
    }


class ReasonForm(forms.Form):
    """Why a rule ends, how one knows that an alert is over, or why nobody has to look at it."""

    reason = forms.CharField(max_length=300, error_messages={"required": "Say why."})
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class MatchForm(forms.Form):
    """Which rule an alert of the tray belongs to."""

    rule = forms.ModelChoiceField(
        queryset=AlertRule.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={"required": "Choose a rule.", "invalid_choice": "Choose a rule of the list."},
    )

    def __init__(self, *args: Any, rules: QuerySet[AlertRule], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["rule"]
        field.queryset = rules
        field.label_from_instance = lambda rule: (
            f"{rule.service.name}: {rule.name} ({', '.join(matching.written(rule.matchers).splitlines())})"
        )


class AlertFilter(django_filters.FilterSet):
    """By words, service and state."""

    q = django_filters.CharFilter(label="Alert or service", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    source = django_filters.UUIDFilter(field_name="source__public_id", widget=forms.HiddenInput)
    state = django_filters.ChoiceFilter(empty_label="Any state", choices=AlertState.choices)

    class Meta:
        model = Alert
        fields: list[str] = []

    def search(self, found: QuerySet[Alert], _name: str, words: str) -> QuerySet[Alert]:
        """By what it or its service is called."""
        return found.filter(Q(name__icontains=words) | Q(service__name__icontains=words))


class CoverFilter(django_filters.FilterSet):
    """The matrix: by words, team, service, and what is missing, which is seen in the rows themselves."""

    q = django_filters.CharFilter(label="Alert or service", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="service__scope__team__slug")
    hole = django_filters.ChoiceFilter(
        label="Cover",
        empty_label="Full or with holes",
        choices=[(part.value, f"{part.value.capitalize()} missing or old") for part in Part],
        method="with_hole",
    )

    class Meta:
        model = AlertRule
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters["team"].extra["choices"] = list(coverage.teams(self.request.access))

    def search(self, found: QuerySet[AlertRule], _name: str, words: str) -> QuerySet[AlertRule]:
        """By what it or its service is called."""
        return found.filter(Q(name__icontains=words) | Q(service__name__icontains=words))

    def with_hole(self, found: QuerySet[AlertRule], _name: str, _part: str) -> QuerySet[AlertRule]:
        """All of them: what is missing or old today hangs on the day of each team."""
        return found


class SourceFilter(django_filters.FilterSet):
    """By words and form."""

    q = django_filters.CharFilter(label="Source or team", method="search")
    kind = django_filters.ChoiceFilter(empty_label="Any form", choices=SourceKind.choices)

    class Meta:
        model = AlertSource
        fields: list[str] = []

    def search(self, found: QuerySet[AlertSource], _name: str, words: str) -> QuerySet[AlertSource]:
        """By what it or its team is called."""
        return found.filter(Q(name__icontains=words) | Q(team__name__icontains=words))
