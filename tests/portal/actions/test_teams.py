"""Making teams, inviting people, changing what they hold and ending it."""

import datetime

import pytest

from portal import clock
from portal.actions import teams
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Membership, Notification, OutboxMessage, Team, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def team() -> Team:
    return make.team("Customer Platform", "customer-platform", "Europe/Berlin")


@pytest.fixture
def lead(team: Team) -> User:
    return make.member(team, Role.LEAD, name="Priya")


@pytest.fixture
def administrator() -> User:
    return make.member(None, Role.ADMINISTRATOR, name="Ada")


def today() -> datetime.date:
    return clock.now().date()


def invite(by: User, team: Team, *, email: str = "new@example.com", name: str = "New", **options: object) -> Membership:
    roles = options.pop("roles", {Role.CONTRIBUTOR})
    return teams.invite(make.access(by), team=team, email=email, name=name, roles=roles, **options)  # type: ignore[arg-type]


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("number")


def test_an_administrator_makes_a_team_and_the_record_says_so(administrator: User) -> None:
    made = teams.add(make.access(administrator), name="Risk", slug="risk", time_zone="Europe/Paris")
    assert (made.slug, last_event().verb) == ("risk", "team.added")


def test_a_lead_makes_no_team(lead: User) -> None:
    with pytest.raises(NotPermitted):
        teams.add(make.access(lead), name="Risk", slug="risk", time_zone="UTC")


@pytest.mark.parametrize(
    ("name", "slug", "field"), [("CUSTOMER platform", "other", "name"), ("X", "customer-platform", "slug")]
)
def test_names_are_taken_once(administrator: User, team: Team, name: str, slug: str, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        teams.add(make.access(administrator), name=name, slug=slug, time_zone="UTC")
    assert set(refusal.value.errors) == {field}


def test_a_lead_changes_the_own_teams_settings_only(lead: User, team: Team) -> None:
    assert teams.change(make.access(lead), team=team, name="Customers", time_zone="Europe/Berlin") == ["name"]
    with pytest.raises(NotPermitted):
        teams.change(make.access(lead), team=make.team(), name="Mine", time_zone="UTC")


def test_a_new_address_becomes_an_account_without_password_and_is_mailed(
    lead: User, team: Team, events: Events
) -> None:
    membership = invite(lead, team, email="New@Example.com ")
    assert membership.person.email == "new@example.com"
    assert not membership.person.has_usable_password()
    assert membership.person.time_zone == "Europe/Berlin"
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient) == ("invitation", membership.person)
    assert [event.verb for event in events()] == ["person.added", "membership.granted"]


def test_somebody_who_is_here_already_just_joins_and_is_told(lead: User, team: Team) -> None:
    known = make.person(email="known@example.com")
    invite(lead, team, email="known@example.com", name="")
    assert OutboxMessage.objects.count() == 0
    assert Notification.objects.get().recipient == known
    assert make.access(known).roles == {team.pk: frozenset({Role.CONTRIBUTOR})}


def test_a_new_address_needs_a_name(lead: User, team: Team) -> None:
    with pytest.raises(DomainError) as refusal:
        invite(lead, team, name=" ")
    assert set(refusal.value.errors) == {"name"}
    assert not User.objects.filter(email="new@example.com").exists()


def test_nobody_joins_twice(lead: User, team: Team) -> None:
    invite(lead, team)
    with pytest.raises(DomainError) as refusal:
        invite(lead, team, roles={Role.APPROVER})
    assert set(refusal.value.errors) == {"email"}


def test_a_lead_invites_into_the_own_team_only(lead: User) -> None:
    with pytest.raises(NotPermitted):
        invite(lead, make.team())
    assert not User.objects.filter(email="new@example.com").exists()


def test_an_administrator_gives_nobody_a_role_in_secret_and_themselves_none(administrator: User, team: Team) -> None:
    for role in (Role.APPROVER, Role.DECIDER, Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER):
        with pytest.raises(DomainError):
            invite(administrator, team, email=administrator.email, roles={role})
    assert not Membership.objects.filter(person=administrator, team=team).exists()


