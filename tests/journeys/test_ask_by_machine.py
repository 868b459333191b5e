"""Journey 7: a token is made on the page, and a pipeline asks with it over real HTTP what may go, and why not."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from readiness.actions import releases
from tests.factories import callers, launches, readiness
from tests.harness.portals import Portal
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey


@dataclass
class Pipeline:
    """Another tool: all it has is an address and a token."""

    portal: Portal
    secret: str

    def get(self, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        return requests.get(f"{self.portal.url}/api/v1/{path}", headers=headers, timeout=20, **more)

    def asks(self, scene: launches.Scene, **more: str) -> tuple[str, list[str]]:
        """The gate's verdict on a release in staging, and the codes of its reasons; always HTTP 200."""
        query = {"release": "3.2.0", "environment": "staging", **more}
        answer = self.get(f"services/{scene.service.slug}/gate", params=query)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert all(reason["detail"] for reason in body["reasons"])
        return body["verdict"], [reason["code"] for reason in body["reasons"]]


@dataclass
class Story:
    """A release that is ready to be decided on, and the pipeline of the team that made it."""

    scene: launches.Scene
    pipeline: Pipeline


@pytest.fixture
def story(story_portal: Portal) -> Story:
    scene = launches.scene()
    return Story(scene, Pipeline(story_portal, callers.caller(scene.engineer).secret))


def test_a_token_is_made_on_the_page_shown_once_and_ends_when_it_is_revoked(story: Story, open_as: OpenAs) -> None:
    path = f"services/{story.scene.service.slug}/status"
    page = open_as(story.scene.lead, "/tokens/")
    page.get_by_role("link", name="Make a token").first.click()
    page.get_by_label("Name").fill("Pipeline of claims")
    page.get_by_role("button", name="Make the token").click()
    pipeline = Pipeline(story.pipeline.portal, page.get_by_label("Token", exact=True).inner_text())
    assert pipeline.get(path).status_code == 200

    page.get_by_role("link", name="I have put it away").click()
    row = page.get_by_role("row", name=re.compile("Pipeline of claims"))
    expect(row).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(pipeline.secret)
    row.get_by_role("link", name=re.compile("Revoke")).click()
    page.get_by_role("button", name="Revoke it").click()
    expect(row).to_contain_text("evoked")

    assert pipeline.get(path).status_code == 401


def test_a_pipeline_is_told_what_may_go_and_why_not(story: Story) -> None:
    scene, asks = story.scene, story.pipeline.asks

    assert asks(scene) == ("deny", ["no-decision"])
    launches.decide(scene)
    assert asks(scene) == ("allow", [])
    releases.deployed(scene.access("lead"), release=scene.release, environment=scene.environment())
    launches.depends(scene, "down")
    assert asks(scene) == ("deny", ["trigger:dependency"])
    assert asks(scene, purpose="rollback") == ("allow", [])
    assert asks(scene, release="9.9.9") == ("deny", ["unknown-release"])


def test_a_conditional_go_comes_with_what_is_owed(story: Story) -> None:
    launches.rated(story.scene, "api.endpoints", "red")
    condition = launches.condition(story.scene, "api.endpoints")
    launches.decide(story.scene, "conditional-go", conditions=[condition])

    query = {"release": "3.2.0", "environment": "staging"}
    body = story.pipeline.get(f"services/{story.scene.service.slug}/gate", params=query).json()

    assert (body["verdict"], body["reasons"]) == ("allow_with_conditions", [])
    assert [(one["owner"], one["due_on"]) for one in body["conditions"]] == [("Enno Engineer", str(condition.due_on))]


def test_what_its_person_may_not_see_does_not_exist_for_it(story: Story) -> None:
    hidden = readiness.service(restricted=True)
    query = {"release": "1.0.0", "environment": "production"}
    for slug in (hidden.slug, "no-such-service"):
        answer = story.pipeline.get(f"services/{slug}/gate", params=query)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_status_is_sent_again_only_when_it_has_changed(story: Story) -> None:
    path = f"services/{story.scene.service.slug}/status"
    first = story.pipeline.get(path)
    seen = {"If-None-Match": first.headers["ETag"]}
    assert (first.status_code, len(first.json()["pillars"])) == (200, 10)

    again = story.pipeline.get(path, headers=seen)
    assert (again.status_code, again.content) == (304, b"")

    launches.decide(story.scene, "no-go")
    changed = story.pipeline.get(path, headers=seen)
    assert (changed.status_code, changed.json()["decision"]["state"]) == (200, "no-go")
