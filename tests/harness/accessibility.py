"""What axe-core finds against WCAG 2.2 level A and AA, in the page as it stands."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
ALL: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "preload": False,
    "rules": {"target-size": {"enabled": True}},  # axe leaves it out unless asked
}
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that another theme can change: the markup is the same."""

FIND = """async ([options, within, others]) => {
    const where = {include: [[within]], exclude: others.map(one => [one])};
    const found = await axe.run(where, {...options, resultTypes: ['violations']});
    return found.violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id}: ${node.target.join(' ')} | ${node.html.slice(0, 160)} | ${node.failureSummary}`));
}"""
SETTLE = """() => {
    document.getAnimations().forEach(one => one instanceof CSSTransition && one.finish());
    window.scrollTo(0, 0);
}"""
"""Half-way between two themes a colour is neither, and what has scrolled below the bar at the top is half hidden."""


def violations(
    page: Page, options: dict[str, Any] = ALL, *, within: str = "html", others: tuple[str, ...] = ()
) -> list[str]:
    """One line for each element that breaks a rule; none when all is well.

    Only what is `within` (a selector) is looked at, without the `others` (selectors) in it.
    """
    page.evaluate(SETTLE)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FIND, [options, within, list(others)])
    return found


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the whole page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