def test_a_second_account_of_the_same_human_counts_as_the_first(administrator: User, team: Team) -> None:
    make.person(email="ada.private@example.com", identity=administrator.identity)
    with pytest.raises(DomainError):
        invite(administrator, team, email="ada.private@example.com", roles={Role.APPROVER})


def test_a_closed_account_is_not_invited(lead: User, team: Team) -> None:
    make.person(email="gone@example.com", is_active=False)
    with pytest.raises(DomainError) as refusal:
        invite(lead, team, email="gone@example.com")
    assert set(refusal.value.errors) == {"email"}


def test_roles_across_teams_are_not_given_in_a_team(lead: User, team: Team) -> None:
    for role in (Role.COMPLIANCE, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(DomainError):
            invite(lead, team, roles={role})


def test_a_role_from_later_on_does_not_hold_yet(lead: User, team: Team) -> None:
    membership = invite(lead, team, starts_on=today() + 7 * DAY, ends_on=today() + 9 * DAY)
    assert make.access(membership.person).roles == {}


def test_changing_roles_keeps_what_was_held_as_a_row_that_ended(lead: User, team: Team) -> None:
    engineer = make.member(team, Role.CONTRIBUTOR)
    before = Membership.objects.get(person=engineer)
    after = teams.change_roles(make.access(lead), membership=before, roles={Role.APPROVER}, ends_on=None)
    before.refresh_from_db()
    assert (before.ends_on, before.roles) == (today() - DAY, ["contributor"])
    assert make.access(engineer).roles == {team.pk: frozenset({Role.APPROVER})}
    assert str(before.public_id) in last_event().body
    assert after.starts_on == today()


def test_a_lead_may_give_up_a_role_but_take_none(lead: User, team: Team) -> None:
    own = Membership.objects.get(person=lead)
    with pytest.raises(DomainError):
        teams.change_roles(make.access(lead), membership=own, roles={Role.LEAD, Role.DECIDER}, ends_on=None)
    teams.change_roles(make.access(lead), membership=own, roles={Role.LEAD}, ends_on=today() + DAY)
    own = Membership.objects.get(person=lead, ends_on=today() + DAY)
    with pytest.raises(DomainError):
        teams.change_roles(make.access(lead), membership=own, roles={Role.LEAD}, ends_on=None)


def test_saving_without_a_change_writes_nothing(lead: User, team: Team, events: Events) -> None:
    engineer = make.member(team, Role.CONTRIBUTOR)
    held = Membership.objects.get(person=engineer)
    teams.change_roles(make.access(lead), membership=held, roles={Role.CONTRIBUTOR}, ends_on=None)
    assert events() == []


def test_an_ended_membership_gives_nothing_from_that_moment(lead: User, team: Team) -> None:
    engineer = make.member(team, Role.CONTRIBUTOR)
    teams.end(make.access(lead), membership=Membership.objects.get(person=engineer))
    assert make.access(engineer).roles == {}
    assert last_event().verb == "membership.ended"


def test_a_membership_that_began_today_can_be_ended_today_and_begun_again(lead: User, team: Team) -> None:
    first = invite(lead, team)
    teams.end(make.access(lead), membership=first)
    second = invite(lead, team, roles={Role.APPROVER})
    assert make.access(second.person).roles == {team.pk: frozenset({Role.APPROVER})}


def test_what_has_ended_is_not_ended_again(lead: User, team: Team) -> None:
    engineer = make.member(team, Role.CONTRIBUTOR)
    held = Membership.objects.get(person=engineer)
    teams.end(make.access(lead), membership=held)
    with pytest.raises(DomainError):
        teams.end(make.access(lead), membership=Membership.objects.get(pk=held.pk))


def test_people_of_other_teams_sign_and_decide_here(lead: User, team: Team) -> None:
    elsewhere = make.team()
    lent = make.member(elsewhere, Role.LEAD)
    invite(lead, team, email=lent.email, roles={Role.APPROVER, Role.DECIDER})
    assert make.access(lent).roles[team.pk] == {Role.APPROVER, Role.DECIDER}
