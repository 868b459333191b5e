"""Input shapes of post-mortems: the account itself, and what follows from it."""

from typing import Any

from django import forms

from incidents.models import Incident, PostMortem
from incidents.rules import post_mortems as rules
from portal.forms.documents import DocumentForm
from portal.forms.fields import DayField
from portal.models import User
from readiness.choices import Priority
from readiness.forms import ownership as ownership_forms
from readiness.queries import ownership


class PostMortemForm(DocumentForm):
    """The account of an incident."""

    groups = rules.GROUPS

    def __init__(self, *args: Any, incident: Incident, post_mortem: PostMortem | None = None, **options: Any) -> None:
        service = incident.service
        candidates = ownership.candidates(service)
        choices = ownership_forms.grouped(list(candidates), service.scope.team.name)
        super().__init__(*args, keepers=(candidates, choices), document=post_mortem, **options)


class FollowUpForm(forms.Form):
    """What is to be done, by whom, until when."""

    title = forms.CharField(
        label="What is to be done", max_length=200, error_messages={"required": "Say what is to be done."}
    )
    owner = forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={"required": "Choose a person.", "invalid_choice": "Choose a person of the list."},
    )
    due_on = DayField(
        label="Until",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="empty: by its priority",
        error_messages={"invalid": "Enter a day, such as 2026-12-24."},
    )
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, initial=Priority.HIGH)
    text = forms.CharField(label="More on it", required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        super().__init__(*args, **options)
        candidates = ownership.candidates(incident.service)
        field: Any = self.fields["owner"]
        field.queryset = candidates
        field.choices = ownership_forms.grouped(list(candidates), incident.service.scope.team.name)
