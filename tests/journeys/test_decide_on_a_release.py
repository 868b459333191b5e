"""Journey 3: go is refused with its reasons and a no-go recorded; it is mended and goes with an owned, dated condition.

The decision freezes what it saw, the release is deployed, and the gate says what is owed.
"""

import datetime
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from portal import clock
from readiness.models import LaunchDecision
from tests.factories import callers, launches
from tests.factories import portal as people
from tests.factories import reviews as review_factory
from tests.harness.browsers import Watch
from tests.harness.portals import Portal
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey

OPEN, RED, AFTER = "deploy.rollout", "api.endpoints", "post.smoke"


@pytest.fixture
def scene(story_portal: Portal) -> launches.Scene:
    """A release for production with a critical item that nobody answered and another item that is red."""
    found = launches.scene(answered=False)
    launches.reviewed_for_production(found)
    for key in ("env.secrets", "env.infrastructure"):
        launches.green(found, key)
    launches.sign(found, "env.secrets")
    launches.rated(found, RED, "red", "Two endpoints answer without a limit.")
    return found


def meeting(scene: launches.Scene) -> str:
    return f"/services/{scene.service.slug}/releases/{scene.release.label}/decide/?environment=production"


def choice(page: Page, words: str) -> Locator:
    return page.locator(".gh-choice", has=page.get_by_role("button", name=words, exact=True))


def gate(portal: Portal, scene: launches.Scene) -> dict[str, Any]:
    """What a pipeline is told, over the wire."""
    headers = {"Authorization": f"Bearer {callers.caller(scene.engineer).secret}"}
    query = {"release": scene.release.label, "environment": "production"}
    address = f"{portal.url}/api/v1/services/{scene.service.slug}/gate"
    body: dict[str, Any] = requests.get(address, query, headers=headers, timeout=20).json()
    return body


def test_a_release_is_refused_mended_and_let_go_with_a_condition(
    scene: launches.Scene, story_portal: Portal, open_as: OpenAs, watch: Watch, tmp_path: Path
) -> None:
    watch.expect("422")
    decider = open_as(scene.decider, meeting(scene))

    refused_with_its_reasons(decider)
    no_go_is_recorded(decider, scene)
    assert gate(story_portal, scene)["verdict"] == "deny"

    launches.green(scene, OPEN)
    decider.goto(meeting(scene))
    expect(choice(decider, "Record conditional go")).to_contain_text("green and not signed off")
    launches.sign(scene, OPEN)
    conditional_go_is_recorded(decider, scene)
    decision = LaunchDecision.objects.get(service=scene.service, verdict="conditional-go")
    everything_it_saw_is_frozen(decider, decision, tmp_path)

    lead = open_as(scene.lead, scene.release.get_absolute_url())
    it_is_deployed(lead, scene)
    before_is_locked_and_after_is_open(open_as(scene.engineer, scene.review.get_absolute_url()))
    the_condition_is_met(open_as(scene.engineer, decision.get_absolute_url()), story_portal, scene)


def refused_with_its_reasons(page: Page) -> None:
    go = choice(page, "Record go")
    expect(go).to_contain_text("Refused for now")
    expect(go.get_by_role("button")).to_have_attribute("aria-disabled", "true")
    trigger = page.locator(".gh-triggers > li.is-firing")
    expect(trigger).to_contain_text("A critical item is not met")
    expect(trigger).to_contain_text("goes out in steps")
    expect(choice(page, "Record conditional go")).to_contain_text("Refused for now")


def no_go_is_recorded(page: Page, scene: launches.Scene) -> None:
    page.get_by_role("button", name="Record no-go").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was recorded")
    page.get_by_label("Your reason").fill("Nobody says how it is rolled out.")
    page.get_by_label("Your password").fill(people.PASSWORD)
    page.get_by_role("button", name="Record no-go").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^No-go"))
    expect(page.locator(".gh-frozen")).to_contain_text("What stood in the way")
    expect(page.locator(".gh-frozen")).to_contain_text("Nobody says how it is rolled out.")
    assert LaunchDecision.objects.get(service=scene.service).verdict == "no-go"


