"""The pages of people, as administrators and everybody else use them."""

import datetime
import re

import pytest

from portal import clock, extension_points
from portal.models import OutboxMessage, Scope, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.pages import signed_in, statements, words

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def administrator() -> User:
    return make.member(None, Role.ADMINISTRATOR, name="Ada Admin")


def path_of(who: User, page: str = "") -> str:
    return f"/people/{who.public_id}/{page}"


def test_everybody_finds_everybody_with_where_they_belong(administrator: User) -> None:
    who = make.member(make.team("Risk Models"), Role.APPROVER, name="Sofia P")
    page = words(signed_in(who).get("/people/"))
    assert re.search(r"Sofia P .*Risk Models Approver", page)
    assert re.search(r"Ada Admin .*All teams Administrator", page)


def test_the_list_filters_by_team_and_state_of_the_account(administrator: User) -> None:
    make.member(make.team("Risk", "risk"), Role.VIEWER, name="Rita Risk")
    make.person("Gus Gone", is_active=False)
    invited = make.person("Ines Invited")
    invited.set_unusable_password()
    invited.save()
    browser = signed_in(administrator)
    for query, names in {
        "team=risk": {"Rita Risk"},
        "state=closed": {"Gus Gone"},
        "state=invited": {"Ines Invited"},
        "q=rita": {"Rita Risk"},
    }.items():
        table = words(browser.get(f"/people/?{query}"))
        found = {name for name in ("Rita Risk", "Gus Gone", "Ines Invited") if f"{name} " in table}
        assert found == names, query


def test_a_person_s_page_shows_what_they_hold(administrator: User) -> None:
    team = make.team("Customer Platform")
    who = make.member(team, Role.LEAD, name="Priya R")
    page = words(signed_in(make.person()).get(path_of(who)))
    assert re.search(r"Customer Platform Lead .*open", page)
    assert "Close the account" not in page
    assert "Second factor" not in page


def test_an_administrator_sees_the_state_of_the_account_too(administrator: User) -> None:
    page = words(signed_in(administrator).get(path_of(make.person())))
    assert "Password set Second factor none Last sign-in never" in page
    assert "Close the account" in page


def test_an_account_is_made_on_a_page(administrator: User) -> None:
    browser = signed_in(administrator)
    data = {"email": "li@example.com", "name": "Li Na", "time_zone": "Asia/Shanghai"}
    answer = browser.post("/people/add/", data, follow=True)
    assert "Li Na has an account" in words(answer)
    assert "Invited" in words(answer)
    again = browser.post("/people/add/", data)
    assert again.status_code == 422
    assert "This person is here already." in words(again)
    assert 'value="Li Na"' in again.content.decode()


def test_an_invitation_is_sent_again(administrator: User) -> None:
    browser = signed_in(administrator)
    browser.post("/people/add/", {"email": "li@example.com", "name": "Li Na", "time_zone": "UTC"})
    made = User.objects.get(email="li@example.com")
    page = words(browser.post(path_of(made, "invite/"), follow=True))
    assert "is invited again. No mail server is set: the mail with the link" in page
    assert OutboxMessage.objects.count() == 2


def test_an_account_is_closed_and_opened_again(administrator: User) -> None:
    who, browser = make.person("Gus"), signed_in(administrator)
    assert "signed out everywhere at once" in words(browser.get(path_of(who, "close/")))
    assert "The account of Gus is closed." in words(browser.post(path_of(who, "close/"), follow=True))
    assert "open again" in words(browser.post(path_of(who, "reopen/"), follow=True))


def test_two_accounts_are_said_to_be_one_persons_and_parted_again(administrator: User) -> None:
    who, other = make.person("Mia Lang", "mia@example.com"), make.person("M. Lang", "m.lang@example.com")
    browser = signed_in(administrator)

    refused = browser.post(path_of(who, "same/"), {"email": "nobody@example.com", "reason": "Same number."})
    assert refused.status_code == 422
    assert "no account with this address" in words(refused)
    assert 'value="Same number."' in refused.content.decode()
    typed = {"email": other.email, "reason": "Same number."}
    told = browser.post(path_of(who, "same/"), typed, follow=True)
    assert "Mia Lang and M. Lang count as one person from now on" in words(told)
    assert "M. Lang m.lang@example.com" in words(told)
    assert "counts as the same person as Mia Lang" in words(browser.get(path_of(other, "apart/")))
    parted = browser.post(path_of(other, "apart/"), {"reason": "Read wrong."}, follow=True)
    assert "M. Lang counts as a person of their own" in words(parted)
    assert "has no other account" in words(browser.post(path_of(other, "apart/"), {"reason": "Again."}))


