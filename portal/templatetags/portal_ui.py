"""The small pieces every page is made of: icons, state pills, people, digests, dates.

Every tag escapes what it is given; colours and sizes are classes, never inline style.
"""

import datetime
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal import clock, dates, demo, markdown
from portal.rules import comparing

register = template.Library()

STATES = {
    "green": ("s-green", "Green"),
    "yellow": ("s-yellow", "Yellow"),
    "red": ("s-red", "Red"),
    "waived": ("s-waived", "On credit"),
    "na": ("s-na", "Not applicable"),
    "unanswered": ("s-unanswered", "Unanswered"),
    "info": ("", ""),
    "plain": ("", ""),
}
"""What a state looks like: its symbol and its own word. Another word may stand in the pill, the symbol stays true."""


@register.simple_tag
def icon(name: str, size: str = "", css: str = "", label: str = "") -> SafeString:
    """One symbol of `img/icons.svg`, by its name without the `i-`. Hidden from screen readers unless it has a label.

    `size` is "", "sm" or "lg"; `css` more classes, a colour such as `gh-c-red` among them. State symbols (`s-red`) are
    filled and come in the class `gh-sym`; the mark, and seals whose class `css` names, are drawn by that class alone.
    """
    kind = "gh-sym" if name.startswith("s-") else "gh-icon"
    if name == "mark" or "gh-seal-mark" in css or "gh-miniseal" in css:
        kind = ""
    classes = " ".join(filter(None, [kind, f"{kind}--{size}" if size and kind else "", css]))
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#i-{}"></use></svg>', classes, role, _icons(), name)


@cache
def _icons() -> str:
    """Where the symbols are: the same as long as the process lives, and asked for hundreds of times on some pages."""
    return static("img/icons.svg")


@register.simple_tag
def state(key: str, word: str = "", size: str = "", symbol: str = "") -> SafeString:
    """A status pill: symbol, word, colour. `key` is one of STATES; an unknown one is shown plain, so nothing breaks.

    `word` replaces the state's own word (Firing, Clear, Lapsed); `size` is "" or "lg"; `symbol` names an icon for the
    states without one of their own (info, plain).
    """
    own_symbol, own_word = STATES.get(key, ("", key))
    shown = symbol or own_symbol
    return format_html(
        '<span class="gh-state gh-state--{}{}">{}{}</span>',
        key if key in STATES else "plain",
        f" gh-state--{size}" if size else "",
        icon(shown, size="" if shown.startswith("s-") else "sm") if shown else "",
        word or own_word,
    )


