"""Showing the refusal of a rule on the form it came from."""

from typing import Any

from django.forms import BaseForm

from portal.errors import DomainError


def show(form: BaseForm, refusal: DomainError) -> None:
    """Puts each message of a refusal at its field, or above the form where the form has no such field."""
    for field, messages in refusal.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)


def show_newer(form: BaseForm, **standing: object) -> None:
    """After a conflict: puts what stands now into the fields that say what was seen, so that to send again is a choice.

    What was typed stays.
    """
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # what was posted, which nobody may change in place
    for name, value in standing.items():
        data[form.add_prefix(name)] = str(value)
    form.data = data
