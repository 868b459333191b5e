"""One service from draft to live, and to a second release with a new model version: what depends on it is asked again.

The whole deployment checklist, counted against what the catalogue says each item depends on.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal import record_verification
from portal.models import User
from readiness.choices import Depends
from readiness.models import Release, Review, Service
from tests.factories import launches, two_releases
from tests.factories import portal as people
from tests.factories.launches import Scene
from tests.harness import browsers
from tests.harness.browsers import Watch
from tests.harness.portals import Portal

pytestmark = pytest.mark.journey

WHY = {Depends.MODEL: "The model changed from 3.1 to 3.2", Depends.RELEASE: "Belongs to the release"}
OpenAs = Callable[[User, str], Page]


@pytest.fixture
def open_as(running_portal: Portal, open_page: Callable[..., Page]) -> OpenAs:
    """A page in a window of its own. The portal is this story's own: others publish a shorter checklist."""

    def opened(who: User, path: str) -> Page:
        page = open_page(running_portal)
        browsers.enter(page, running_portal.sign_in(who.email, people.PASSWORD))
        page.goto(path)
        return page

    return opened


def test_a_new_model_version_reopens_only_the_sign_offs_that_depend_on_it_or_on_the_release(
    open_as: OpenAs, watch: Watch
) -> None:
    draft = two_releases.drafted()
    lead = open_as(draft.people["lead"], draft.service.get_absolute_url())
    expect(lead.locator("main")).to_contain_text("Draft")
    first = draft.reviewed(it_is_reviewed(lead, draft.service, draft.release))
    everybody_answers_and_signs(first, two_releases.critical(first, *Depends))
    it_goes_live(lead, first)

    second = two_releases.with_review(first, it_is_reviewed(lead, first.service, the_next_is_planned(lead, first)))

    only_the_dependent_are_reopened(lead, first, second)
    reopened = two_releases.critical(second, *WHY)
    two_releases.answer_the_rest(second)
    they_are_signed_anew(open_as(second.approver, f"{second.review.get_absolute_url()}?show=unsigned"), reopened)
    it_goes_live(lead, second)
    assert record_verification.verify().problems == ()


def it_is_reviewed(page: Page, service: Service, release: Release) -> Review:
    """The lead starts its deployment review."""
    page.goto(f"/services/{service.slug}/reviews/start/?release={release.public_id}")
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(release.label)
    return Review.objects.get(release=release)


def everybody_answers_and_signs(of: Scene, keys: set[str]) -> None:
    two_releases.answer_the_rest(of)
    two_releases.sign(of, keys)


def it_goes_live(page: Page, of: Scene) -> None:
    """A go for production, and the release there."""
    launches.decide(of, environment="production")
    page.goto(f"{of.release.get_absolute_url()}deploy/")
    page.get_by_role("radio", name="production").check()
    page.get_by_role("button", name="It runs there").click()
    expect(page.get_by_text(f"24 hours after {of.release.label} reached production")).to_be_visible()
    page.goto(of.service.get_absolute_url())
    expect(page.locator("main")).to_contain_text("Live")


def the_next_is_planned(page: Page, of: Scene) -> Release:
    """The lead plans release 42, which brings another version of the model."""
    two_releases.next_version(of, "3.2")
    page.goto(f"/services/{of.service.slug}/releases/new/")
    page.get_by_label("Release", exact=True).fill("42")
    page.get_by_label("Model", exact=True).check()
    page.get_by_label("3.1").uncheck()
    page.get_by_label("3.2").check()
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("42")
    return Release.objects.get(service=of.service, label="42")


def only_the_dependent_are_reopened(page: Page, first: Scene, second: Scene) -> None:
    """Counted on the page, item by item, against the catalogue."""
    kept, reopened = two_releases.critical(second, Depends.SERVICE), two_releases.critical(second, *WHY)
    assert len(kept) > 3
    assert len(reopened) > 3
    started = page.locator("#started-from")
    expect(started).to_contain_text(f"review {first.review.number}, release 41")
    expect(started).to_contain_text(f"{len(kept)} kept with their sign-off, {len(reopened)} to be signed anew")
    signed = page.locator("details.gh-item", has=page.get_by_text("Signed by Alma Approver"))
    assert set(keys(signed)) == kept
    for item in signed.all():
        assert "for release 41" in (item.text_content() or "")

    page.get_by_role("link", name=f"Re-opened {len(reopened)}").click()
    shown = page.locator("details.gh-item")
    assert sorted(keys(shown)) == sorted(reopened)
    for depends, why in WHY.items():
        asked_again = page.locator("details.gh-item", has=page.get_by_text(f"To be signed anew: {why}."))
        assert set(keys(asked_again)) == two_releases.critical(second, depends)


def keys(items: object) -> list[str]:
    """The keys of items on the page."""
    found: list[str] = items.evaluate_all("items => items.map(item => item.id)")  # type: ignore[attr-defined]
    return found


def they_are_signed_anew(page: Page, reopened: set[str]) -> None:
    """The approver signs all that was re-opened, in one act."""
    page.get_by_role("link", name="Sign several").first.click()
    for key in reopened:
        page.locator(f"input[name=items][value='{key}']").check()
    page.get_by_label("Your password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign what is chosen").click()
    expect(page.locator("#live")).to_have_text(f"You signed off {len(reopened)} items.")
