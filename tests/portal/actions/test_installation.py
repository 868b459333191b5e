"""The first administrator, and those appointed from the server's shell."""

import pytest

from portal import clock
from portal.actions import installation
from portal.errors import DomainError
from portal.models import OutboxMessage, Team, User
from portal.permissions import Role
from portal.queries import people
from tests.factories import portal as make
from tests.portal.actions.conftest import Events

pytestmark = pytest.mark.django_db
FIRST = installation.FirstTeam("Customer Platform", "customer-platform", "Europe/Berlin")


def test_an_installation_starts_with_an_administrator_who_leads_its_first_team(events: Events) -> None:
    ada = installation.start(email="Ada@example.com", name="Ada", password="correct horse battery", team=FIRST)
    access = make.access(User.objects.get(pk=ada.pk))
    assert access.across == {Role.ADMINISTRATOR}
    assert access.roles == {Team.objects.get().pk: frozenset({Role.LEAD, Role.CONTRIBUTOR})}
    assert ada.check_password("correct horse battery")
    assert [event.actor for event in events()] == [None] * 5
    assert OutboxMessage.objects.count() == 0


def test_it_starts_once() -> None:
    installation.start(email="ada@example.com", name="Ada", password="correct horse battery", team=FIRST)
    with pytest.raises(DomainError):
        installation.start(email="eve@example.com", name="Eve", password="correct horse battery", team=FIRST)
    assert [person.name for person in people.administrators(clock.now().date())] == ["Ada"]


def test_the_shell_makes_an_account_that_is_there_administrator_beside_what_it_is() -> None:
    carla = make.member(None, Role.COMPLIANCE)
    installation.appoint(email=carla.email, name="Somebody else")
    carla.refresh_from_db()
    assert make.access(carla).across == {Role.COMPLIANCE, Role.ADMINISTRATOR}
    assert carla.name != "Somebody else"


def test_appointing_twice_changes_nothing(events: Events) -> None:
    installation.appoint(email="ada@example.com", name="Ada")
    count = len(events())
    installation.appoint(email="ada@example.com", name="Ada")
    assert len(events()) == count


def test_a_first_team_is_made_only_where_there_is_none() -> None:
    make.team()
    installation.appoint(email="ada@example.com", name="Ada", team=FIRST)
    assert Team.objects.count() == 1


def test_a_closed_account_is_not_appointed() -> None:
    gone = make.person(is_active=False)
    with pytest.raises(DomainError):
        installation.appoint(email=gone.email, name="Gone")
