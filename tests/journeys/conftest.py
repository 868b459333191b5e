"""What the stories share: a browser window of somebody whom the story made up."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from portal.models import User
from tests.factories import portal as people
from tests.harness import browsers
from tests.harness.portals import Portal

OpenAs = Callable[..., Page]


@pytest.fixture
def open_as(story_portal: Portal, open_page: Callable[..., Page]) -> OpenAs:
    """`open_as(person, path)`: the page, in a window of its own, after signing in through the real form."""

    def opened(who: User, path: str = "/", **options: Any) -> Page:
        page = open_page(story_portal, **options)
        browsers.enter(page, story_portal.sign_in(who.email, people.PASSWORD))
        page.goto(path)
        return page

    return opened
