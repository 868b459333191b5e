"""Asking for an audit pack."""

import datetime
from typing import Any

from django import forms

from portal import clock
from portal.forms.fields import DayField, SearchedTicks
from portal.permissions import Access, Capability
from readiness.models import Service


class PackForm(forms.Form):
    """Which services, over which days."""

    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        widget=SearchedTicks,
        error_messages={"required": "Choose at least one service."},
    )
    since = DayField(
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say from which day on."},
    )
    until = DayField(
        label="To",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say up to which day."},
        help_text="Both days count. The pack shows everything as it stood at the end of the last one (UTC).",
    )
    purpose = forms.CharField(
        label="For whom, what for", max_length=200, required=False, help_text="Stands on the cover."
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Service.objects.visible_to(access)
        across = Access(access.person, across=access.across).can(Capability.PACK_REQUEST)
        if not across:
            visible = visible.filter(scope__team__in=access.teams_with(Capability.PACK_REQUEST))
        self.fields["services"].queryset = visible  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        today = clock.today_in("UTC")
        self.fields["until"].initial = today
        self.fields["since"].initial = today - datetime.timedelta(days=90)
