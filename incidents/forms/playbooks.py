"""Input shapes of a playbook that a team adapts for its service."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from incidents.actions import adapted_playbooks as actions
from incidents.rules import adapted_playbooks as rules
from portal.forms.documents import RowsField


class NoteForm(forms.Form):
    """Why a playbook is changed at revision `seen`."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Why",
        max_length=actions.LONGEST_NOTE,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="stands beside the revision",
        error_messages={"required": "Say why, in a few words."},
    )


class AdaptForm(NoteForm):
    """The steps that a service follows."""

    steps = RowsField(rules.STEPS)
    field_order = ("seen", "steps", "note")

    def __init__(self, *args: Any, steps: Sequence[Mapping[str, str]], seen: int, **options: Any) -> None:
        options["initial"] = {"seen": seen, "steps": list(steps)}
        super().__init__(*args, **options)