def conditional_go_is_recorded(page: Page, scene: launches.Scene) -> None:
    page.goto(meeting(scene))
    expect(choice(page, "Record go")).to_contain_text("Refused for now")
    for field in page.locator(".gh-ack textarea").all():
        field.fill("Watched by hand until it is connected.")
    confirm(page)
    condition = page.get_by_role("group", name=re.compile("endpoints", re.IGNORECASE)).last
    condition.get_by_label("Condition").fill("Give the two endpoints a limit")
    condition.get_by_label("Owner").select_option(label="Enno Engineer")
    condition.get_by_label("By", exact=True).fill(str(clock.today_in("UTC") + datetime.timedelta(days=7)))
    page.get_by_label("Your reason").fill("The fallback is proven.")
    page.get_by_role("button", name="Record conditional go").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Conditional go"))
    row = page.get_by_role("region", name="Now").get_by_role("listitem")
    expect(row).to_contain_text("Give the two endpoints a limit")
    expect(row).to_contain_text("Enno Engineer")


def confirm(page: Page) -> None:
    """On call, the way back, who was told; all moments within the person's own day."""
    now = clock.now()
    call, told = page.get_by_role("group", name="Who is on call"), page.get_by_role("group", name="Who was told")
    call.get_by_label("Person").select_option(label="Enno Engineer")
    call.get_by_label("Until").fill(f"{now + datetime.timedelta(days=2):%Y-%m-%dT%H:%M}")
    told.get_by_label("People").fill("Broker support and the service desk")
    told.get_by_label("On", exact=True).fill(f"{now - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}")
    expect(page.get_by_role("group", name="The way back").get_by_label("Return to")).to_have_value("3.1.0")


def everything_it_saw_is_frozen(page: Page, decision: LaunchDecision, folder: Path) -> None:
    frozen = page.locator(".gh-frozen")
    expect(frozen.locator("button:not([data-copy]), input, select, textarea, form")).to_have_count(0)
    expect(frozen).to_contain_text("Two endpoints answer without a limit.")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="JSON of everything it saw").click()
    downloading.value.save_as(folder / "snapshot.json")
    saved = (folder / "snapshot.json").read_bytes()
    assert hashlib.sha256(saved).hexdigest() == decision.snapshot_digest
    assert b"Two endpoints answer without a limit." in saved


def it_is_deployed(page: Page, scene: launches.Scene) -> None:
    page.get_by_role("link", name="It was deployed").click()
    page.get_by_label("production").check()
    page.get_by_role("button", name="It runs there").click()
    expect(page.get_by_role("status")).to_contain_text("production")
    assert scene.release.deployments.get().environment.name == "production"
    page.goto(scene.service.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("Live")


def before_is_locked_and_after_is_open(page: Page) -> None:
    for key, can_be_ticked in {RED: False, AFTER: True}.items():
        item = page.locator(f"details[id='{key}']")
        item.locator("summary").first.click()
        box = item.locator(".gh-points input[type=checkbox]").first
        expect(box).to_be_enabled() if can_be_ticked else expect(box).to_be_disabled()


def the_condition_is_met(page: Page, portal: Portal, scene: launches.Scene) -> None:
    owed = gate(portal, scene)
    assert owed["verdict"] == "allow_with_conditions"
    assert [one["owner"] for one in owed["conditions"]] == ["Enno Engineer"]
    page.get_by_role("link", name="It is met").click()
    page.get_by_label("By what it is met").fill("Both answer with a limit since 3.2.1; run 1190.")
    page.get_by_role("button", name="It is met").click()
    expect(page.get_by_role("region", name="Now")).to_contain_text("met")
    assert gate(portal, scene)["verdict"] == "allow"


def test_what_changes_after_a_decision_changes_nothing_that_it_froze(story_portal: Portal, open_as: OpenAs) -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    page = open_as(scene.engineer, decision.get_absolute_url())
    before = page.locator(".gh-frozen").inner_text()
    expect(page.get_by_role("region", name="Now")).not_to_contain_text("Changed since")

    item = review_factory.answer(scene.review, "api.endpoints")
    launches.answers.describe(scene.access("engineer"), answer=item, text="It is slower now.", version=0)
    page.reload()

    assert page.locator(".gh-frozen").inner_text() == before
    expect(page.get_by_role("region", name="Now")).to_contain_text("Changed since: the gate denies")
