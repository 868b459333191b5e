"""Journey 3, its other end: what cannot wait goes in an emergency, by two persons."""

import pytest
from playwright.sync_api import expect

from portal import clock
from readiness.queries import gate
from tests.factories import launches
from tests.factories import portal as people
from tests.harness.browsers import Watch
from tests.harness.portals import Portal
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey


def answer(of: launches.Scene, release: str, purpose: str) -> tuple[str, list[str]]:
    """What a pipeline is told."""
    asked = gate.ask(
        of.access("lead"), of.service.slug, release=release, environment="production", purpose=purpose, now=clock.now()
    )
    assert asked is not None
    return asked.answer.verdict.value, [reason.code for reason in asked.answer.reasons]


def test_an_emergency_go_takes_two_persons_and_owes_what_it_skipped(
    story_portal: Portal, open_as: OpenAs, watch: Watch
) -> None:
    scene = launches.scene(answered=False)
    path = f"/services/{scene.service.slug}/releases/3.2.0/emergency/?environment=production"
    asker = open_as(scene.approver, path)
    asker.get_by_label("Why it cannot wait").fill("Every answer is empty since noon.")
    asker.get_by_label("Your password, again").fill(people.PASSWORD)
    asker.get_by_role("button", name="Ask for an emergency go").click()
    expect(asker.get_by_text("Waits for a decider")).to_be_visible()

    decider = open_as(scene.decider, "/")
    decider.get_by_role("link", name="Emergency go: Claims assistant 3.2.0", exact=True).click()
    expect(decider.get_by_text("Every answer is empty since noon.")).to_be_visible()
    for field in decider.get_by_label("why it goes all the same").all():
        field.fill("Watched by hand tonight.")
    decider.get_by_label("Your reason").fill("One line, tried in staging.")
    decider.get_by_label("Your password, again").fill(people.PASSWORD)
    decider.get_by_role("button", name="Record emergency go").click()

    expect(decider.get_by_text("Two persons stand behind it")).to_be_visible()
    assert answer(scene, "3.2.0", "deploy") == ("allow_with_conditions", [])
