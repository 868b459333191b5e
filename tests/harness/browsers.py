"""Real browsers: Debian's Chromium through Playwright, each page watched for anything the console complains about."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from tests.harness import programs
from tests.harness.portals import Portal, Visitor

PATIENCE = 10_000
"""Milliseconds that an element or a page may take to appear."""


def launch_options() -> dict[str, Any]:
    """Return how the browser is started: the machine's own Chromium, quiet on the network, able to run as root."""
    return {
        "executable_path": programs.find("chromium"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
    }


@dataclass
class Watch:
    """Collects what goes wrong in pages: console errors, exceptions, answers of 500 and above, foreign hosts."""

    portal: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of this browser window, also those it opens later."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("response", self._response)

    def expect(self, text: str) -> None:
        """Let complaints pass that contain this text, such as the console's line for a 422 that the test provokes."""
        self.expected.append(text)

    def unexpected(self) -> list[str]:
        """Return the complaints that no test has announced."""
        return [line for line in self.complaints if not any(text in line for text in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        local = response.url.startswith((self.portal, "data:", "blob:"))
        if response.status >= 500 or not local:
            self.complaints.append(f"{response.status} from {response.url}")


def enter(page: Page, visitor: Visitor) -> None:
    """Give a page the cookies of a visitor who has signed in."""
    page.context.add_cookies(
        [{"name": cookie.name, "value": cookie.value or "", "url": visitor.portal} for cookie in visitor.cookies]
    )


def opened(context: BrowserContext, portal: Portal, email: str | None) -> Page:
    """Open a page of the portal in this window, signed in as `email` where one is given."""
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if email:
        enter(page, portal.sign_in(email))
    return page
