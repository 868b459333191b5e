"""Accounts: adding, inviting, closing, opening, and one's own settings."""

import pytest

from portal import permissions
from portal.actions import people
from portal.errors import DomainError, NotPermitted
from portal.models import AuditText, OutboxMessage, Team, User
from portal.permissions import Capability, Role
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return make.member(None, Role.ADMINISTRATOR, name="Ada")


def test_an_account_is_made_without_a_password_and_mailed(administrator: User, events: Events) -> None:
    made = people.add(make.access(administrator), email="li@example.com", name="Li Na", time_zone="Asia/Shanghai")
    assert not made.has_usable_password()
    assert OutboxMessage.objects.get().kind == "invitation"
    (event,) = events()
    assert "li@example.com" not in event.body
    assert AuditText.objects.get(event=event, name="email").value == "li@example.com"


def test_an_address_has_one_account_whatever_its_letters(administrator: User) -> None:
    people.add(make.access(administrator), email="li@example.com", name="Li Na")
    with pytest.raises(DomainError) as refusal:
        people.add(make.access(administrator), email=" LI@example.com", name="Li Na")
    assert set(refusal.value.errors) == {"email"}


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER, Role.VIEWER])
def test_only_administrators_make_accounts(role: Role) -> None:
    who = make.member(make.team(), role)
    with pytest.raises(NotPermitted):
        people.add(make.access(who), email="x@example.com", name="X")


def test_an_invitation_is_sent_again_only_to_who_has_no_password(administrator: User) -> None:
    made = people.add(make.access(administrator), email="li@example.com", name="Li Na")
    people.send_invitation(make.access(administrator), person=made)
    assert OutboxMessage.objects.count() == 2
    with pytest.raises(DomainError):
        people.send_invitation(make.access(administrator), person=make.person())


def test_closing_an_account_takes_every_right_at_once(administrator: User) -> None:
    who = make.member(make.team(), Role.LEAD)
    people.close(make.access(administrator), person=who)
    who.refresh_from_db()
    access = make.access(who)
    assert (access.roles, access.across) == ({}, frozenset())
    assert not Team.objects.visible_to(access).exists()
    with pytest.raises(NotPermitted, match="This account is closed"):
        permissions.require(access, Capability.TOKEN_ISSUE)


def test_opening_it_again_gives_back_what_has_not_ended(administrator: User) -> None:
    team = make.team()
    who = make.member(team, Role.LEAD)
    people.close(make.access(administrator), person=who)
    people.reopen(make.access(administrator), person=who)
    who.refresh_from_db()
    assert make.access(who).roles == {team.pk: frozenset({Role.LEAD})}


def test_nobody_closes_their_own_account(administrator: User) -> None:
    make.member(None, Role.ADMINISTRATOR)
    with pytest.raises(DomainError):
        people.close(make.access(administrator), person=administrator)


def test_the_last_administrator_stays(administrator: User) -> None:
    other = make.member(None, Role.ADMINISTRATOR)
    people.close(make.access(administrator), person=other)
    lonely = make.access(administrator)
    third = make.member(None, Role.COMPLIANCE)
    people.close(lonely, person=third)
    other.refresh_from_db()
    people.reopen(lonely, person=other)
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    with pytest.raises(DomainError, match="last administrator"):
        people.close(lonely, person=other)


def test_what_is_closed_is_not_closed_again(administrator: User) -> None:
    who = make.person()
    people.close(make.access(administrator), person=who)
    with pytest.raises(DomainError):
        people.close(make.access(administrator), person=who)


def test_own_settings_name_in_the_record_what_changed(events: Events) -> None:
    who = make.person("Old Name")
    changed = people.change_own(make.access(who), name="New Name", time_zone="Europe/Oslo", theme="")
    assert changed == ["name", "time_zone"]
    assert '"fields":["name","time_zone"]' in events()[-1].body
    who.refresh_from_db()
    assert (who.name, who.time_zone) == ("New Name", "Europe/Oslo")


def test_saving_the_same_settings_leaves_no_event(events: Events) -> None:
    who = make.person("Same")
    people.change_own(make.access(who), name="Same", time_zone="UTC", theme="")
    assert events() == []


def test_a_new_password_is_recorded_without_a_word_of_it(events: Events) -> None:
    who = make.person()
    people.set_password(make.access(who), password="correct horse battery", way="changed")
    who.refresh_from_db()
    assert who.check_password("correct horse battery")
    (event,) = events()
    assert event.verb == "person.password-set"
    assert "correct" not in event.body
    assert "pbkdf2" not in event.body
    assert not event.texts.exclude(name="address").exists()
