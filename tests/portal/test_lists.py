"""A list answers whatever is typed into its address."""

import pytest

from portal.permissions import Role
from tests.factories import portal
from tests.portal.pages import signed_in, words

pytestmark = pytest.mark.django_db

ODD = [
    "page=abc",
    "page=-1",
    "page=0",
    "page=99999999999999999999",
    "per_page=-1",
    "per_page=0",
    "per_page=1000000",
    "sort=nope",
    "sort=-1",
    "sort=",
    "sort=%00",
    "since=0001-01-01",
    "until=9999-12-31",
    "since=yesterday",
    "number=1e309",
    "who=%00",
    "_export=pdf",
]


@pytest.mark.parametrize("query", ODD)
def test_an_odd_address_shows_the_list_or_says_what_is_wrong_with_a_filter(query: str) -> None:
    browser = signed_in(portal.member(portal.team(), Role.LEAD))

    for path in ("/audit-trail/", "/portfolio/", "/audit-packs/", "/ownership/"):
        assert browser.get(f"{path}?{query}").status_code == 200
    assert browser.get(f"/audit-trail/?{query}&_export=csv").status_code == 200


def test_a_day_nobody_means_is_named_at_its_field() -> None:
    page = signed_in(portal.member(portal.team(), Role.LEAD)).get("/audit-trail/?until=9999-12-31")

    assert "Choose a day between 2000 and 2099." in words(page)
