"""Input shape of a place the service runs in."""

from django import forms

from readiness.choices import EnvironmentKind
from readiness.rules import environments as rules


class EnvironmentForm(forms.Form):
    """A new environment."""

    name = forms.CharField(
        label="Name",
        widget=forms.TextInput({"maxlength": rules.LIMIT, "autocomplete": "off"}),
        error_messages={"required": "Give it a name, such as production-eu."},
        help_text="Small letters, digits and hyphens. It never changes.",
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=EnvironmentKind.choices,
        initial=EnvironmentKind.STAGING,
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages={"required": "Choose the kind.", "invalid_choice": "Choose one of the three."},
        help_text="A go for production reads more reviews than one for any other environment.",
    )
