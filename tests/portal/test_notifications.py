"""Notices speak only of what their reader may see."""

import datetime

import pytest

from portal import clock, notifications
from portal.models import AuditorScope, Membership, Notification, Scope, User
from portal.permissions import Role
from portal.queries import shell_counts
from tests.factories import portal as make
from tests.portal.pages import signed_in, words

pytestmark = pytest.mark.django_db


def tell(scope: Scope | None, *people: User) -> None:
    notifications.notify(people, kind="test", key="once", subject="Harbour goes live", url="/teams/", scope=scope)


def unread(who: User) -> int:
    return shell_counts.of(make.access(who))[0]


def test_who_may_not_see_it_is_not_told() -> None:
    team = make.team()
    insider, outsider = make.member(team, Role.VIEWER), make.member(make.team(), Role.LEAD)

    tell(Scope.objects.create(team=team, restricted=True), insider, outsider)

    assert [notice.recipient for notice in Notification.objects.all()] == [insider]


def test_what_is_restricted_later_is_gone_from_the_notices_of_others() -> None:
    scope, reader = Scope.objects.create(team=make.team()), make.member(make.team(), Role.LEAD)
    tell(scope, reader)
    assert unread(reader) == 1

    scope.restricted = True
    scope.save()

    assert unread(reader) == 0
    assert "Harbour" not in words(signed_in(reader).get("/notifications/"))


def test_who_leaves_the_team_keeps_no_notice_of_its_restricted_things() -> None:
    team = make.team()
    reader = make.member(team, Role.VIEWER)
    tell(Scope.objects.create(team=team, restricted=True), reader)

    Membership.objects.filter(person=reader).update(ends_on=clock.now().date() - datetime.timedelta(days=2))

    assert unread(reader) == 0


def test_what_names_no_service_is_told_to_everybody() -> None:
    reader = make.person()

    tell(None, reader)

    assert unread(reader) == 1


@pytest.mark.parametrize("restricted", [False, True])
def test_one_scope_is_seen_by_the_same_people_whichever_way_one_asks(restricted: bool) -> None:
    scope = Scope.objects.create(team=make.team(), restricted=restricted)
    auditor, other_auditor = make.member(None, Role.AUDITOR), make.member(None, Role.AUDITOR)
    AuditorScope.objects.create(membership=auditor.memberships.get(), scope=scope)
    people = [
        auditor,
        other_auditor,
        make.member(scope.team, Role.VIEWER),
        make.member(make.team(), Role.LEAD),
        make.member(None, Role.COMPLIANCE),
        make.member(None, Role.ADMINISTRATOR),
        make.person(),
        make.member(scope.team, Role.LEAD, who=make.person(is_active=False)),
    ]

    for person in people:
        access = make.access(person)
        assert access.sees(scope) == Scope.objects.visible_to(access).filter(pk=scope.pk).exists(), access
