"""Journey 8: by keys alone, on a phone, a word is found in a runbook, a card and an incident; by others in less."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from incidents.models import Incident, Runbook
from portal.actions.documents import Written
from portal.models import User
from portal.permissions import Role
from readiness.actions import model_cards
from readiness.models import ModelCard
from tests.factories import incidents, readiness, runbooks
from tests.factories import portal as people
from tests.harness.browsers import Watch
from tests.harness.portals import Portal
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
WORDS = iter(("quillfeather", "marrowthistle", "copperwren"))
"""One a story: the stories share a portal."""
MOST_STOPS = 60
"""So often is Tab pressed for one thing before it counts as out of reach."""


@dataclass
class Story:
    """A word of its own in three things: two are open to all, one is of a service that only its team sees."""

    word: str
    runbook: Runbook
    card: ModelCard
    incident: Incident
    insider: User
    outsider: User

    @property
    def told(self) -> str:
        """How the incident is called where it is found."""
        return f"{self.incident.label} {self.incident.title}"

    @property
    def carded(self) -> str:
        """How the card is called there."""
        return str(self.card)


@pytest.fixture
def story(story_portal: Portal) -> Story:
    word = next(WORDS)
    open_to_all = readiness.service(name="Parcel routing")
    writer = people.member(open_to_all.scope.team, Role.CONTRIBUTOR)
    steps = [{"do": f"Drain the {word.title()} queue", "command": "queue drain"}]
    content = {"intended_use": f"Sorts parcels; {word} parcels go by hand."}
    hidden = readiness.service(name="Night watch", restricted=True)
    return Story(
        word=word,
        runbook=runbooks.runbook(open_to_all, writer, "Go back by hand", steps=steps),
        card=model_cards.begin(
            people.access(writer), model=readiness.model(open_to_all, "sorter"), written=Written(content)
        ),
        incident=incidents.declared(hidden, title=f"{word.title()} names were shown to strangers"),
        insider=people.member(hidden.scope.team, Role.CONTRIBUTOR),
        outsider=people.member(people.team(), Role.LEAD),
    )


def look_for(page: Page, key: str, typed: str) -> None:
    """From anywhere, by the key that leads to the search."""
    page.keyboard.press(key)
    expect(page.get_by_role("searchbox", name="Search or jump to")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()


def press_on(page: Page, name: str) -> None:
    """Goes from stop to stop until the link of this name has the focus, and presses it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')") == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{MOST_STOPS} stops did not lead to “{name}”.")


def shown(page: Page) -> list[str]:
    """What was found, by title; none of it is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    return [words.strip() for words in page.locator(".gh-hit-title").all_inner_texts()]


def test_who_may_read_it_finds_it_and_opens_it_by_keys_alone(story: Story, open_as: OpenAs, watch: Watch) -> None:
    page = open_as(story.insider, "/", viewport=PHONE)
    look_for(page, "Control+k", story.word)
    assert sorted(shown(page)) == sorted([story.told, story.carded, story.runbook.title])
    expect(page.get_by_text("3 things found among what you may read")).to_be_visible()

    press_on(page, story.told)
    expect(page).to_have_url(re.compile(f"{story.incident.get_absolute_url()}$"))
    look_for(page, "/", f"“{story.word} queue”")
    assert shown(page) == [story.runbook.title]
    press_on(page, story.runbook.title)
    expect(page.get_by_text(f"Drain the {story.word.title()} queue").first).to_be_visible()

    page.goto(f"/search/?q={story.word}&kind=model-card")
    assert shown(page) == [story.carded]
    press_on(page, story.carded)
    expect(page.get_by_text(f"{story.word} parcels go by hand").first).to_be_visible()


def test_who_may_not_see_the_service_finds_no_trace_of_its_incident(
    story: Story, open_as: OpenAs, watch: Watch
) -> None:
    page = open_as(story.outsider, "/", viewport=PHONE)
    look_for(page, "Control+k", story.word)
    assert sorted(shown(page)) == sorted([story.carded, story.runbook.title])
    expect(page.get_by_text("2 things found among what you may read")).to_be_visible()
    kinds = page.get_by_role("complementary", name="By kind")
    expect(kinds.get_by_role("link", name="Incidents")).to_have_count(0)
    expect(page.get_by_text("Night watch")).to_have_count(0)

    for typed in ("strangers", "night watch", story.incident.title):
        look_for(page, "/", typed)
        expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    page.goto(f"/search/?q={story.word}&kind=incident&service=night+watch")
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    assert shown(page) == []
