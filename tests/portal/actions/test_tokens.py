"""API tokens: issued once, kept as a digest, ended by revoking."""

import datetime

import pytest
from django.core import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from portal import clock, permissions
from portal.actions import people, teams, tokens
from portal.api.authentication import TokenAuthentication
from portal.errors import DomainError, NotPermitted
from portal.models import ApiToken, AuditText, Membership, Team, User
from portal.permissions import Access, Capability, Role
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def team() -> Team:
    return make.team()


@pytest.fixture
def engineer(team: Team) -> User:
    return make.member(team, Role.CONTRIBUTOR)


def arriving_with(secret: str) -> Access:
    """What a request that carries the token may do."""
    request = Request(APIRequestFactory().get("/api/v1/", HTTP_AUTHORIZATION=f"Bearer {secret}"))
    found = TokenAuthentication().authenticate(request)
    assert found
    access: Access = request.access  # type: ignore[attr-defined]  # set by the authentication
    return access


def test_the_secret_is_nowhere_but_in_the_answer(engineer: User, events: Events) -> None:
    issued = tokens.issue(make.access(engineer), name="ci")
    kept = serializers.serialize("json", ApiToken.objects.all())
    texts = serializers.serialize("json", AuditText.objects.all())
    assert issued.secret not in kept + texts + events()[-1].body
    assert len(issued.secret) - len(issued.token.token_key) >= 50


def test_it_reads_only_unless_asked_otherwise_and_lasts_ninety_days(engineer: User) -> None:
    token = tokens.issue(make.access(engineer), name="ci").token
    assert token.access == "read"
    assert token.expiry is not None
    assert abs(token.expiry - clock.now() - 90 * DAY) < DAY


def test_a_reading_token_writes_nothing(engineer: User, team: Team) -> None:
    access = arriving_with(tokens.issue(make.access(engineer), name="ci").secret)
    with pytest.raises(NotPermitted, match="may only read"):
        permissions.require(access, Capability.REVIEW_ANSWER, team_id=team.pk)


def test_a_writing_token_may_what_its_person_may_and_no_more(engineer: User, team: Team) -> None:
    access = arriving_with(tokens.issue(make.access(engineer), name="ci", may="write").secret)
    permissions.require(access, Capability.REVIEW_ANSWER, team_id=team.pk)
    with pytest.raises(NotPermitted):
        permissions.require(access, Capability.TEAM_MANAGE, team_id=team.pk)


def test_a_team_limit_leaves_the_other_teams_out(engineer: User, team: Team) -> None:
    other = make.team()
    make.member(other, Role.CONTRIBUTOR, who=engineer)
    access = arriving_with(tokens.issue(make.access(engineer), name="ci", may="write", team=team).secret)
    permissions.require(access, Capability.REVIEW_ANSWER, team_id=team.pk)
    with pytest.raises(NotPermitted):
        permissions.require(access, Capability.REVIEW_ANSWER, team_id=other.pk)
    assert list(Team.objects.visible_to(access)) == [team]


def test_a_team_limit_leaves_out_what_the_person_may_across_teams(team: Team) -> None:
    administrator = make.member(None, Role.ADMINISTRATOR)
    make.member(team, Role.LEAD, who=administrator)
    access = arriving_with(tokens.issue(make.access(administrator), name="ci", may="write", team=team).secret)
    assert not access.can(Capability.PEOPLE_MANAGE)
    assert access.teams_with(Capability.TEAM_MANAGE) == [team.pk]


def test_a_limit_to_a_team_one_has_left_shows_nothing(engineer: User, team: Team) -> None:
    secret = tokens.issue(make.access(engineer), name="ci", team=team).secret
    make.member(make.team(), Role.LEAD, who=engineer)
    Membership.objects.filter(person=engineer, team=team).update(ends_on=datetime.date(2026, 1, 1))
    assert not Team.objects.visible_to(arriving_with(secret)).exists()


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_token_lasts_a_day_to_a_year(engineer: User, days: int) -> None:
    with pytest.raises(DomainError) as refusal:
        tokens.issue(make.access(engineer), name="ci", days=days)
    assert set(refusal.value.errors) == {"days"}


