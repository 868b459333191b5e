"""Choosing a person in a form."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.models import User


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One person of a list, by opaque id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="public_id", **options)


def offer(form: forms.Form, name: str, people: QuerySet[User]) -> None:
    """The people to choose from, read once: a field would read its queryset each time it is drawn."""
    field: Any = form.fields[name]
    field.queryset = people
    nobody = [("", field.empty_label)] if field.empty_label else []
    field.choices = nobody + [(str(person.public_id), person.name) for person in people.order_by("name", "pk")]
