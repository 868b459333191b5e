"""Input shapes of imports: the file, and the same file again to be confirmed."""

import base64
import binascii
from typing import Any

from django import forms

from portal.forms.fields import UploadField
from readiness.rules import imports as rules

KINDS = [(rules.SERVICES, "Services"), (rules.OWNERS, "Owners")]
WRONG_KIND = {"required": "Choose what is in the file.", "invalid_choice": "Choose services or owners."}


class ImportForm(forms.Form):
    """A CSV, and what is in it."""

    kind = forms.ChoiceField(
        label="What is in the file",
        choices=KINDS,
        initial=rules.SERVICES,
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages=WRONG_KIND,
    )
    file = UploadField(
        label="File",
        allow_empty_file=True,
        error_messages={"required": "Choose a file.", "missing": "Choose a file.", "invalid": "Choose a file."},
        widget=forms.FileInput({"accept": ".csv,text/csv", "class": "visually-hidden", "tabindex": "-1"}),
        help_text=f"CSV in UTF-8, at most {rules.MOST_ROWS:,} rows and 1 MB; commas or semicolons.",
    )

    def content(self) -> bytes:
        """The bytes of the file, one more than may be at most."""
        content: bytes = self.cleaned_data["file"].read(rules.MOST_BYTES + 1)
        return content


class ConfirmForm(forms.Form):
    """The file that was tried, and the digest of the report that was shown."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput, error_messages=WRONG_KIND)
    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    expected = forms.CharField(widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        """The bytes again."""
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise forms.ValidationError("The file did not come back whole. Upload it again.") from error


def confirmation(kind: str, content: bytes, expected: str) -> ConfirmForm:
    """The form that does what was tried."""
    initial: dict[str, Any] = {"kind": kind, "content": base64.b64encode(content).decode(), "expected": expected}
    return ConfirmForm(initial=initial, auto_id="confirm_%s")