@register.filter
def initials(name: object) -> str:
    """First letters of the first and last word that begin with a letter: "Tomás Ferreira da Conceição" gives TC."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return str(name).strip()[:2].upper()


@register.simple_tag
def person(
    who: object = None, size: str = "", face_only: bool = False, nobody: str = "Nobody", css: str = ""
) -> SafeString:
    """A person: initials and full name. `who` is anything whose text is the name; None or "" shows a hole in red words.

    `face_only` leaves the name to screen readers, for rows that say it elsewhere; `size` is "" or "lg".
    """
    name = str(who) if who else ""
    face = "gh-face" + (f" gh-face--{size}" if size else "") + ("" if name else " gh-face--none")
    if face_only:
        hidden = '<span class="{}" aria-hidden="true">{}</span><span class="visually-hidden">{}</span>'
        return format_html(hidden, face, initials(name) or "?", name or nobody)
    return format_html(
        '<span class="gh-person{}"><span class="{}" aria-hidden="true">{}</span><span>{}</span></span>',
        f" {css}" if css else "" if name else " gh-t-red",
        face,
        initials(name) if name else "?",
        name or nobody,
    )


@register.simple_tag
def digest(value: object, of: str = "", copy: bool = True, groups: int = 1) -> SafeString:
    """A SHA-256, shortened to its first and last four digits (`groups` of four in front). Pressing it copies the whole.

    `of` says what it is the digest of, for screen readers; `copy=False` shows it only.
    """
    whole = (value.hex() if isinstance(value, bytes | memoryview) else str(value or "")).removeprefix("sha256:")
    head = " ".join(whole[start : start + 4] for start in range(0, 4 * groups, 4))
    short = f"{head}…{whole[-4:]}" if len(whole) > 4 * groups + 4 else whole
    if not whole:
        return SafeString("")
    if not copy:
        plain = '<span class="gh-digest" title="{}"><span class="visually-hidden">SHA-256 </span>{}</span>'
        return format_html(plain, whole, short)
    return format_html(
        '<button class="gh-digest" type="button" data-copy="{}" title="{}" aria-label="Copy SHA-256 {}{}">'
        "{}{}</button>",
        whole,
        whole,
        short,
        f" of {of}" if of else "",
        icon("copy", size="sm"),
        short,
    )


@register.filter
def when(moment: dates.Moment | None, style: str = "") -> SafeString:
    """A moment or a day in the viewer's zone, with UTC in its title. Nothing gives nothing.

    `style`: "" 12 Nov 2026, 15:02 or today, 15:02 · "day" 12 Nov 2026 · "short" 12 Nov, or the time if it is today ·
    "time" 15:02.
    """
    if not moment:
        return SafeString("")
    zone, now = timezone.get_current_timezone(), clock.now()
    local = moment.astimezone(zone) if isinstance(moment, datetime.datetime) else None
    words = {
        "day": lambda: dates.day_words(local.date() if local else moment),
        "short": lambda: dates.short_words(moment, now, zone),
        "time": lambda: f"{local:%H:%M}" if local else dates.day_words(moment),
    }.get(style, lambda: dates.moment_words(moment, now, zone))()
    if local is None:
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)
    machine = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, dates.utc_words(local), words)


@register.filter
def due(moment: dates.Moment | None, style: str = "") -> SafeString:
    """When something is due, coloured soon (3 days) or late: "due tomorrow, 17:00", "due 10 Nov, 2 days late".

    `style` "bare" leaves the word "due" out, for a column that is headed Due.
    """
    if not moment:
        return SafeString("")
    words, urgency = dates.due_words(moment, clock.now(), timezone.get_current_timezone())
    return format_html(
        '<span class="gh-due{}"><time datetime="{}">{}</time></span>',
        f" gh-due--{urgency}" if urgency else "",
        moment.isoformat(),
        words.removeprefix("due ") if style == "bare" else words,
    )


@register.filter
def state_colour(symbol: str) -> str:
    """The class that colours a state's symbol by itself: `s-red` gives `gh-c-red`, other icons nothing."""
    return f"gh-c-{symbol.removeprefix('s-')}" if str(symbol).startswith("s-") else ""


@register.inclusion_tag("components/_crumbs.html")
def crumbs(*steps: str) -> dict[str, list[tuple[str, str]]]:
    """Where a page stands: label and address, label and address, never the page itself."""
    return {"steps": list(zip(steps[::2], steps[1::2], strict=True))}


@register.filter
def marked(text: object, other: object) -> SafeString:
    """The text with the words that `other` lacks inside `<ins>`; all of it escaped."""
    words, others = (re.findall(r"\S+\s*|\s+", str(side or "")) for side in (text, other))
    pieces = (("".join(run), is_same) for is_same, run, _ in comparing.runs(words, others))
    return format_html_join(
        "", "{}", ((piece if same else format_html("<ins>{}</ins>", piece),) for piece, same in pieces if piece)
    )


@register.simple_tag
def demo_logins() -> dict[str, object]:
    """The demonstration's people and their password, for the sign-in page of demo mode."""
    logins = [{"email": email, "name": email.split("@")[0], "shows": shows} for email, shows in demo.LOGINS.items()]
    return {"password": demo.PASSWORD, "logins": logins}


@register.filter
def prose(text: str) -> SafeString:
    """A text of Markdown as safe HTML, its largest heading below a card's own."""
    return markdown.render(text, top_level=4)


@register.filter
def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line for line in text.splitlines() if line.strip()]


@register.filter
def item(row: Mapping[str, Any], key: str) -> Any:
    """What a mapping holds under a key that is only known when the page is drawn; empty where it holds nothing."""
    return row.get(key, "")
