"""The form of a decision: what its rules ask for, field by field, as the release stands at this moment."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

from portal.forms.fields import DayField, MomentField
from portal.forms.proofs import ProofForm
from portal.identity import PASSWORD_FIELD
from portal.models import User
from readiness.actions.conditions import LONGEST_NOTE
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.choices import WEIGHED, ItemState
from readiness.models import Drill
from readiness.queries import launch_facts
from readiness.queries.launch import Launch
from readiness.queries.launch_items import LaunchItem
from readiness.rules.decision_terms import LONGEST_TEXT, acknowledgement_field, condition_field
from readiness.rules.triggers import Trigger

CONDITION_DUE = datetime.timedelta(days=14)
NO_DAY = "Enter a day, such as 2026-12-24."
NO_MOMENT = "Enter a day and a time, such as 2026-12-24 17:00."
NOBODY = [("", "Choose a person")]
ALWAYS = ("verdict", "seen", PASSWORD_FIELD)
"""Fields that no verdict goes without; what the others need is said by the rules."""


def _moment(label: str) -> MomentField:
    return MomentField(label=label, error_messages={"invalid": NO_MOMENT})


def _words(label: str, draft: str, rows: int = 2, limit: int = LONGEST_TEXT) -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "maxlength": limit, "data-draft": draft})
    return forms.CharField(label=label, widget=widget)


class DecisionForm(ProofForm):
    """A verdict on a launch. The rules decide what each verdict needs, so most fields may be left empty here.

    Beside the fixed fields there is one for each unknown trigger, and for each item that becomes a condition, or may.
    """

    use_required_attribute = False  # what is needed hangs on the verdict, and a browser cannot know it

    verdict = forms.ChoiceField(
        choices=[(verdict.value, verdict.label) for verdict in WEIGHED],
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose the verdict: press Record go, Conditional go or Record no-go.",
            "invalid_choice": "Choose go, conditional go or no-go.",
        },
    )
    seen = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": "Load the page again: it does not say what you saw."},
    )
    on_call = forms.ChoiceField(label="Person")
    on_call_until = _moment("Until")
    drill = forms.ChoiceField(label="Drill")
    return_to = forms.CharField(
        label="Return to",
        max_length=120,
        help_text="the release, the pinned model or prompt, or the fallback path",
    )
    told = forms.CharField(label="People")
    told_at = _moment("On")
    rationale = forms.CharField(label="Your reason")

    def __init__(self, *args: Any, request: HttpRequest, launch: Launch, **options: Any) -> None:
        super().__init__(*args, request=request, **options)
        self.launch = launch
        self.people = _people(launch)
        self.draft = f"decision:{launch.subject.release.public_id}:{launch.subject.environment.name}"
        self._fill_fixed()
        for trigger in launch.outlook.unknown:
            self.fields[acknowledgement_field(trigger.key)] = self._acknowledgement(trigger)
        for item in self.candidates:
            self._add_condition(item)
        if password := self.fields.pop(PASSWORD_FIELD, None):
            self.fields[PASSWORD_FIELD] = password

    def full_clean(self) -> None:
        """A no-go needs only its reason, so while it is read nothing but the verdict is asked for."""
        asked = [field for name, field in self.fields.items() if field.required and name not in ALWAYS]
        for field in asked:
            field.required = False
        super().full_clean()
        for field in asked:
            field.required = True

    @property
    def candidates(self) -> list[LaunchItem]:
        """The items that become a condition of a conditional go, or may: the required ones first."""
        counted = {item.answer.item_key: item for item in self.launch.watch.items if item.counts}
        facts = (*self.launch.outlook.required, *self.launch.outlook.loose)
        return [counted[item.key] for item in facts]

    @property
    def acknowledgements(self) -> Mapping[str, forms.BoundField]:
        """By trigger, the field in which an unknown one is accepted."""
        return {trigger.key: self[acknowledgement_field(trigger.key)] for trigger in self.launch.outlook.unknown}

    @property
    def conditions(self) -> Iterable[dict[str, Any]]:
        """Each possible condition with its item and its fields, for the page."""
        required = {item.key for item in self.launch.outlook.required}
        for item in self.candidates:
            key = item.answer.item_key
            yield {
                "item": item,
                "required": key in required,
                "include": self[condition_field(key, "include")] if key not in required else None,
                **{part: self[condition_field(key, part)] for part in ("text", "owner", "due_on")},
            }

    def stated(self) -> Stated:
        """The three confirmations as they were entered."""
        data = self.cleaned_data  # without what was refused already
        return Stated(
            on_call=self.people.get(data.get("on_call", "")),
            on_call_until=data.get("on_call_until"),
            drill=self._drills().get(data.get("drill", "")),
            return_to=data.get("return_to", ""),
            told=data.get("told", ""),
            told_at=data.get("told_at"),
        )

    def new_conditions(self) -> list[NewCondition]:
        """The conditions of a conditional go: every required one, and those that were ticked."""
        required = {item.key for item in self.launch.outlook.required}
        keys = [item.answer.item_key for item in self.candidates]
        return [self._condition(key) for key in keys if key in required or self._value(key, "include")]

    def acknowledged(self) -> dict[str, str]:
        """The reasons for accepting what is unknown, by trigger."""
        unknown = self.launch.outlook.unknown
        return {trigger.key: self.cleaned_data.get(acknowledgement_field(trigger.key), "") for trigger in unknown}

    def _fill_fixed(self) -> None:
        people = [*NOBODY, *((key, person.name) for key, person in self.people.items())]
        self.fields["on_call"] = forms.ChoiceField(label="Person", choices=people)
        drills = [(key, _drill_words(drill)) for key, drill in self._drills().items()]
        self.fields["drill"] = forms.ChoiceField(label="Drill", choices=[("", "Choose the drill"), *drills])
        self.fields["told"] = _words("People", f"{self.draft}:told", rows=3)
        self.fields["rationale"] = _words("Your reason", f"{self.draft}:rationale")

    def _acknowledgement(self, trigger: Trigger) -> forms.CharField:
        return _words(f"{trigger.title}: why a go is right without knowing", f"{self.draft}:{trigger.key}")

    def _add_condition(self, item: LaunchItem) -> None:
        key = item.answer.item_key
        owners = self.people | {item.owner.public_id: item.owner.name}
        choices = [*NOBODY, *((owner, str(name)) for owner, name in owners.items())]
        self.fields[condition_field(key, "include")] = forms.BooleanField(
            label=f"Make “{item.title}” a condition", required=False
        )
        self.fields[condition_field(key, "text")] = forms.CharField(
            label="Condition", max_length=300, initial=_asked(item)[:300]
        )
        self.fields[condition_field(key, "owner")] = forms.ChoiceField(
            label="Owner", choices=choices, initial=item.owner.public_id
        )
        self.fields[condition_field(key, "due_on")] = DayField(
            label="By",
            widget=forms.DateInput({"type": "date"}),
            initial=self.launch.today + CONDITION_DUE,
            error_messages={"invalid": NO_DAY},
        )

    def _condition(self, key: str) -> NewCondition:
        owner = self._value(key, "owner")
        return NewCondition(
            item_key=key,
            text=self._value(key, "text") or "",
            owner=self.people.get(owner) or User.objects.filter(public_id=owner).first() if owner else None,
            due_on=self._value(key, "due_on"),
        )

    def _value(self, key: str, part: str) -> Any:
        return self.cleaned_data.get(condition_field(key, part))

    def _drills(self) -> dict[str, Drill]:
        return {str(one.drill.public_id): one.drill for one in self.launch.watch.valid_drills}


class MeetForm(forms.Form):
    """By what a condition is met."""

    note = forms.CharField(
        label="By what it is met",
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST_NOTE}),
        error_messages={"required": "Say by what it is met."},
        help_text="What was done, and where it can be seen.",
    )


def initial(launch: Launch) -> dict[str, Any]:
    """What the page proposes: the newest valid drill, and to go back to what runs there now, else to where it did."""
    valid, subject = launch.watch.valid_drills, launch.subject
    proposed: dict[str, Any] = {"seen": launch.sequence}
    if subject.runs and not subject.runs_there:
        proposed["return_to"] = f"release {subject.runs}"
    if not valid:
        return proposed
    return {"drill": str(valid[0].drill.public_id), "return_to": valid[0].drill.to_version} | proposed


def _people(launch: Launch) -> dict[str, User]:
    return {str(one.person.public_id): one.person for one in launch.team}


def _asked(item: LaunchItem) -> str:
    if item.state == ItemState.WAIVED:
        return f"Bring to green before the credit ends: {item.title}"
    return f"Answer: {item.title}" if item.state == ItemState.UNANSWERED else f"Bring to green: {item.title}"


def _drill_words(drill: Drill) -> str:
    performed = drill.performed_at
    return f"{performed.day} {performed:%b}, {drill.environment.name}, {launch_facts.minutes(drill)}"
