"""Markdown: what it can, and what it cannot do to the reader."""

import re
import time
from html.parser import HTMLParser

import pytest

from portal import markdown

SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
"""What a browser takes for a scheme."""

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/track.png)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    "<a href='https://a.example' onclick='alert(1)'>x</a>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<iframe src=https://evil.example></iframe>",
    "<style>*{display:none}</style>",
    "<form action=/sign-out/><input type=submit></form>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "```html onload=alert(1)\nx\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "| a |\n|---|\n| <b onclick=x>1</b> |",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "[x](//evil.example/\\x)",
    "<base href=https://evil.example>",
    "<object data=x>",
]


class Found(HTMLParser):
    """Every element and attribute of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_it_runs_loads_or_restyles(payload: str) -> None:
    found = Found(markdown.render(payload))
    assert set(found.elements) <= markdown.ELEMENTS
    names = {name for name, _ in found.attributes}
    assert not any(name.startswith("on") for name in names)
    assert names <= {"href", "title", "rel", "start", "align", "type", "checked", "disabled", "aria-label"}
    for name, value in found.attributes:
        if name == "href" and (scheme := SCHEME.match(value)):
            assert scheme[1].lower() in markdown.SCHEMES


def test_headings_fall_into_the_outline_of_the_page() -> None:
    html = markdown.render("# One\n\n## Two\n\n##### Five", top_level=3)
    assert Found(html).elements == ["h3", "h4", "h6"]


def test_lists_tables_code_and_emphasis_are_there() -> None:
    html = markdown.render("- a\n- **b**\n\n1. c\n\n|x|y|\n|:-|-:|\n|1|2|\n\n`code` ~~old~~\n\n> said")
    for element in ("ul", "li", "strong", "ol", "table", "th", "td", "code", "s", "blockquote"):
        assert element in Found(html).elements
    assert 'align="right"' in html


def test_a_task_says_whether_it_is_done_and_cannot_be_ticked() -> None:
    html = markdown.render("- [ ] open\n- [x] done\n- [y] neither\n\n[ ] no list")
    assert html.count("<input") == 2
    assert html.count("disabled=") == 2
    assert 'aria-label="Not done">open' in html
    assert "[y] neither" in html
    assert "[ ] no list" in html


def test_links_lead_out_without_telling_where_from() -> None:
    assert 'rel="nofollow noopener noreferrer"' in markdown.render("[x](https://a.example)")


def test_words_are_kept_as_they_were_written() -> None:
    assert "5 &lt; 6 &amp; 7" in markdown.render("5 < 6 & 7")


@pytest.mark.parametrize("text", ["[" * 5000, "*a_ " * 4000, "> " * 3000 + "x", "`" * 9000, "|" * 9000, "- " * 2000])
def test_no_text_takes_long(text: str) -> None:
    start = time.perf_counter()
    markdown.render(text)
    assert time.perf_counter() - start < 5


def test_a_text_beyond_measure_is_shown_as_it_is() -> None:
    html = markdown.render("<b>" + "x" * markdown.LONGEST)
    assert html.startswith("<pre>")
    assert "<b>" not in html
