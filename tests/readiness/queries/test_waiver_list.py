"""The list of waivers reckons the state of each in the database, as the rule does for one."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.permissions import Role
from readiness.choices import ServiceState, WaiverState
from readiness.models import Service, Waiver
from readiness.queries import waiver_list, waiver_waiting
from readiness.rules import waivers as rules
from tests.factories import launches, portal, readiness, waiving
from tests.factories import waivers as factory

pytestmark = pytest.mark.django_db

LAST = datetime.date(2035, 10, 20)
NOON = datetime.datetime(2035, 10, 20, 12, tzinfo=datetime.UTC)
HOURS = [NOON + datetime.timedelta(hours=number) for number in range(-48, 49, 12)]
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""14 hours before UTC and 11 behind: never on the same day."""


def in_every_way(service: Service) -> None:
    """One waiver in each state that there is, all until the same day."""
    ana, oli = (portal.member(service.scope.team, Role.CONTRIBUTOR) for _ in range(2))
    factory.asked(ana, service, "of.asked", LAST)
    for verdict in ("refused", "withdrawn", "approved"):
        factory.settled(oli, factory.asked(ana, service, f"of.{verdict}", LAST), verdict)
    for key, ends in (("of.revoked", ["first"]), ("of.renewed", []), ("of.both", ["first", "renewal"])):
        made = {"first": factory.asked(ana, service, key, LAST)}
        factory.settled(oli, made["first"])
        if key != "of.revoked":
            made["renewal"] = factory.asked(ana, service, key, LAST, renews=made["first"])
            factory.settled(oli, made["renewal"])
        for one in ends:
            factory.revoked(oli, made[one])
    first = factory.asked(ana, service, "of.renewing", LAST)
    factory.settled(oli, first)
    factory.settled(oli, factory.asked(ana, service, "of.renewing", LAST, renews=first), "refused")


def by_the_rule(waiver: Waiver, today: datetime.date) -> WaiverState:
    settlement = getattr(waiver, "settlement", None)
    later = Waiver.objects.filter(
        service=waiver.service, item_key=waiver.item_key, sequence__gt=waiver.sequence, settlement__verdict="approved"
    )
    ends = rules.Ends(
        verdict=settlement.verdict if settlement else "",
        revoked=hasattr(waiver, "revocation"),
        renewed=later.exists(),
        expires_on=waiver.expires_on,
    )
    return rules.state(ends, today)


def test_the_state_is_that_of_the_rule_however_it_ended_on_every_day_in_every_zone() -> None:
    for zone in ("UTC", EAST, WEST):
        in_every_way(readiness.service(team=portal.team(time_zone=zone)))
    access, met = portal.access(portal.member(None, Role.COMPLIANCE)), set()

    for now in HOURS:
        for waiver in waiver_list.listed(access, now):
            today = clock.today_in(waiver.service.team.time_zone, now)
            assert (waiver.today, waiver.state) == (today, by_the_rule(waiver, today)), (waiver, now)
            met.add(waiver.state)

    assert met == set(WaiverState)


def test_the_list_takes_one_statement() -> None:
    in_every_way(readiness.service())
    access = portal.access(portal.member(None, Role.COMPLIANCE))
    with CaptureQueriesContext(connection) as captured:
        assert len(waiver_list.listed(access, NOON)) > 1
    assert len(captured) == 1


def test_nothing_of_a_retired_service_runs_on_credit() -> None:
    service = readiness.service()
    in_every_way(service)
    access = portal.access(portal.member(None, Role.COMPLIANCE))
    listed = waiver_list.listed(access, NOON)
    assert waiver_list.in_state(listed, "standing").exists()
    Service.objects.update(state=ServiceState.RETIRED)
    assert not waiver_list.in_state(listed, "standing").exists()
    assert not waiver_list.in_state(listed, "lapsing").exists()


@pytest.mark.parametrize(("theirs", "waits"), [("UTC", 1), (EAST, 0), (WEST, 1)])
def test_one_waits_to_be_renewed_while_it_holds_where_its_team_is_wherever_the_reader_is(
    theirs: str, waits: int
) -> None:
    scene = launches.scene(answered=False)
    waiving.approved(scene, days=5)
    scene.service.scope.team.time_zone = theirs
    scene.service.scope.team.save()
    last_day = datetime.datetime.combine(clock.now() + datetime.timedelta(days=5), datetime.time(12), datetime.UTC)

    for zone in ("UTC", EAST, WEST):
        scene.engineer.time_zone = zone
        with clock.at(last_day):
            found = waiver_waiting.waiting_for(scene.access("engineer"))
            assert found.count() == waits, zone
