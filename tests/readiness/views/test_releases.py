"""The page of a release says what the gate says, environment by environment."""

import datetime
import html
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.models import User
from readiness.actions import environments, releases
from readiness.queries import gate
from tests.factories import launches, readiness
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

SHELL, PAGE = 4, 10


def page(of: Scene, name: str = "release", who: User | None = None) -> str:
    client = Client()
    client.force_login(who or of.lead)
    answer = client.get(reverse(f"readiness:{name}", args=[of.service.slug, of.release.label]))
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def asked(of: Scene, environment: str = "staging") -> gate.Asked:
    found = gate.ask(
        of.access("lead"),
        of.service.slug,
        release=of.release.label,
        environment=environment,
        purpose="deploy",
        now=clock.now(),
    )
    assert found is not None
    return found


def test_without_a_decision_the_page_denies_as_the_gate_does() -> None:
    of = launches.scene()

    shown = page(of)

    assert asked(of).answer.reasons[0].detail in shown
    assert "may be deployed there" not in shown


def test_after_a_go_the_page_allows_as_the_gate_does() -> None:
    of = launches.scene()
    launches.decide(of)

    assert asked(of).answer.verdict == "allow"
    assert "may be deployed there" in page(of)


def test_what_makes_the_gate_deny_after_a_go_stands_on_the_page() -> None:
    of = launches.scene()
    launches.decide(of)
    launches.depends(of, "down", name="Vector store")

    reasons = asked(of).answer.reasons

    assert reasons
    assert all(reason.detail in page(of) for reason in reasons)


@pytest.mark.parametrize("state", ["undecided", "decided", "live", "cancelled", "late"])
def test_page_and_gate_answer_alike_everywhere(state: str) -> None:
    of = launches.scene()
    match state:
        case "decided" | "late":
            launches.going_live(of)
        case "live":
            launches.live(of)
        case "cancelled":
            releases.cancel(of.access("lead"), release=of.release, reason="Another way was found.")
    with time_machine.travel(clock.now() + datetime.timedelta(days=20 if state == "late" else 0), tick=False):
        from readiness.queries import release_places

        found = release_places.of(of.release, clock.now())

        assert [place.answer for place in found.places] == [asked(of, place.name).answer for place in found.places]


def test_the_form_says_what_the_gate_says_and_still_takes_what_happened() -> None:
    of = launches.scene()

    shown = page(of, "release_deploy")

    assert "the gate denies it" in shown
    assert asked(of).answer.reasons[0].detail in shown
    assert releases.deployed(of.access("lead"), release=of.release, environment=of.environment()).pk


def test_more_environments_cost_no_more_statements() -> None:
    of = launches.scene()
    launches.decide(of)
    few = _statements(of)
    for number in range(4):
        environments.add(of.access("lead"), service=of.service, name=f"staging-{number}", kind="staging")
        launches.decide(of, environment=f"staging-{number}")

    assert _statements(of) == few <= SHELL + PAGE


def test_a_release_that_runs_where_it_is_decided_anew_counts_as_deployed() -> None:
    of = launches.scene()
    launches.live(of)
    again = launches.decide(of, environment="production")

    client = Client()
    client.force_login(of.lead)
    shown = client.get(again.get_absolute_url()).content.decode()

    assert "Not deployed yet" not in shown
    assert "was deployed to production" in shown


def test_one_that_something_else_replaced_before_the_decision_does_not() -> None:
    of = launches.scene()
    releases.deployed(of.access("lead"), release=of.release, environment=of.environment())
    other = readiness.release(of.service)
    releases.deployed(of.access("lead"), release=other, environment=of.environment())
    again = launches.decide(of)

    client = Client()
    client.force_login(of.lead)

    assert "Not deployed yet" in client.get(again.get_absolute_url()).content.decode()


def _statements(of: Scene) -> int:
    client = Client()
    client.force_login(of.lead)
    address = reverse("readiness:release", args=[of.service.slug, of.release.label])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)
