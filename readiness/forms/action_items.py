"""Input shapes of action items: one, its move, several at once, and the filters of the list and the board."""

import uuid
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from portal.forms.fields import DayField
from portal.models import Team, User
from readiness.actions.action_item_changes import Change
from readiness.choices import ActionOrigin, ActionState, Priority
from readiness.forms import ownership as ownership_forms
from readiness.models import ActionItem, Service
from readiness.queries import action_items, ownership
from readiness.rules import action_items as rules
from readiness.rules.action_items import Terms

ANY = "any"


class ActionItemForm(forms.Form):
    """What is to be done, by whom, until when."""

    title = forms.CharField(
        label="What is to be done",
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": "Say in one line what is to be done."},
    )
    text = forms.CharField(
        label="More about it", required=False, max_length=rules.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        error_messages={
            "required": "Choose who does it.",
            "invalid_choice": "Choose somebody of the list: only people who can see this service are on it.",
        },
    )
    due_on = DayField(label="Until", error_messages={"required": "Say until when."})
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, initial=Priority.MEDIUM)
    tracker = forms.CharField(
        label="Ticket in your tracker",
        required=False,
        max_length=rules.LONGEST_TRACKER,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text="A web address, such as https://tracker.example.com/COP-231.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        candidates = ownership.candidates(service)
        field: Any = self.fields["owner"]
        field.queryset = candidates
        field.choices = ownership_forms.grouped(list(candidates), service.scope.team.name)

    @property
    def terms(self) -> Terms:
        """What was entered, for a new item."""
        data = self.cleaned_data
        return Terms(data["title"], data["text"], data["due_on"], data["priority"], data["tracker"])

    @property
    def change(self) -> Change:
        """What was entered, for one that is there."""
        names = ("title", "text", "owner", "due_on", "priority", "tracker")
        return Change(**{name: self.cleaned_data[name] for name in names})


def initial_of(item: ActionItem) -> dict[str, Any]:
    """What the form shows of an item."""
    return {
        "title": item.title,
        "text": item.text,
        "owner": item.owner.public_id,
        "due_on": item.due_on,
        "priority": item.priority,
        "tracker": item.tracker,
        "revision": item.revision,
    }


class MoveForm(forms.Form):
    """Where an item is to stand; dropping asks why."""

    state = forms.ChoiceField(choices=ActionState.choices, error_messages={"required": "Choose where it goes."})
    reason = forms.CharField(label="Why it is dropped", required=False, max_length=rules.LONGEST_REASON)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class BulkForm(forms.Form):
    """The same change of several items; what is left as it is stays."""

    pick = forms.CharField(required=False)
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), to_field_name="public_id", required=False, empty_label="Owner: keep"
    )
    due_on = DayField(label="Due", required=False)
    priority = forms.TypedChoiceField(
        choices=[("", "Priority: keep"), *Priority.choices], coerce=int, required=False, empty_value=None
    )
    state = forms.ChoiceField(choices=[("", "State: keep"), *ActionState.choices], required=False)
    reason = forms.CharField(label="Why they are dropped", required=False, max_length=rules.LONGEST_REASON)

    def __init__(self, data: Any = None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        field: Any = self.fields["owner"]
        field.queryset = people
        self.picked = data.getlist("pick") if data is not None else []

    def clean_pick(self) -> dict[uuid.UUID, int]:
        """The items picked and the revision of each that was seen; what is neither was not sent by our page."""
        try:
            pairs = [pick.partition(":") for pick in self.picked]
            found = {uuid.UUID(key): int(revision) for key, _, revision in pairs}
        except ValueError as wrong:
            raise forms.ValidationError("Pick the items on the list.") from wrong
        if not found:
            raise forms.ValidationError("Pick one item at least.")
        return found

    @property
    def change(self) -> Change:
        """What was chosen."""
        data = self.cleaned_data
        return Change(
            owner=data["owner"],
            due_on=data["due_on"],
            priority=data["priority"],
            state=data["state"] or None,
            reason=data["reason"],
        )


class ActionItemFilter(django_filters.FilterSet):
    """By words, whose, service, team, origin and state. Without a state: what is still to do."""

    q = django_filters.CharFilter(label="Words, service or person", method="search")
    show = django_filters.ChoiceFilter(
        label="Show",
        empty_label="Everybody’s",
        choices=[("mine", "Mine"), ("teams", "Of my teams"), ("overdue", "Overdue")],
        method="narrow",
    )
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="service__scope__team__slug")
    origin = django_filters.ChoiceFilter(label="Origin", empty_label="Any origin", choices=ActionOrigin.choices)
    state = django_filters.ChoiceFilter(
        label="State",
        empty_label="To do",
        choices=[*ActionState.choices, (ANY, "Any state")],
        method="in_state",
    )
    priority = django_filters.ChoiceFilter(label="Priority", empty_label="Any priority", choices=Priority.choices)

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        visible = Service.objects.visible_to(self.request.access).values("scope__team")
        teams = Team.objects.filter(pk__in=visible).order_by("name")
        self.filters["team"].extra["choices"] = teams.values_list("slug", "name")

    def filter_queryset(self, queryset: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
        """What is to do, unless a state was chosen."""
        found: QuerySet[ActionItem] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state__in=ActionState.unfinished())

    def search(self, found: QuerySet[ActionItem], _name: str, words: str) -> QuerySet[ActionItem]:
        """By title, service or owner."""
        return action_items.searched(found, words)

    def narrow(self, found: QuerySet[ActionItem], _name: str, value: str) -> QuerySet[ActionItem]:
        """One's own, one's teams', or what is late."""
        if value == "overdue":
            return action_items.overdue(found)
        access = self.request.access
        return (
            found.filter(owner=access.person)
            if value == "mine"
            else found.filter(service__scope__team__in=list(access.roles))
        )

    def in_state(self, found: QuerySet[ActionItem], _name: str, value: str) -> QuerySet[ActionItem]:
        """One column of the board, or all."""
        return found if value == ANY else found.filter(state=value)


class BoardFilter(ActionItemFilter):
    """The same without a state: the board has a column for each."""

    state = None  # django-filter takes a name away like this

    def filter_queryset(self, queryset: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
        """All states."""
        found: QuerySet[ActionItem] = django_filters.FilterSet.filter_queryset(self, queryset)
        return found
