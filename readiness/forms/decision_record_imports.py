"""Input shapes of importing decision records: files or a ZIP of them, and the same again to be confirmed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing

from portal import unpacking, uploads
from portal.archive import ArchiveError
from portal.forms.fields import UploadField

Files = list[tuple[str, bytes]]

MOST_PACKED = 4 * 1024 * 1024
"""Bytes of what comes back with the confirmation: less than a request may hold."""
TOO_MANY = (
    f"These are {{count}} files; {uploads.MOST_FILES} are taken at once. Pack them into a ZIP, which may hold "
    f"{unpacking.MOST_MEMBERS}."
)
SALT = "readiness.decision_record_imports"
NOT_WHOLE = "The files did not come back whole. Upload them again."


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(UploadField):
    """Markdown files, or ZIPs of them, as path and bytes."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file of what was chosen; says what is wrong with the first that cannot be taken."""
        chosen = (data if isinstance(data, (list, tuple)) else [data]) or [None]  # nothing chosen is refused as such
        if len(chosen) > uploads.MOST_FILES:
            raise forms.ValidationError(TOO_MANY.format(count=len(chosen)))
        found: Files = []
        for file in chosen:
            found += self._opened(super().clean(file, initial))
            _check(found)  # after each, so that no more is unpacked than may be kept
        return found

    def _opened(self, file: Any) -> Files:
        content = file.read(unpacking.LARGEST_TOGETHER + 1)
        name = uploads.name_of(file)
        if unpacking.is_zip(content):
            try:
                return unpacking.files(content)
            except ArchiveError as error:
                raise forms.ValidationError(f"{name}: {error}") from error
        if len(content) > unpacking.LARGEST:
            raise forms.ValidationError(f"“{name[:80]}” is larger than {unpacking.LARGEST // 1024**2} MB.")
        return [(name, content)]


def _check(found: Files) -> None:
    if len(found) > unpacking.MOST_MEMBERS:
        raise forms.ValidationError(f"These are {len(found):,} files; {unpacking.MOST_MEMBERS} are the most.")
    if sum(len(body) for _, body in found) > unpacking.LARGEST_TOGETHER:
        raise forms.ValidationError(f"They are more than {unpacking.LARGEST_TOGETHER // 1024**2} MB together.")
    (path, times), *_ = Counter(path for path, _ in found).most_common(1) or [("", 0)]
    if times > 1:
        raise forms.ValidationError(f"“{path[:80]}” is among them twice.")


class ImportForm(forms.Form):
    """The files."""

    most_files = uploads.MOST_FILES

    file = FilesField(
        label="Files",
        allow_empty_file=True,
        error_messages={"required": "Choose files.", "missing": "Choose files.", "invalid": "Choose files."},
        widget=FilesInput({"accept": ".md,.markdown,.zip", "class": "visually-hidden", "tabindex": "-1"}),
        help_text=f"Markdown in UTF-8: up to {uploads.MOST_FILES} files at once, or a ZIP of up to "
        f"{unpacking.MOST_MEMBERS}; 1 MB each.",
    )


class ConfirmForm(forms.Form):
    """The files that were tried, and the digest of the report that was shown.

    The files come back signed, so that nothing is unpacked but what was tried here.
    """

    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    expected = forms.CharField(widget=forms.HiddenInput)

    def clean_content(self) -> Files:
        """The files again."""
        try:
            tried = signing.loads(self.cleaned_data["content"], salt=SALT)
        except signing.BadSignature as error:
            raise forms.ValidationError(NOT_WHOLE) from error
        return [(path, body.encode()) for path, body in tried]


def confirmation(files: Sequence[tuple[str, bytes]], expected: str) -> ConfirmForm | None:
    """The form that does what was tried; None where the files are too much to come back with it."""
    said = [[path, body.decode("utf-8-sig")] for path, body in files]
    packed = signing.dumps(said, salt=SALT, compress=True)
    if len(packed) > MOST_PACKED:
        return None
    return ConfirmForm(initial={"content": packed, "expected": expected}, auto_id="confirm_%s")
