"""The demonstration's data: when it is made and when not, who is in it, and that its record is a real one."""

import io
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal import clock, demo, record_verification
from portal.access import access_of
from portal.models import AuditEvent, AuditHead, Team, User
from portal.permissions import Role
from readiness.models import Service
from tests.harness.databases import Database

ROLES = {
    "engineer@example.com": Role.CONTRIBUTOR,
    "lead@example.com": Role.LEAD,
    "approver@example.com": Role.APPROVER,
    "decider@example.com": Role.DECIDER,
}


def run() -> str:
    printed = io.StringIO()
    call_command("seed_demo", stdout=printed)
    return printed.getvalue()


def events() -> int:
    return AuditHead.objects.get(pk=1).number


def test_outside_demo_mode_it_is_refused(fresh_database: Database, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        run()
    assert not User.objects.exists()


def test_a_database_with_a_record_of_its_own_is_left_alone(fresh_database: Database, settings: Settings) -> None:
    settings.DEMO = True
    before = events()
    with pytest.raises(CommandError, match="a record of its own"):
        run()
    assert events() == before
    assert not User.objects.exists()


def test_a_second_time_it_changes_nothing(demo_database: Database, settings: Settings) -> None:
    settings.DEMO = True
    before = events()
    assert "already" in run()
    assert events() == before


def test_everybody_who_took_up_their_invitation_has_the_one_password(demo_database: Database) -> None:
    people = User.objects.exclude(pk__in=User.objects.invited())
    assert set(demo.LOGINS) <= {person.email for person in people}
    assert len({person.password for person in people}) == 1  # hashed once: checking each would take seconds
    assert people[0].check_password(demo.PASSWORD)
    assert User.objects.invited().count() == 1


def test_each_login_shows_its_role(demo_database: Database) -> None:
    team = Team.objects.get(slug="payments-risk").pk
    for email, role in ROLES.items():
        assert role in access_of(User.objects.get(email=email)).roles[team], email
    assert access_of(User.objects.get(email="compliance@example.com")).across == {Role.COMPLIANCE}
    assert access_of(User.objects.get(email="admin@example.com")).across == {Role.ADMINISTRATOR}
    outsider = access_of(User.objects.get(email="outsider@example.com"))
    assert outsider.roles
    assert team not in outsider.roles


def test_the_outsider_does_not_see_what_is_restricted(demo_database: Database) -> None:
    outsider = access_of(User.objects.get(email="outsider@example.com"))
    hidden = Service.objects.exclude(pk__in=Service.objects.visible_to(outsider))
    assert [service.slug for service in hidden] == ["kyc-face-match"]


def test_there_are_four_teams_in_three_time_zones(demo_database: Database) -> None:
    zones = [team.time_zone for team in Team.objects.all()]
    assert (len(zones), len(set(zones))) == (4, 3)


def test_its_record_says_first_of_all_that_it_is_invented_and_verifies_with_all_files(demo_database: Database) -> None:
    assert AuditEvent.objects.get(number=1).verb == "demonstration.begun"
    verification = record_verification.verify(with_files=True)
    assert verification.problems == ()
    assert verification.tally.files > 100


def test_the_record_never_goes_back_and_reaches_no_further_than_now(demo_database: Database) -> None:
    times = list(AuditEvent.objects.order_by("number").values_list("at", flat=True))
    assert all(before <= after for before, after in pairwise(times))
    assert times[-1] <= clock.now()
    assert (times[-1] - times[0]).days > 150
