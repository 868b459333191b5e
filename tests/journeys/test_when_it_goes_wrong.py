"""Journey 3, its other end: what fails after the go is rolled back; what cannot wait goes by two persons."""

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


def test_what_fails_after_a_conditional_go_is_rolled_back_and_the_gate_says_so(
    story_portal: Portal, open_as: OpenAs, watch: Watch
) -> None:
    before = launches.scene()
    launches.live(before)
    scene = launches.next_release(before, "3.3.0")
    launches.rated(scene, "api.endpoints", "red", "Two endpoints lack a limit.")
    owed = [launches.condition(scene, "api.endpoints")]
    launches.decide(scene, "conditional-go", environment="production", conditions=owed)
    lead = open_as(scene.lead, f"/services/{scene.service.slug}/releases/3.3.0/deploy/")
    lead.get_by_role("radio", name="production").check()
    lead.get_by_role("button", name="It runs there").click()
    expect(lead.get_by_text("24 hours after 3.3.0 reached production")).to_be_visible()
    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")

    decider = open_as(scene.decider, "/")
    decider.get_by_role("link", name="Keep or roll back").first.click()
    expect(decider.get_by_text("Every fifth answer is empty.").first).to_be_visible()
    decider.get_by_label("Your reason").fill("Empty answers; back to what worked.")
    decider.get_by_label("Roll back to").select_option("3.2.0")
    decider.get_by_label("Your password, again").fill(people.PASSWORD)
    decider.get_by_role("button", name="Roll it back").click()

    expect(
        decider.get_by_role("region", name="Messages").get_by_text("Rolled back: 3.2.0 is live again.")
    ).to_be_visible()
    assert answer(scene, "3.3.0", "deploy") == ("deny", ["rolled-back"])
    assert answer(scene, "3.2.0", "rollback") == ("allow", [])


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
