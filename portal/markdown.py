"""Markdown as people write it, turned into HTML that cannot do anything.

Two fences, each enough by itself: the parser knows no HTML, so what looks like a tag comes out as text; and what it
makes is washed by nh3, which lets a short list of harmless elements through. Images are left out: a page shows pictures
from our own store only. The same pipeline serves pages, mails and PDFs.
"""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol", "li", "input"}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
ELEMENTS = HEADINGS | LISTS | TABLES | {"p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    "input": {"checked", "disabled", "aria-label"},
}
SCHEMES = {"http", "https", "mailto"}
LONGEST = 200_000
"""Characters of a text that are rendered; what is longer is shown as it was written."""
_BOXES = {"[ ] ": ("Not done", False), "[x] ": ("Done", True), "[X] ": ("Done", True)}


def render(text: str, *, top_level: int = 3) -> SafeString:
    """The text as HTML: headings, lists with task boxes, tables, code, links.

    `top_level` is the level that the text's largest heading gets, so that it falls into the outline of its page.
    """
    if len(text) > LONGEST:
        return SafeString(f"<pre>{nh3.clean_text(text)}</pre>")
    html = _parser().render(text, {"top_level": top_level})
    return SafeString(
        nh3.clean(
            html,
            tags=ELEMENTS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="nofollow noopener noreferrer",
            tag_attribute_values={"input": {"type": {"checkbox"}}},
            set_tag_attribute_values={"input": {"disabled": "disabled"}},
        )
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.core.ruler.push("headings", _lower_headings)
    parser.core.ruler.push("boxes", _draw_boxes)
    parser.core.ruler.push("alignment", _plain_alignment)
    return parser


def _lower_headings(state: StateCore) -> None:
    """Moves every heading down, so that the first level becomes the page's `top_level`."""
    down = int(state.env.get("top_level", 1)) - 1
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + down, 6)}"


def _draw_boxes(state: StateCore) -> None:
    """A list entry that begins with [ ] or [x] gets a box; nobody can tick it, and it says what it is."""
    for entry, paragraph, token in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (entry.type, paragraph.type, token.type) != ("list_item_open", "paragraph_open", "inline"):
            continue
        words = token.children or []
        mark = _BOXES.get(words[0].content[:4]) if words else None
        if mark:
            words[0].content = words[0].content[4:]
            words.insert(0, _box(*mark))


def _box(words: str, checked: bool) -> Token:
    box = Token("task_box", "input", 0)
    box.attrs = {"type": "checkbox", "disabled": "", "aria-label": words, **({"checked": ""} if checked else {})}
    return box


def _plain_alignment(state: StateCore) -> None:
    """A table's alignment as an attribute: style is not ours to give."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", ""))
        if style.startswith("text-align:"):
            token.attrs["align"] = style.removeprefix("text-align:")
