"""Fields that several forms of the portal share: a time zone, roles with what they may, days, moments."""

import datetime
import zoneinfo
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from portal import dates, uploads
from portal.permissions import Role
from portal.rules import texts

OLD_NAMES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")

ROLE_WORDS = {
    Role.VIEWER: "Viewer: reads what is restricted to the team",
    Role.CONTRIBUTOR: "Contributor: answers items, attaches evidence, does the checks",
    Role.APPROVER: "Approver: signs off what others prepared",
    Role.DECIDER: "Decider: records go, conditional go and no-go",
    Role.LEAD: "Lead: registers services, names owners, invites people",
    Role.COMPLIANCE: "Compliance: reads everything, makes audit packs",
    Role.ADMINISTRATOR: "Administrator: people, teams, templates; no power over the record",
}


LONGEST_FILE_NAME = 200


class DayField(forms.DateField):
    """A day that somebody can mean, by the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)
        self.validators += [
            MinValueValidator(dates.EARLIEST, dates.OUTSIDE),
            MaxValueValidator(dates.LATEST, dates.OUTSIDE),
        ]


class MomentField(forms.DateTimeField):
    """A day and a time that somebody can mean, by the browser's own picker, in the time zone of who types it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput({"type": "datetime-local"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime.datetime | None:
        """The moment, aware; refused before it is reckoned with where no calendar could hold it in every zone."""
        try:
            moment = super().to_python(value)
        except OverflowError:
            raise forms.ValidationError(dates.OUTSIDE) from None
        if moment is not None and not dates.can_be_meant(moment):
            raise forms.ValidationError(dates.OUTSIDE)
        return moment


class UploadField(forms.FileField):
    """A file with a name that can be kept."""

    def to_python(self, data: Any) -> Any:
        """The file; says what is wrong with its name."""
        file = super().to_python(data)
        if file and (words := texts.refusal(uploads.name_of(file), LONGEST_FILE_NAME)):
            raise forms.ValidationError(f"The file’s name: {words[0].lower()}{words[1:]} Rename it.")
        return file


class DayFilter(django_filters.DateFilter):
    """A day to filter a list by."""

    field_class = DayField


class SearchedTicks(forms.CheckboxSelectMultiple):
    """One box a choice, however many there are: a long list scrolls in its place and is searched while one types.

    Without script the whole list stands there. A choice that is ticked stays in sight whatever is searched for.
    """

    template_name = "portal/forms/searched_ticks.html"
    short = 8
    """Up to so many are seen at one glance: they need no search."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]  # counted here: asking the choices would be a statement more
        context["is_long"] = sum(len(options) for _, options, _ in groups) > self.short
        return context


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA names that people choose from, in order: places, and UTC."""
    names = zoneinfo.available_timezones()
    places = sorted(name for name in names if "/" in name and not name.startswith(OLD_NAMES))
    return ("UTC", *places)


class TimeZoneInput(forms.TextInput):
    """A text field that searches a list while one types; it works without script."""

    template_name = "portal/forms/time_zone.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {"list": "time-zones", "autocomplete": "off"}
        context["zones"] = time_zones()
        return context


class TimeZoneField(forms.CharField):
    """An IANA time zone; the case of its letters does not matter. Gives the name as IANA writes it."""

    widget = TimeZoneInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Time zone")
        options.setdefault("help_text", "Type a city, such as Berlin.")
        options.setdefault("error_messages", {"required": "Choose a time zone of the list, such as Europe/Berlin."})
        super().__init__(max_length=64, **options)

    def clean(self, value: Any) -> str:
        """The zone, by its whole name or by its city where only one has it."""
        given = super().clean(value)
        if not given:
            return ""
        wanted = given.strip().replace(" ", "_").lower()
        found = [name for name in time_zones() if name.lower() == wanted or name.lower().endswith(f"/{wanted}")]
        if len(found) != 1:
            raise forms.ValidationError("Choose a time zone of the list, such as Europe/Berlin.")
        return found[0]


class RolesField(forms.MultipleChoiceField):
    """A set of roles, each with what it may."""

    widget = forms.CheckboxSelectMultiple({"class": "gh-ticks gh-ticks--lines"})

    def __init__(self, roles: tuple[Role, ...], **options: Any) -> None:
        options.setdefault("label", "Roles")
        options.setdefault("error_messages", {"required": "Choose at least one role."})
        super().__init__(choices=[(role.value, ROLE_WORDS[role]) for role in roles], **options)

    def clean(self, value: Any) -> frozenset[Role]:
        """The roles as a set."""
        return frozenset(Role(word) for word in super().clean(value))
