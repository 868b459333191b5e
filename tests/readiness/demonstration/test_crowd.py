"""The demonstration of many services: copies in bulk that the product cannot tell from what was told."""

import io
from collections import Counter
from collections.abc import Iterable

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal import clock, record_verification
from portal.access import access_of
from portal.models import AuditEvent, AuditHead, Team, User
from readiness.models import CheckOccurrence, ItemAnswer, Release, Service, SignOff, Waiver
from readiness.queries import gate, status
from readiness.rules.gate import Purpose
from tests.harness.databases import Database

MANY = 20
"""So that some are copied twice and some once: the copies of one team's services share that team."""


@pytest.fixture
def crowd(demo_database: Database, settings: Settings) -> str:
    """What the command says of its work on the told demonstration."""
    settings.DEMO = True
    return enlarged(MANY)


def enlarged(services: int, **options: int) -> str:
    printed = io.StringIO()
    call_command("seed_demo", services=services, stdout=printed, **options)
    return printed.getvalue()


def copies() -> list[Service]:
    return list(Service.objects.filter(slug__regex=r"-\d+$").select_related("scope__team", "owner", "status"))


def told_of(copy: Service) -> Service:
    return Service.objects.get(slug=copy.slug.rpartition("-")[0])


@pytest.mark.postgres
def test_there_are_as_many_as_were_asked_for_and_the_record_verifies(crowd: str) -> None:
    assert Service.objects.count() == MANY
    assert f"{MANY} services, {AuditHead.objects.get(pk=1).number} events" in crowd
    verification = record_verification.verify()
    assert verification.intact, verification.problems
    assert verification.tally.acts["sign-offs"] == SignOff.objects.count() > 200
    assert AuditEvent.objects.filter(verb="demonstration.enlarged").count() == 1


@pytest.mark.postgres
def test_a_copy_is_what_was_told_and_recomputing_and_the_gate_agree(crowd: str) -> None:
    counted = [Counter(rows) for rows in _services_of_rows()]
    recomputed = status.standings_of(copies())
    for copy in copies():
        assert [one[copy.pk] for one in counted] == [one[told_of(copy).pk] for one in counted], copy
        fields = recomputed[copy.pk].as_fields()
        assert {name: getattr(copy.status, name) for name in fields} == fields, copy
    said = {copy.slug: gate_says(copy.slug) for copy in copies()}
    assert said == {copy.slug: gate_says(told_of(copy).slug) for copy in copies()}
    assert len({code for answers in said.values() for codes in answers for code in codes}) > 2


def gate_says(slug: str) -> list[list[str]]:
    """Why it denies each release of a service, for production; it also says when what was signed has changed."""
    access, now = access_of(User.objects.get(email="compliance@example.com")), clock.now()
    found = []
    for label in Release.objects.filter(service__slug=slug).order_by("pk").values_list("label", flat=True):
        asked = gate.ask(access, slug, release=label, environment="production", purpose=Purpose.DEPLOY, now=now)
        assert asked is not None
        found.append([str(asked.answer.verdict), *(reason.code for reason in asked.answer.reasons)])
    return found


def _services_of_rows() -> list[Iterable[int]]:
    """Of three kinds of rows the service of each."""
    return [
        ItemAnswer.objects.values_list("review__service", flat=True),
        CheckOccurrence.objects.values_list("service", flat=True),
        Waiver.objects.values_list("service", flat=True),
    ]


def test_the_copies_have_teams_and_people_of_their_own_and_are_made_once(crowd: str) -> None:
    assert not {copy.team for copy in copies()} & set(Team.objects.filter(scopes__service__slug="fraud-scoring"))
    lead = User.objects.get(email="lead.2@example.com")
    assert lead.name == "Daniel Kim 2"
    assert {team.slug for team in Team.objects.filter(pk__in=access_of(lead).roles)} == {"payments-risk-2"}
    with pytest.raises(CommandError, match="enlarged already"):
        enlarged(MANY + 1)
    told = set(User.objects.exclude(email__regex=r"\.\d+@").values_list("identity", flat=True))
    assert not told & set(User.objects.filter(email__regex=r"\.\d+@").values_list("identity", flat=True))


def test_outside_demo_mode_and_for_fewer_than_there_are_it_is_refused(
    demo_database: Database, settings: Settings
) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="8 services already"):
        enlarged(8)
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        enlarged(MANY)
    assert Service.objects.count() == 8
