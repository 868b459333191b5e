"""R06: a right that is taken is gone at once, from whatever carries it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from portal import password_links
from portal.actions import people, roles_across, teams, tokens
from portal.api.authentication import TokenAuthentication
from portal.models import Membership, Team, User
from portal.permissions import Capability, Role
from tests.factories import portal as make
from tests.harness.results import tell
from tests.portal.conftest import give_app

pytestmark = pytest.mark.django_db


@dataclass
class Story:
    """A lead who is administrator as well, and everything that carries their rights."""

    who: User
    team: Team
    other: User
    browser: Client
    reading: str
    writing: str
    link: str

    def page(self) -> bool:
        """Whether an open page still changes the team."""
        return self.browser.post(f"/teams/{self.team.slug}/change/", {"name": "X", "time_zone": ""}).status_code == 422

    def fragment(self) -> bool:
        """Whether a page's own requests still do."""
        data, path = {"name": "X", "time_zone": ""}, f"/teams/{self.team.slug}/change/"
        return self.browser.post(path, data, HTTP_HX_REQUEST="true").status_code == 422

    def token(self, secret: str, may: Capability | None) -> bool:
        """Whether a token still opens, and where `may` is given, still allows."""
        request = Request(APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {secret}"))
        try:
            TokenAuthentication().authenticate(request)
        except AuthenticationFailed:
            return False
        access = request.access  # type: ignore[attr-defined]  # set by the authentication
        return access.can(may, self.team.pk) if may else self.team.pk in access.roles

    def reset_link(self) -> bool:
        """Whether a link to set the password, mailed before, still opens."""
        return "set-password" in Client().get(self.link).get("Location", "")


@pytest.fixture
def story() -> Story:
    team = make.team()
    who = make.member(team, Role.LEAD)
    make.member(None, Role.ADMINISTRATOR, who=who)
    other = make.member(None, Role.ADMINISTRATOR)
    browser = Client()
    browser.post("/sign-in/", {"login": who.email, "password": make.PASSWORD})
    who.refresh_from_db()
    access = make.access(who)
    return Story(
        who,
        team,
        other,
        browser,
        tokens.issue(access, name="reads").secret,
        tokens.issue(access, name="writes", may="write").secret,
        password_links.link_for(who),
    )


def take_roles(story: Story) -> None:
    roles_across.give(make.access(story.other), person=story.who, roles=set())
    held = Membership.objects.get(person=story.who, team=story.team)
    teams.change_roles(make.access(story.other), membership=held, roles={Role.VIEWER}, ends_on=None)


def end_memberships(story: Story) -> None:
    roles_across.give(make.access(story.other), person=story.who, roles=set())
    teams.end(make.access(story.other), membership=Membership.objects.get(person=story.who, team=story.team))


def close_account(story: Story) -> None:
    people.close(make.access(story.other), person=story.who)


def change_password(story: Story) -> None:
    people.set_password(make.access(User.objects.get(pk=story.who.pk)), password="another long one", way="changed")


def change_second_factor(story: Story) -> None:
    give_app(story.who)


Ways = dict[str, Callable[[Story], bool]]
ROLES: Ways = {
    "page": Story.page,
    "fragment": Story.fragment,
    "token that writes": lambda story: story.token(story.writing, Capability.TEAM_MANAGE),
}
EVERYTHING: Ways = {
    **ROLES,
    "token that reads": lambda story: story.token(story.reading, None),
    "link in a mail": Story.reset_link,
}
CASES: list[tuple[Callable[[Story], None], Ways]] = [
    (take_roles, ROLES),
    (end_memberships, {name: way for name, way in EVERYTHING.items() if name != "link in a mail"}),
    (close_account, {name: way for name, way in EVERYTHING.items() if name != "link in a mail"}),
    (change_password, {name: EVERYTHING[name] for name in ("page", "fragment", "link in a mail")}),
    (change_second_factor, {name: EVERYTHING[name] for name in ("page", "fragment")}),
]


@pytest.mark.parametrize(("revoke", "ways"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_nothing_carries_a_right_that_was_taken(story: Story, revoke: Callable[[Story], None], ways: Ways) -> None:
    assert all(way(story) for way in ways.values()), "each carries the right before"
    revoke(story)
    left = [name for name, way in ways.items() if way(story)]
    tell("R06", f"{len(left)} of {len(ways)} after {revoke.__name__} {left}", 0, kept=not left)


def test_a_link_mailed_to_somebody_whose_account_was_closed_opens_no_session(story: Story) -> None:
    close_account(story)
    browser = Client()
    page = browser.get(story.link, follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": "another long one", "password2": "another long one"})
    assert browser.get("/profile/").status_code == 302
