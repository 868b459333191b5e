"""Input shapes of a model card's import: a file or its text, and the same again to be confirmed."""

import base64
import binascii
from typing import Any

from django import forms

from portal import uploads
from portal.errors import DomainError
from portal.forms.fields import UploadField
from readiness.actions.model_cards import CardFile
from readiness.rules.card_formats import reading

PASTED = "a pasted text"


class CardFileForm(forms.Form):
    """A file, or its text. Once a file was refused its text stands in the form, to be corrected there."""

    file = UploadField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            {"accept": ".md,.json,text/markdown,application/json", "class": "visually-hidden", "tabindex": "-1"}
        ),
        help_text="README.md or Markdown, or a CycloneDX file in JSON; UTF-8, at most 1 MB.",
    )
    content = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 14, "class": "gh-writing gh-mono", "spellcheck": "false"}),
    )
    is_whole = forms.BooleanField(
        label="Empty the fields that the file does not speak of",
        required=False,
        help_text="Without it they stay as they are.",
    )

    def clean(self) -> dict[str, Any]:
        """The text, whichever way it came; what is no text is refused at the field it came by."""
        data = super().clean() or {}
        if self.errors:
            return data
        given = data.get("file")
        try:
            content = (
                given.read(reading.MOST_BYTES + 1) if given else data.get("content", "").encode("utf-8", "replace")
            )
            data["content"] = reading.text_of(content)
        except DomainError as refusal:
            self.add_error("file" if given else "content", refusal.message)
            return data
        if not data["content"].strip():
            self.add_error("file", "Choose a file, or paste its text.")
        elif given:
            self.data = {**self.data.dict(), "content": data["content"]}  # type: ignore[attr-defined]  # as posted
        return data

    def card_file(self, seen: int) -> CardFile:
        """The file as the action takes it, laid over revision `seen`."""
        data = self.cleaned_data
        name = uploads.name_of(data["file"]) if data.get("file") else PASTED
        return CardFile(data["content"], seen, name, data["is_whole"])


class ConfirmCardFileForm(forms.Form):
    """The file that was tried, and the revision it was laid over."""

    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    name = forms.CharField(widget=forms.HiddenInput, max_length=200)
    is_whole = forms.BooleanField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_content(self) -> str:
        """The text again."""
        try:
            return reading.text_of(base64.b64decode(self.cleaned_data["content"], validate=True))
        except (binascii.Error, ValueError, DomainError) as error:
            raise forms.ValidationError("The file did not come back whole. Upload it again.") from error

    def card_file(self) -> CardFile:
        """The file as the action takes it."""
        data = self.cleaned_data
        return CardFile(data["content"], data["seen"], data["name"], data["is_whole"])


def confirmation(file: CardFile) -> ConfirmCardFileForm:
    """The form that does what was tried."""
    content = base64.b64encode(file.text.encode()).decode()
    initial = {"content": content, "name": file.name, "is_whole": file.is_whole, "seen": file.seen}
    return ConfirmCardFileForm(initial=initial, auto_id="confirm_%s")
