"""The pages of teams, as people use them."""

import datetime
import re

import pytest

from portal import clock
from portal.models import Membership, Scope, Team, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SHELL, LIST = 4, 6


@pytest.fixture
def team() -> Team:
    return make.team("Customer Platform", "customer-platform", "Europe/Berlin")


@pytest.fixture
def lead(team: Team) -> User:
    return make.member(team, Role.LEAD, name="Priya Raghunathan")


def test_the_list_shows_who_leads_and_how_many_they_are(team: Team, lead: User) -> None:
    make.member(team, Role.CONTRIBUTOR)
    page = words(signed_in(lead).get("/teams/"))
    assert re.search(r"Customer Platform.*PR Priya Raghunathan.* 2 .*Europe/Berlin", page)


def test_the_list_filters_sorts_and_exports_what_is_shown(team: Team, lead: User) -> None:
    make.team("Risk Models", "risk-models")
    browser = signed_in(lead)
    assert "Risk Models" not in words(browser.get("/teams/?mine=yes"))
    assert "Customer Platform" not in words(browser.get("/teams/?q=risk"))
    names = re.findall(
        r"^(Customer Platform|Risk Models),",
        browser.get("/teams/?sort=-name&_export=csv").content.decode(),
        re.MULTILINE,
    )
    assert names == ["Risk Models", "Customer Platform"]


def test_a_teams_page_says_what_a_go_can_be_made_with(team: Team, lead: User) -> None:
    make.member(team, Role.APPROVER)
    page = words(signed_in(lead).get("/teams/customer-platform/"))
    assert "Too few people" in page
    assert "Nobody of the team Add a decider" in page
    make.member(team, Role.DECIDER, who=make.member(make.team("Risk"), Role.LEAD))
    page = words(signed_in(lead).get("/teams/customer-platform/"))
    assert "With people lent" in page
    assert "of Risk, lent to this team" in page
    make.member(team, Role.DECIDER)
    assert "Enough people" in words(signed_in(lead).get("/teams/customer-platform/"))


def test_former_people_are_shown_on_demand(team: Team, lead: User) -> None:
    gone = make.member(team, Role.VIEWER, name="Gus Gone")
    Membership.objects.filter(person=gone).update(ends_on=clock.now().date() - DAY)
    browser = signed_in(lead)
    assert "Gus Gone" not in words(browser.get("/teams/customer-platform/"))
    assert "Gus Gone" in words(browser.get("/teams/customer-platform/?past=1"))


def test_a_lead_invites_somebody_new(team: Team, lead: User) -> None:
    browser = signed_in(lead)
    answer = browser.post(
        "/teams/customer-platform/people/add/",
        {"email": "li@example.com", "name": "Li Na", "roles": ["contributor", "approver"]},
        follow=True,
    )
    assert answer.redirect_chain == [("/teams/customer-platform/", 302)]
    page = words(answer)
    assert "No mail server is set: the mail with the link to set a password is a file in var/mail" in page
    assert re.search(r"Li Na invited, has not signed in yet Contributor Approver", page)


def test_a_refused_invitation_keeps_what_was_typed_and_says_why_at_its_field(team: Team, lead: User) -> None:
    answer = signed_in(lead).post(
        "/teams/customer-platform/people/add/", {"email": "li@example.com", "roles": ["contributor"]}
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="li@example.com"' in html
    assert re.search(r'name="roles" value="contributor"[^>]* checked', html)
    assert "This person is new here: give their full name." in html


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "not an address", "This is not an e-mail address."),
        ("email", "", "Give their e-mail address."),
        ("roles", None, "Choose at least one role."),
        ("roles", "emperor", "Select a valid choice"),
        ("starts_on", "2020-01-01", "begins today or later"),
        ("ends_on", "2020-01-01", "Choose the first day or a later one"),
        ("ends_on", "soon", "Enter a valid date"),
    ],
)
def test_each_mistake_is_named(team: Team, lead: User, field: str, value: str | None, reason: str) -> None:
    data = {"email": "li@example.com", "name": "Li Na", "roles": "contributor", field: value}
    given = {name: value for name, value in data.items() if value is not None}
    answer = signed_in(lead).post("/teams/customer-platform/people/add/", given)
    assert answer.status_code == 422
    assert reason in words(answer)


