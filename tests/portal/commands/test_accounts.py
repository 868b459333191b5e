"""The commands for whoever holds the server's shell."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.models import ApiToken, AuditEvent, Team, User
from portal.permissions import Role
from tests.factories import portal as make

pytestmark = pytest.mark.django_db


def run(command: str, **options: Any) -> str:
    printed = io.StringIO()
    call_command(command, stdout=printed, **options)
    return printed.getvalue()


def test_an_administrator_is_made_with_a_link_to_set_the_password() -> None:
    printed = run(
        "create_administrator", email="Ada@example.com", name="Ada Admin", team="Risk", time_zone="Europe/Rome"
    )
    ada = User.objects.get(email="ada@example.com")
    assert make.access(ada).across == {Role.ADMINISTRATOR}
    assert Team.objects.get().time_zone == "Europe/Rome"
    link = printed.split()[-1].removeprefix("http://localhost:8000")
    assert "set-password" in Client().get(link)["Location"]
    assert {event.via for event in AuditEvent.objects.filter(actor=None, verb="person.added")} == {"command"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"email": "ada"}, "not an e-mail address"), ({"email": "a@b.example", "time_zone": "Mars"}, "not a time zone")],
)
def test_nonsense_is_refused_in_words(options: dict[str, str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run("create_administrator", **options)
    assert not User.objects.exists()


def test_a_token_is_printed_once_and_reads_only_by_itself() -> None:
    who = make.member(make.team(), Role.CONTRIBUTOR)
    first = run("create_token", user=who.email).strip()
    run("create_token", user=who.email, scope="write", days=10)
    assert first.startswith("gh_")
    assert list(ApiToken.objects.order_by("created").values_list("access", flat=True)) == ["read", "write"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"user": "nobody@example.com"}, "no account"), ({"days": 366}, "1 to 365 days"), ({"team": "none"}, "no team")],
)
def test_a_token_that_cannot_be_is_refused(options: dict[str, Any], reason: str) -> None:
    who = make.member(make.team(), Role.CONTRIBUTOR)
    with pytest.raises(CommandError, match=reason):
        run("create_token", **{"user": who.email, **options})
    assert not ApiToken.objects.exists()


def test_a_team_is_made_with_its_lead() -> None:
    who = make.person()
    run("create_team", name="Risk Models", time_zone="Europe/Paris", lead=who.email)
    team = Team.objects.get(slug="risk-models")
    assert Role.LEAD in make.access(who).roles[team.pk]
    with pytest.raises(CommandError, match="Another team"):
        run("create_team", name="Risk Models", slug="other")


def test_the_first_link_is_printed_until_somebody_is_administrator() -> None:
    assert "/start/" in run("first_link")
    make.member(None, Role.ADMINISTRATOR)
    with pytest.raises(CommandError, match="an administrator already"):
        run("first_link")
