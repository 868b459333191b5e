"""Input shapes of decision records, and the filters of their list."""

from dataclasses import replace
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.actions.documents import Written
from portal.forms.documents import DocumentForm
from portal.forms.fields import SearchedTicks
from readiness.choices import DecisionRecordState
from readiness.forms import ownership as ownership_forms
from readiness.models import DecisionRecord, Service
from readiness.queries import decision_records as queries
from readiness.queries import ownership
from readiness.rules import decision_records as rules

SUPERSEDES = rules.SUPERSEDES.key


class DecisionRecordForm(DocumentForm):
    """The fields of a record, its title, and the accepted records that end with it."""

    title = forms.CharField(
        label="Title",
        max_length=rules.LONGEST_TITLE,
        help_text="The decision in a few words, such as “Retry once, then fall back”.",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Give it a title: the decision in a few words."},
    )
    groups = rules.GROUPS

    def __init__(self, *args: Any, service: Service, record: DecisionRecord | None = None, **options: Any) -> None:
        candidates = ownership.candidates(service)
        choices = ownership_forms.grouped(list(candidates), service.scope.team.name)
        super().__init__(*args, keepers=(candidates, choices), document=record, **options)
        named = rules.numbers(self.initial.get(SUPERSEDES) or "") if record is not None else ()
        if named:
            self.initial[SUPERSEDES] = [str(one) for one in named]
        self.fields.pop("is_review", None)  # accepting it is its review
        for key in (rules.PREFACE.key, rules.FRONT_MATTER.key):  # only what was imported has them
            if record is None or not record.content.get(key):
                del self.fields[key]
        self._offer(queries.supersedable(service, named), record)

    def _offer(self, accepted: list[tuple[str, str]], record: DecisionRecord | None) -> None:
        """Offers the accepted records, and those it names already; without any there is nothing to ask."""
        offered = [one for one in accepted if record is None or one[0] != str(record.number)]
        if not offered:
            del self.fields[SUPERSEDES]
            return
        self.fields[SUPERSEDES] = forms.MultipleChoiceField(
            label=rules.SUPERSEDES.label,
            help_text=rules.SUPERSEDES.hint,
            required=False,
            choices=offered,
            widget=SearchedTicks,
            error_messages={"invalid_choice": "Record %(value)s is not accepted any more."},
        )

    def written(self) -> Written:
        """What was typed, as the action takes it."""
        written = super().written()
        chosen = self.cleaned_data.get(SUPERSEDES) or ()
        return replace(written, content={**written.content, SUPERSEDES: rules.line(int(one) for one in chosen)})


STANDING = (*DecisionRecordState.choices, ("stale", "Stale"))


class DecisionRecordFilter(django_filters.FilterSet):
    """By words, and where it stands."""

    q = django_filters.CharFilter(label="Title, service or keeper", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    standing = django_filters.ChoiceFilter(empty_label="Any standing", choices=STANDING, method="stands")

    class Meta:
        model = DecisionRecord
        fields: list[str] = []

    def search(self, found: QuerySet[DecisionRecord], _name: str, words: str) -> QuerySet[DecisionRecord]:
        """By what it is called, where it belongs, or who keeps it."""
        named = Q(title__icontains=words) | Q(service__name__icontains=words)
        return found.filter(named | Q(keeper__name__icontains=words))

    def stands(self, found: QuerySet[DecisionRecord], _name: str, value: str) -> QuerySet[DecisionRecord]:
        """By its state, or by whether it is stale today."""
        return found.filter(queries.stale() if value == "stale" else Q(state=value))
