"""A decision freezes sign-offs given for an earlier release and answers used from other reviews: page and JSON."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from portal import record_verification
from readiness.actions import covering, reviews, signoffs
from readiness.models import LaunchDecision
from tests.factories import launches, next_release
from tests.factories import reviews as review_factory
from tests.factories.next_release import Scene

pytestmark = pytest.mark.django_db

CARRIED, FROM, SERVED = "env.secrets", "obs.role-dashboards", "mon.dashboards"


@pytest.fixture
def scene() -> Scene:
    return next_release.scene([CARRIED])


@pytest.fixture
def decision(scene: Scene) -> LaunchDecision:
    """Of release 42: one sign-off was carried from release 41, two points rest on the assessment; both end after."""
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    source = review_factory.green(scene.engineer, scene.item(assessment, FROM))
    review_factory.signed(scene.approver, source)
    following = scene.next_review()
    covering.use(scene.engineer, answer=scene.item(following, SERVED))
    decided = launches.decide(launches.on(scene.people, following), "no-go")
    signoffs.reopen(scene.engineer, answer=scene.item(following, CARRIED), reason="The vault moved.")
    signoffs.reopen(scene.engineer, answer=scene.item(assessment, FROM), reason="Two boards are gone.")
    return decided


def item(client: Client, decision: LaunchDecision, key: str) -> dict[str, Any]:
    """One item of the document that the page offers for download."""
    frozen = json.loads(client.get(f"{decision.get_absolute_url()}snapshot.json").content)
    return next(one for one in frozen["items"] if one["key"] == key)


def words(client: Client, decision: LaunchDecision) -> str:
    """The page as it reads, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(decision.get_absolute_url()).content.decode()).split())


def test_a_carried_sign_off_is_frozen_with_what_it_was_given_for(
    client: Client, scene: Scene, decision: LaunchDecision
) -> None:
    client.force_login(scene.engineer.person)
    signoff = item(client, decision, CARRIED)["signoff"]
    assert (signoff["by"], signoff["carried"]["given_for"]) == ("Alma Approver", "release 41")
    assert signoff["digest"] == scene.item(scene.first, CARRIED).sealed_digest
    assert re.search(r"Signed Alma Approver, [^“]* for release 41,", words(client, decision))


def test_what_is_read_from_another_review_is_frozen_with_who_answered_and_signed_it(
    client: Client, scene: Scene, decision: LaunchDecision
) -> None:
    client.force_login(scene.engineer.person)
    [rests_on] = item(client, decision, SERVED)["covered_by"]
    assert (rests_on["key"], rests_on["review_title"], rests_on["points"]) == (FROM, "Readiness assessment", [1, 4])
    assert (rests_on["state"], rests_on["rated_by"]) == ("green", "Enno Engineer")
    assert rests_on["signoff"]["by"] == "Alma Approver"
    assert rests_on["signoff"]["digest"] == rests_on["digest"]
    assert item(client, decision, CARRIED)["covered_by"] == []

    shown = words(client, decision)
    assert "Rests on Points 1, 4: " in shown
    assert re.search(r"Readiness assessment green, rated by Enno Engineer [^<]*, signed by Alma Approver", shown)
    assert record_verification.verify().problems == ()
