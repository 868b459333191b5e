"""The forms of what is said of a decision afterwards: withdrawing it, keeping a live release, rolling it back."""

from typing import Any

from django import forms

from portal.forms.proofs import ProofForm
from portal.identity import PASSWORD_FIELD
from readiness.actions.withdrawals import LONGEST_REASON
from readiness.choices import LiveVerdict
from readiness.models import Release
from readiness.queries import live_releases
from readiness.queries.live_releases import LiveRelease


def reason_field(label: str, draft: str, empty: str) -> forms.CharField:
    """A reason in some sentences, kept as a draft in the browser until it is sent."""
    widget = forms.Textarea({"rows": 3, "maxlength": LONGEST_REASON, "data-draft": draft})
    return forms.CharField(label=label, widget=widget, error_messages={"required": empty})


class WithdrawForm(ProofForm):
    """What was in error."""

    reason = reason_field("What was in error", "withdraw", "Say what was in error.")


class LiveDecisionForm(ProofForm):
    """Keep, or roll back to a release that was once live with a go."""

    verdict = forms.ChoiceField(
        choices=LiveVerdict.choices,
        widget=forms.HiddenInput,
        error_messages={"required": "Choose: press Keep it or Roll it back."},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = reason_field("Your reason", "live", "Say why, in a sentence or two.")
    back_to = forms.ModelChoiceField(
        label="Roll back to",
        queryset=Release.objects.none(),
        to_field_name="label",
        required=False,
        empty_label=None,
        help_text="it was live with a go once; from the moment you say so it is what runs",
        error_messages={"invalid_choice": "Choose a release that was once live with a go."},
    )

    def __init__(self, *args: Any, live: LiveRelease, **options: Any) -> None:
        super().__init__(*args, **options)
        back: Any = self.fields["back_to"]
        back.queryset = live_releases.ways_back(live.release.service, live.release)
        back.choices = [(release.label, back.label_from_instance(release)) for release in back.queryset]
        if PASSWORD_FIELD in self.fields:
            self.fields[PASSWORD_FIELD] = self.fields.pop(PASSWORD_FIELD)