def test_a_lead_changes_roles_and_ends_a_membership(team: Team, lead: User) -> None:
    engineer = make.member(team, Role.CONTRIBUTOR, name="Daniel Kim")
    browser, path = signed_in(lead), f"/teams/customer-platform/people/{engineer.public_id}/"
    assert re.search(r'value="contributor"[^>]*checked', browser.get(path).content.decode())
    browser.post(path, {"roles": ["approver"], "ends_on": str(clock.now().date() + DAY)})
    assert make.access(engineer).roles == {team.pk: frozenset({Role.APPROVER})}
    assert "Daniel Kim loses every role" in words(browser.get(f"{path}end/"))
    browser.post(f"{path}end/")
    assert make.access(engineer).roles == {}
    assert browser.get(path).status_code == 404


def test_a_lead_who_gives_themselves_a_role_is_told_why_not(team: Team, lead: User) -> None:
    path = f"/teams/customer-platform/people/{lead.public_id}/"
    answer = signed_in(lead).post(path, {"roles": ["lead", "decider"]})
    assert answer.status_code == 422
    assert "Nobody gives themselves a role (decider)" in words(answer)


def test_others_see_the_team_and_change_nothing(team: Team, lead: User) -> None:
    other_lead = make.member(make.team(), Role.LEAD)
    engineer = make.member(team, Role.CONTRIBUTOR)
    for who in (other_lead, engineer):
        browser = signed_in(who)
        assert "Add a person" not in words(browser.get("/teams/customer-platform/"))
        for path in ("change/", "people/add/", f"people/{engineer.public_id}/", f"people/{engineer.public_id}/end/"):
            assert browser.post(f"/teams/customer-platform/{path}").status_code == 403


def test_an_administrator_makes_a_team(lead: User) -> None:
    browser = signed_in(make.member(None, Role.ADMINISTRATOR))
    data = {"name": "Knowledge & Search", "slug": "Knowledge", "time_zone": "america/new york"}
    assert browser.post("/teams/add/", data)["Location"] == "/teams/knowledge/"
    assert Team.objects.get(slug="knowledge").time_zone == "America/New_York"
    assert signed_in(lead).get("/teams/add/").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("slug", "has spaces", "small letters, digits and hyphens"),
        ("slug", "customer-platform", "Another team has this short name."),
        ("name", "Customer Platform", "Another team has this name."),
        ("time_zone", "Mars/Base", "Choose a time zone of the list"),
    ],
)
def test_mistakes_in_a_new_team_are_named(team: Team, field: str, value: str, reason: str) -> None:
    browser = signed_in(make.member(None, Role.ADMINISTRATOR))
    data = {"name": "New", "slug": "new", "time_zone": "UTC", field: value}
    answer = browser.post("/teams/add/", data)
    assert answer.status_code == 422
    assert reason in words(answer)
    assert f'value="{value}"' in answer.content.decode()


def test_an_auditor_finds_only_the_teams_of_their_choice(team: Team) -> None:
    other = make.team("Other Team", "other-team")
    auditor = make.member(None, Role.AUDITOR)
    chosen = Scope.objects.create(team=team)
    Membership.objects.get(person=auditor).audited.create(scope=chosen)
    browser = signed_in(auditor)
    assert "Other Team" not in browser.get("/teams/").content.decode()
    assert browser.get("/teams/customer-platform/").status_code == 200
    missing, hidden = browser.get("/teams/no-such-team/"), browser.get(f"/teams/{other.slug}/")
    assert (hidden.status_code, len(hidden.content)) == (
        404,
        len(missing.content) + len(other.slug) - len("no-such-team"),
    )


def test_formulas_in_names_stay_words_in_the_file(team: Team, lead: User) -> None:
    make.member(team, Role.VIEWER, name="=cmd|' /C calc'!A0")
    exported = signed_in(lead).get("/teams/customer-platform/?_export=csv").content.decode()
    assert "'=cmd" in exported
    assert "\n=cmd" not in exported


@pytest.mark.parametrize("path", ["/teams/", "/teams/customer-platform/", "/people/", "/teams/?q=e&sort=-people"])
def test_pages_ask_the_database_as_often_for_many_as_for_few(team: Team, lead: User, path: str) -> None:
    browser = signed_in(lead)

    few = statements(browser, path)
    for number in range(60):
        made = make.team(f"Extra {number}")
        make.member(team, Role.CONTRIBUTOR, Role.APPROVER, who=make.member(made, Role.LEAD))
    assert statements(browser, path) == few
    assert few <= SHELL + LIST
