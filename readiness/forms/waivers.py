"""Input shapes of waivers: asking for one, answering it, ending it, and the filters of the list."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal import identity
from portal.forms.fields import DayField
from portal.forms.proofs import ProofForm
from portal.rules import texts
from readiness.models import Waiver
from readiness.models.waivers import WaiverQuerySet
from readiness.queries import waiver_list
from readiness.rules import answering
from readiness.rules import waivers as rules
from readiness.rules.waivers import Wanted

APPROVE, REFUSE = "approve", "refuse"
PROPOSED_DAYS = 30


class AskForm(forms.Form):
    """What is asked for: why, what is done meanwhile, until when. `renews` is the waiver that it would renew."""

    reason = forms.CharField(
        label="Why it cannot be met now",
        max_length=rules.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the item cannot be met now."},
    )
    control = forms.CharField(
        label="What keeps the risk small meanwhile",
        max_length=rules.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what keeps the risk small meanwhile."},
    )
    expires_on = DayField(label="Until", error_messages={"required": "Choose the last day on which it holds."})

    def __init__(self, data: Any = None, *, today: datetime.date, renews: Waiver | None = None) -> None:
        day = today + datetime.timedelta(days=PROPOSED_DAYS)
        initial: dict[str, object] = {"expires_on": day}
        if renews is not None:
            later = min(renews.expires_on + datetime.timedelta(days=PROPOSED_DAYS), rules.latest_day(today))
            initial = {
                "reason": renews.reason,
                "control": renews.compensating_control,
                "expires_on": max(day, later),
            }
        super().__init__(data, initial=initial)
        field = self.fields["expires_on"]
        field.widget.attrs |= {"min": str(today), "max": str(rules.latest_day(today))}
        field.help_text = f"The last day on which it holds, at most {rules.MOST_DAYS} days from now."

    @property
    def wanted(self) -> Wanted:
        """What was entered."""
        data = self.cleaned_data
        return Wanted(data["reason"], data["control"], data["expires_on"])


class SettleForm(ProofForm):
    """The answer to a request: approved with a signature, or refused with a reason."""

    verdict = forms.ChoiceField(
        choices=[(APPROVE, "Approve it"), (REFUSE, "Refuse it")],
        widget=forms.HiddenInput,
        error_messages={"required": "Choose to approve or to refuse it."},
    )
    digest = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=answering.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when you refuse it: say why.",
    )

    field_order = ("verdict", "digest", "note", identity.PASSWORD_FIELD)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if identity.PASSWORD_FIELD in self.fields and self.data.get("verdict") == REFUSE:
            self.fields[identity.PASSWORD_FIELD].required = False

    @property
    def approves(self) -> bool:
        """Whether it is an approval."""
        return bool(self.cleaned_data.get("verdict") == APPROVE)

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        data: dict[str, Any] = super().clean() or {}
        note = data.get("note", "").strip()
        if data.get("verdict") == REFUSE and not note:
            self.add_error("note", "Say why it is refused.")
        if data.get("verdict") == REFUSE and (words := texts.refusal(note, answering.LONGEST_REASON, one_line=False)):
            self.add_error("note", words)
        return data


STATES = [
    ("asked", "Asked"),
    ("standing", "On credit"),
    ("lapsing", f"Lapsing within {rules.SOON_DAYS} days"),
    ("lapsed", "Lapsed"),
    ("ended", "Renewed, revoked, refused, withdrawn"),
]


class WaiverFilter(django_filters.FilterSet):
    """The list of waivers: by words, state, service, team, approver, weight."""

    q = django_filters.CharFilter(label="Item, service or reason", method="search")
    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", choices=STATES, method="in_state")
    service = django_filters.ChoiceFilter(label="Service", empty_label="Any service", field_name="service__slug")
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", field_name="service__scope__team__slug")
    approver = django_filters.ChoiceFilter(
        label="Approver", empty_label="Any approver", field_name="settlement__by__public_id"
    )
    critical = django_filters.ChoiceFilter(
        label="Weight",
        empty_label="Critical or not",
        choices=[("yes", "Critical"), ("no", "Not critical")],
        method="weigh",
    )

    class Meta:
        model = Waiver
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        around = waiver_list.around(self.request.access)
        for name, choices in (("service", around.services), ("team", around.teams), ("approver", around.approvers)):
            self.filters[name].extra["choices"] = choices

    def search(self, found: WaiverQuerySet, _name: str, words: str) -> WaiverQuerySet:
        """By the item's key or title, the service, or what was said."""
        named = Q(item_key__icontains=words) | Q(item_key__in=waiver_list.items_called(words))
        of_service = Q(service__name__icontains=words) | Q(service__slug__icontains=words)
        return found.filter(named | of_service | Q(reason__icontains=words))

    def in_state(self, found: WaiverQuerySet, _name: str, value: str) -> QuerySet[Waiver]:
        """Where it stands today, where its team is."""
        return waiver_list.in_state(found, value)

    def weigh(self, found: WaiverQuerySet, _name: str, value: str) -> WaiverQuerySet:
        """Critical items, or the others."""
        return found.filter(critical=value == "yes")
