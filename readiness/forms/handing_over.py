"""What is handed over, and to whom."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.models import User
from readiness.forms import people
from readiness.queries.holdings import Holding


class WhoseForm(forms.Form):
    """Whose things are to be handed over."""

    person = people.PersonField(label="Whose", empty_label="Choose a person")

    def __init__(self, *args: Any, owners: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        people.offer(self, "person", owners)


class HandOverForm(forms.Form):
    """The person who takes over, and the things, chosen beforehand: all that this viewer may hand over."""

    to = people.PersonField(label="Who takes over", empty_label="Choose a person")
    things = forms.MultipleChoiceField(
        error_messages={
            "required": "Choose what is handed over.",
            "invalid_choice": "Some of it was handed over or given back meanwhile. Look again.",
        }
    )

    def __init__(self, *args: Any, held: Sequence[Holding], candidates: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        people.offer(self, "to", candidates)
        offered = [one.key for one in held if one.may_hand_over]
        self.fields["things"].choices = [(key, key) for key in offered]  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.setdefault("things", offered)
