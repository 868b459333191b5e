"""Compliance, administrators and auditors."""

import datetime

import pytest

from portal import clock
from portal.actions import roles_across
from portal.errors import DomainError, NotPermitted
from portal.models import Membership, Scope, User
from portal.permissions import Role
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def administrator() -> User:
    return make.member(None, Role.ADMINISTRATOR, name="Ada")


def today() -> datetime.date:
    return clock.now().date()


def test_compliance_is_given_and_holds_at_once(administrator: User) -> None:
    who = make.person()
    roles_across.give(make.access(administrator), person=who, roles={Role.COMPLIANCE})
    assert make.access(who).across == {Role.COMPLIANCE}


def test_taking_every_role_ends_what_was_held_and_is_recorded(administrator: User, events: Events) -> None:
    who = make.member(None, Role.COMPLIANCE)
    roles_across.give(make.access(administrator), person=who, roles=set())
    assert make.access(who).across == frozenset()
    assert [event.verb for event in events()] == ["membership.ended"]


def test_an_administrator_takes_no_power_over_the_record(administrator: User) -> None:
    scope, access = Scope.objects.create(team=make.team()), make.access(administrator)
    with pytest.raises(DomainError):
        roles_across.give(access, person=administrator, roles={Role.ADMINISTRATOR, Role.COMPLIANCE})
    with pytest.raises(DomainError):
        roles_across.make_auditor(
            access, person=administrator, scopes=[scope], starts_on=today(), ends_on=today() + DAY
        )
    assert make.access(administrator).across == {Role.ADMINISTRATOR}


def test_the_last_administrator_does_not_resign(administrator: User) -> None:
    access = make.access(administrator)
    with pytest.raises(DomainError, match="last administrator"):
        roles_across.give(access, person=administrator, roles=set())
    with pytest.raises(DomainError, match="last administrator"):
        roles_across.give(access, person=administrator, roles={Role.ADMINISTRATOR}, ends_on=today() + DAY)


def test_one_of_two_may(administrator: User) -> None:
    other = make.person()
    roles_across.give(make.access(administrator), person=other, roles={Role.ADMINISTRATOR})
    roles_across.give(make.access(administrator), person=administrator, roles=set())
    assert make.access(administrator).across == frozenset()


def test_an_administrator_whose_role_ends_does_not_count_as_the_one_who_stays(administrator: User) -> None:
    passing = make.person()
    roles_across.give(make.access(administrator), person=passing, roles={Role.ADMINISTRATOR}, ends_on=today() + DAY)
    with pytest.raises(DomainError):
        roles_across.give(make.access(administrator), person=administrator, roles=set())


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.APPROVER, Role.DECIDER])
def test_nobody_else_gives_roles_across_teams(role: Role) -> None:
    who = make.member(make.team(), role)
    with pytest.raises(NotPermitted):
        roles_across.give(make.access(who), person=make.person(), roles={Role.COMPLIANCE})


def test_an_auditor_sees_the_chosen_scopes_and_nothing_else(administrator: User) -> None:
    chosen, restricted, other = (
        Scope.objects.create(team=make.team(), restricted=restricted) for restricted in (False, True, False)
    )
    who = make.person()
    roles_across.make_auditor(
        make.access(administrator), person=who, scopes=[chosen, restricted], starts_on=today(), ends_on=today() + DAY
    )
    seen = set(Scope.objects.visible_to(make.access(who)))
    assert seen == {chosen, restricted}
    assert other not in seen


def test_an_audit_ends_by_itself(administrator: User) -> None:
    scope = Scope.objects.create(team=make.team())
    who = make.person()
    roles_across.make_auditor(
        make.access(administrator), person=who, scopes=[scope], starts_on=today(), ends_on=today() + DAY
    )
    with clock.at(clock.now() + 3 * DAY):
        assert make.access(who).across == frozenset()


def test_a_second_choice_takes_the_place_of_the_first(administrator: User) -> None:
    first, second = Scope.objects.create(team=make.team()), Scope.objects.create(team=make.team())
    who = make.person()
    for scope in (first, second):
        roles_across.make_auditor(
            make.access(administrator), person=who, scopes=[scope], starts_on=today(), ends_on=today() + DAY
        )
    assert make.access(who).audited == {second.pk}
    assert Membership.objects.open(today()).filter(person=who).count() == 1


def test_an_audit_of_nothing_is_refused(administrator: User) -> None:
    with pytest.raises(DomainError) as refusal:
        roles_across.make_auditor(
            make.access(administrator), person=make.person(), scopes=[], starts_on=today(), ends_on=today() + DAY
        )
    assert set(refusal.value.errors) == {"scopes"}


def test_an_audit_ended_by_hand_ends_at_once(administrator: User) -> None:
    scope = Scope.objects.create(team=make.team())
    who = make.person()
    access = make.access(administrator)
    roles_across.make_auditor(access, person=who, scopes=[scope], starts_on=today(), ends_on=today() + DAY)
    roles_across.end_audit(access, person=who)
    assert make.access(who).across == frozenset()
    with pytest.raises(DomainError):
        roles_across.end_audit(access, person=who)
