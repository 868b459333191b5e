"""Input shapes of a playbook that a team adapts for its service."""

from typing import Any

from django import forms

from incidents.actions import adapted_playbooks as actions
from incidents.queries.adapted_playbooks import Followed
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
    """The steps that a service follows, in their order; `shipped` are those that one of them may stand for.

    Sent to put them in another order, it comes back with them so and everything else as it was typed, unchecked.
    """

    steps = RowsField(rules.STEPS, is_ordered=True)
    field_order = ("seen", "steps", "note")

    def __init__(self, data: Any, *, followed: Followed) -> None:
        field: Any = RowsField(rules.steps_field(followed.shipped), is_ordered=True)
        initial: dict[str, Any] = {"seen": followed.seen, "steps": list(followed.steps)}
        self.is_arranged = data is not None and field.widget.is_arranging(data, "steps")
        if self.is_arranged:
            typed = {name: data.get(name, "") for name in ("seen", "note")}
            initial = {**typed, "steps": field.widget.value_from_datadict(data, {}, "steps")}
        super().__init__(None if self.is_arranged else data, initial=initial)
        self.fields["steps"] = field