def test_what_cannot_be_is_said_on_the_page(administrator: User) -> None:
    browser = signed_in(administrator)
    answer = browser.post(path_of(administrator, "close/"), follow=True)
    assert "Nobody closes their own account" in words(answer)


def test_roles_across_teams_are_given_on_a_page(administrator: User) -> None:
    who, browser = make.person(), signed_in(administrator)
    browser.post(path_of(who, "roles/"), {"roles": ["compliance"]})
    assert make.access(who).across == {Role.COMPLIANCE}
    refused = browser.post(path_of(administrator, "roles/"), {"roles": ["administrator", "compliance"]})
    assert refused.status_code == 422
    assert "Nobody gives themselves a role (compliance)" in words(refused)


def test_an_auditor_is_given_teams_and_named_services(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    team, other = make.team("Risk", "risk"), make.team("Other", "other")
    whole = Scope.objects.create(team=team, restricted=True)
    single, hidden = Scope.objects.create(team=other), Scope.objects.create(team=other, restricted=True)
    monkeypatch.setattr(
        extension_points, "names_of_scopes", lambda ids: {pk: f"Service {pk}" for pk in ids if pk != whole.pk}
    )
    who, browser = make.person("Aud"), signed_in(administrator)
    page = words(browser.get(path_of(who, "audit/")))
    assert f"Service {single.pk}, Other" in page
    assert f"Service {hidden.pk}" not in page
    today = clock.now().date()
    days = {"starts_on": str(today), "ends_on": str(today + 30 * DAY)}
    foreign = browser.post(path_of(who, "audit/"), {"scopes": [str(hidden.public_id)], **days})
    assert foreign.status_code == 422
    browser.post(path_of(who, "audit/"), {"teams": ["risk"], "scopes": [str(single.public_id)], **days})
    assert make.access(who).audited == {whole.pk, single.pk}
    assert "Service" in words(browser.get(path_of(who)))
    browser.post(path_of(who, "audit/end/"))
    assert make.access(who).across == frozenset()


@pytest.mark.parametrize("page", ["roles/", "audit/", "audit/end/", "invite/", "close/", "reopen/", "same/", "apart/"])
@pytest.mark.parametrize("role", [Role.LEAD, Role.DECIDER, Role.COMPLIANCE, Role.AUDITOR])
def test_nobody_else_opens_these_pages(role: Role, page: str) -> None:
    who = make.member(None if role in (Role.COMPLIANCE, Role.AUDITOR) else make.team(), role)
    assert signed_in(who).post(path_of(who, page)).status_code == 403


def test_an_auditor_finds_only_people_of_their_teams() -> None:
    auditor, stranger = make.member(None, Role.AUDITOR), make.person("Stranger")
    browser = signed_in(auditor)
    assert browser.get(path_of(auditor)).status_code == 200
    assert browser.get(path_of(stranger)).status_code == 404
    assert "Stranger" not in words(browser.get("/people/"))


def test_other_apps_add_their_panels(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.registry import Registry

    panels: Registry[object] = Registry("person panels")
    panels.add("owns", lambda _access, person: extension_points.Panel(f"Owned by {person}", "/owned/"))
    monkeypatch.setattr(extension_points, "person_panels", panels)
    who = make.person("Priya")
    assert "Owned by Priya" in words(signed_in(who).get(path_of(who)))


def test_one_page_asks_as_often_whatever_they_hold(administrator: User) -> None:
    who, browser = make.person(), signed_in(administrator)
    few = statements(browser, path_of(who))
    for _ in range(20):
        make.member(make.team(), Role.LEAD, who=who)
    assert statements(browser, path_of(who)) <= few + 1  # the scopes of auditors, where there is any membership
    assert few <= 10
