"""Showing the refusal of a rule on the form it came from."""

from django.forms import BaseForm

from portal.errors import DomainError


def show(form: BaseForm, refusal: DomainError) -> None:
    """Puts each message of a refusal at its field, or above the form where the form has no such field."""
    for field, messages in refusal.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)
