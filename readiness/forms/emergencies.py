"""The two forms of an emergency go: asking for it, and taking it up."""

from collections.abc import Mapping
from typing import Any

from django import forms

from portal.forms.proofs import ProofForm
from portal.identity import PASSWORD_FIELD
from readiness.forms.live_decisions import reason_field
from readiness.queries.emergencies import Picture
from readiness.rules import emergencies


class AskForm(ProofForm):
    """Why it cannot wait."""

    reason = reason_field("Why it cannot wait", "emergency", "Say why it cannot wait.")


class TakeUpForm(ProofForm):
    """The decider's reason, and one for each trigger that fires or is unknown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    request_id = forms.UUIDField(widget=forms.HiddenInput)
    rationale = reason_field("Your reason", "emergency-go", "Say why, in a sentence or two.")

    def __init__(self, *args: Any, picture: Picture, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picture = picture
        for trigger in picture.to_accept:
            name, label = emergencies.acceptance_field(trigger.key), f"{trigger.title}: why it goes all the same"
            self.fields[name] = reason_field(label, name, "Say why it goes all the same.")
        if PASSWORD_FIELD in self.fields:
            self.fields[PASSWORD_FIELD] = self.fields.pop(PASSWORD_FIELD)

    @property
    def acknowledgements(self) -> list[tuple[Any, forms.BoundField]]:
        """Each trigger to accept, with its field."""
        return [(one, self[emergencies.acceptance_field(one.key)]) for one in self.picture.to_accept]

    def acknowledged(self) -> Mapping[str, str]:
        """The reasons by trigger."""
        keys = [one.key for one in self.picture.to_accept]
        return {key: self.cleaned_data.get(emergencies.acceptance_field(key), "") for key in keys}
