"""Input shape of the first page of an installation: the first administrator and the first team."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.text import slugify

from portal.actions.installation import FirstTeam
from portal.forms.fields import TimeZoneField
from portal.models import User


class StartForm(forms.Form):
    """Who looks after this installation, and the team it begins with."""

    name = forms.CharField(
        label="Your full name",
        max_length=200,
        error_messages={"required": "Give your full name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Your e-mail",
        max_length=254,
        error_messages={"required": "Give your e-mail address.", "invalid": "This is not an e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        strip=False,
        max_length=1024,
        help_text="At least 12 characters; a few words are good.",
        error_messages={"required": "Choose a password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    team_name = forms.CharField(
        label="Your first team", max_length=120, error_messages={"required": "Give your first team a name."}
    )
    time_zone = TimeZoneField(
        label="Time zone of the team", error_messages={"required": "Say in which time zone the team works."}
    )

    def clean(self) -> dict[str, Any]:
        """The password is judged with name and address known, so that it is neither."""
        data = super().clean() or self.cleaned_data
        if data.get("password"):
            try:
                validate_password(data["password"], User(email=data.get("email", ""), name=data.get("name", "")))
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        return data

    @property
    def team(self) -> FirstTeam:
        """The team as the action takes it; its short name comes from its name."""
        name = self.cleaned_data["team_name"]
        return FirstTeam(name=name, slug=slugify(name)[:60] or "first-team", time_zone=self.cleaned_data["time_zone"])
