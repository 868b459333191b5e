"""Fields that several forms share."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from portal.forms.fields import RolesField, SearchedTicks, TimeZoneField, time_zones
from portal.permissions import TEAM_ROLES, Role


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin ", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("America/Argentina/Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_time_zone_is_found_by_name_or_city(typed: str, zone: str) -> None:
    assert TimeZoneField().clean(typed) == zone


@pytest.mark.parametrize("typed", ["Mars", "Europe", "Europe/", "/", "../etc/passwd", "Europe/Berlin; x", "a" * 65])
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        TimeZoneField().clean(typed)


def test_the_list_holds_places_and_no_outdated_names() -> None:
    assert {"UTC", "Europe/Berlin", "Asia/Kolkata"} <= set(time_zones())
    assert not {"Etc/GMT+1", "US/Pacific", "GMT", "EST5EDT"} & set(time_zones())


def test_roles_come_as_a_set() -> None:
    assert RolesField(TEAM_ROLES).clean(["lead", "approver", "lead"]) == {Role.LEAD, Role.APPROVER}


@pytest.mark.parametrize(("how_many", "is_searched"), [(8, False), (9, True)])
def test_only_a_long_list_of_boxes_is_searched(how_many: int, is_searched: bool) -> None:
    class Affected(forms.Form):
        services = forms.MultipleChoiceField(
            choices=[(str(number), f"Service {number}") for number in range(how_many)], widget=SearchedTicks
        )

    page = str(Affected({"services": ["3"]}))
    assert page.count('type="checkbox"') == how_many
    assert page.count(" checked") == 1
    assert ('aria-label="Find in the list"' in page) is is_searched
