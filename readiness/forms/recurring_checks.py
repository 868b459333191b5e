"""Input shapes of recurring checks: what came of one, when its reminders come back, and the filters of the calendar."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from portal import clock
from readiness.choices import Cadence, CheckResult
from readiness.models import CheckOccurrence, Service
from readiness.models.recurring_checks import OccurrenceQuerySet
from readiness.models.services import ServiceQuerySet
from readiness.queries import check_calendar
from readiness.rules import check_results, measure_kinds
from readiness.rules.check_results import Told
from readiness.rules.measured_values import METRIC

RESULTS = [(str(result), result.label) for result in (CheckResult.PASS, CheckResult.FAIL, CheckResult.NOT_DONE)]


class AnswerForm(forms.Form):
    """What came of a check; the numbers of a measured one are fields of their own, by name."""

    result = forms.ChoiceField(
        choices=RESULTS,
        widget=forms.RadioSelect(attrs={"class": "gh-segment"}),
        error_messages={"required": "Choose passed, failed or not done."},
    )
    note = forms.CharField(
        label="What was found",
        required=False,
        max_length=check_results.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when it failed or was not done.",
    )
    link = forms.CharField(label="Link to what shows it", required=False, max_length=check_results.LONGEST_LINK)
    file = forms.FileField(label="File that shows it", required=False, max_length=255)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, occurrence: CheckOccurrence) -> None:
        initial = {
            "result": occurrence.result,
            "note": occurrence.note,
            "link": occurrence.link,
            "revision": occurrence.revision,
            **occurrence.values,
        }
        super().__init__(data, files, initial=initial)
        self.numbers: list[str] = []
        if measure := occurrence.version.row.measure:
            self._ask_for_numbers(measure.kind)

    def _ask_for_numbers(self, kind: measure_kinds.Kind) -> None:
        """Text fields: what a number may look like is decided, with a sentence, by the rule that reads it."""
        wanted = [(entry.name, entry.label) for entry in measure_kinds.FIELDS[kind]]
        if kind is measure_kinds.Kind.ACCURACY:
            wanted = [(METRIC, "Metric"), *wanted]
        for name, label in wanted:
            self.fields[name] = forms.CharField(label=label, required=False, max_length=120)
            self.numbers.append(name)
        self.order_fields(["result", *self.numbers, "note", "link", "file", "revision"])

    def follow(self, occurrence: CheckOccurrence) -> None:
        """Takes up the revision that somebody else has saved meanwhile, so that sending the form again is a choice."""
        self.data = {**self.data, "revision": occurrence.revision}

    @property
    def told(self) -> Told:
        """What was entered."""
        data = self.cleaned_data
        return Told(data["result"], data["note"], data["link"], {name: data[name] for name in self.numbers})


class SnoozeForm(forms.Form):
    """Until which day nobody is reminded, and why."""

    until = forms.ChoiceField(label="Remind again", error_messages={"required": "Choose a day."})
    reason = forms.CharField(label="Why", max_length=300, error_messages={"required": "Say why."})
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, occurrence: CheckOccurrence, days: list[datetime.datetime]) -> None:
        super().__init__(data, initial={"revision": occurrence.revision})
        self.days = {day.isoformat(): day for day in days}
        field: Any = self.fields["until"]
        field.choices = [("", "Choose a day")] + [
            (key, f"{day:%A} {day.day} {day:%B}, {day:%H:%M}") for key, day in self.days.items()
        ]

    @property
    def moment(self) -> datetime.datetime:
        """The morning chosen."""
        return self.days[self.cleaned_data["until"]]


class CalendarFilter(django_filters.FilterSet):
    """By service, team, cadence, and what is mine or late."""

    q = django_filters.CharFilter(label="Service", method="search")
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="scope__team__slug")
    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="Every service",
        choices=[("mine", "Only with checks of mine"), ("late", "Only with something late")],
        method="narrow",
    )

    class Meta:
        model = Service
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.teams = check_calendar.figures(self.request.access, clock.now())
        self.filters["team"].extra["choices"] = [(team.slug, team.name) for team in self.teams]

    @property
    def figures(self) -> dict[str, int]:
        """What stands above the calendar: over all services that the viewer may see."""
        return {name: sum(getattr(team, name) for team in self.teams) for name in ("done", "failed", "missed", "late")}

    def search(self, found: ServiceQuerySet, _name: str, words: str) -> ServiceQuerySet:
        """By name or slug."""
        return found.filter(Q(name__icontains=words) | Q(slug__icontains=words))

    def narrow(self, found: ServiceQuerySet, _name: str, value: str) -> ServiceQuerySet:
        """What is this person's, or what is late."""
        if value == "mine":
            return check_calendar.mine(found, self.request.access)
        return check_calendar.late(found, clock.now())


class CheckFilter(django_filters.FilterSet):
    """The list of checks: by service, cadence, period and state."""

    q = django_filters.CharFilter(label="Service or check", method="search")
    cadence = django_filters.ChoiceFilter(label="Cadence", empty_label="Any cadence", choices=Cadence.choices)
    state = django_filters.ChoiceFilter(
        label="State",
        empty_label="Any state",
        choices=[
            ("open", "Open"),
            ("late", "Late"),
            ("missed", "Missed"),
            *((str(result), result.label) for result in CheckResult),
        ],
        method="in_state",
    )

    class Meta:
        model = CheckOccurrence
        fields: list[str] = []

    def search(self, found: OccurrenceQuerySet, _name: str, words: str) -> OccurrenceQuerySet:
        """By service, or key of the check."""
        named = Q(service__name__icontains=words) | Q(service__slug__icontains=words)
        return found.filter(named | Q(recurring_check__key__icontains=words))

    def in_state(self, found: OccurrenceQuerySet, _name: str, value: str) -> OccurrenceQuerySet:
        """A result, or where one without a result stands now."""
        now = clock.now()
        standing = {
            "open": Q(result="", ends_at__gt=now),
            "late": Q(result="", due_at__lte=now, ends_at__gt=now),
            "missed": Q(result="", ends_at__lte=now),
        }
        return found.filter(standing.get(value, Q(result=value)))
