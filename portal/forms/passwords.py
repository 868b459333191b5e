"""The library's password form, named as our pages name its fields: what is said of a mistake uses the same words."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm

LABELS = {"oldpassword": "Your password now", "password1": "New password", "password2": "The same again"}


class ChangePasswordForm(LibraryChangePasswordForm):
    """A password in place of the one there is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in LABELS.items():
            self.fields[name].label = label
