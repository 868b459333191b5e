"""Input shape of one's own settings."""

from django import forms

from portal.forms.fields import TimeZoneField
from portal.models import User


class ProfileForm(forms.Form):
    """Name, time zone and theme."""

    name = forms.CharField(
        label="Full name",
        max_length=200,
        help_text="It stands beside everything you sign from now on.",
        error_messages={"required": "Your name stands beside what you sign."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = TimeZoneField(
        help_text="Every date is shown in it, and your mails come at 09:00 there. Type a city, such as Berlin.",
        error_messages={"required": "Choose a time zone."},
    )
    theme = forms.ChoiceField(
        choices=[(theme.value, theme.label) for theme in User.Theme],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "gh-segment"}),
    )
    daily_mail = forms.BooleanField(
        label="Send me a mail a day with what waits for me",
        required=False,
        help_text="At 09:00, and only when there is something. Links to set a password come in any case.",
    )