def test_wrong_input_is_named_field_by_field(engineer: User) -> None:
    with pytest.raises(DomainError) as refusal:
        tokens.issue(make.access(engineer), name=" ", may="sign", days=400, team=make.team())
    assert set(refusal.value.errors) == {"name", "may", "days", "team"}


def test_names_are_clear_among_tokens_that_work(engineer: User) -> None:
    first = tokens.issue(make.access(engineer), name="ci").token
    with pytest.raises(DomainError):
        tokens.issue(make.access(engineer), name="ci")
    tokens.revoke(make.access(engineer), token=first)
    tokens.issue(make.access(engineer), name="ci")


def test_who_has_no_role_makes_no_token() -> None:
    with pytest.raises(NotPermitted):
        tokens.issue(make.access(make.person()), name="ci")


def test_a_revoked_token_is_refused_at_once_and_kept(engineer: User) -> None:
    issued = tokens.issue(make.access(engineer), name="ci")
    arriving_with(issued.secret)
    tokens.revoke(make.access(engineer), token=issued.token)
    with pytest.raises(AuthenticationFailed):
        arriving_with(issued.secret)
    assert ApiToken.objects.filter(pk=issued.token.pk).exists()


def test_an_expired_token_is_refused_and_kept(engineer: User) -> None:
    issued = tokens.issue(make.access(engineer), name="ci", days=1)
    with clock.at(clock.now() + 2 * DAY), pytest.raises(AuthenticationFailed):
        arriving_with(issued.secret)
    assert ApiToken.objects.filter(pk=issued.token.pk).exists()


def test_a_closed_account_closes_its_tokens(engineer: User) -> None:
    issued = tokens.issue(make.access(engineer), name="ci")
    people.close(make.access(make.member(None, Role.ADMINISTRATOR)), person=engineer)
    with pytest.raises(AuthenticationFailed):
        arriving_with(issued.secret)


def test_a_role_that_ends_is_gone_from_the_token_too(engineer: User, team: Team) -> None:
    issued = tokens.issue(make.access(engineer), name="ci", may="write")
    lead = make.member(team, Role.LEAD)
    teams.end(make.access(lead), membership=Membership.objects.get(person=engineer))
    assert arriving_with(issued.secret).roles == {}


@pytest.mark.parametrize("wrong", ["", "gh_", "x" * 67, "gh_" + "0" * 64, "\xff\xfe", "two words"])
def test_what_is_no_token_is_refused(wrong: str) -> None:
    with pytest.raises(AuthenticationFailed):
        arriving_with(wrong)


def test_ones_own_tokens_are_seen_and_everybodys_by_an_administrator(engineer: User, team: Team) -> None:
    token = tokens.issue(make.access(engineer), name="ci").token
    colleague = make.member(team, Role.LEAD)
    assert list(ApiToken.objects.visible_to(make.access(engineer))) == [token]
    assert list(ApiToken.objects.visible_to(make.access(colleague))) == []
    assert list(ApiToken.objects.visible_to(make.access(make.member(None, Role.ADMINISTRATOR)))) == [token]


def test_nobody_else_revokes_it_but_an_administrator(engineer: User, team: Team) -> None:
    token = tokens.issue(make.access(engineer), name="ci").token
    with pytest.raises(NotPermitted):
        tokens.revoke(make.access(make.member(team, Role.LEAD)), token=token)
    tokens.revoke(make.access(make.member(None, Role.ADMINISTRATOR)), token=token)
    token.refresh_from_db()
    assert token.revoked_at


def test_using_it_is_remembered(engineer: User) -> None:
    issued = tokens.issue(make.access(engineer), name="ci")
    arriving_with(issued.secret)
    issued.token.refresh_from_db()
    assert issued.token.last_used_at
