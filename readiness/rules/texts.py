"""What a text may hold, whoever writes it."""

import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

NO_ADDRESS = "This is no web address. It begins with https:// or http://."

Refusals = dict[str, list[str]]
"""What is wrong, by field, as a DomainError takes it."""


def refusal(text: str, limit: int, *, one_line: bool = True) -> str:
    """What is wrong with a text: too long, or signs that cannot be shown; empty when it can be stored."""
    if len(text) > limit:
        return f"This has {len(text)} characters; {limit} is the most."
    allowed = "" if one_line else "\r\n\t"  # browsers end the lines of what is typed with both
    if any(_is_hidden(sign) and sign not in allowed for sign in text):
        return "This holds control characters. Take them out."
    return ""


def refusals(texts: Mapping[str, str], limits: Mapping[str, int]) -> Refusals:
    """The same for several texts of one line by field."""
    return {field: [words] for field, limit in limits.items() if (words := refusal(texts[field], limit))}


def web_address_refusal(text: str, limit: int = 200) -> str:
    """What is wrong with the address of a page; empty when it may be linked to, or when there is none."""
    if not text:
        return ""
    if len(text) > limit:
        return f"This has {len(text)} characters; {limit} is the most."
    try:
        parts = urlsplit(text)
    except ValueError:
        return NO_ADDRESS
    is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(sign.isspace() for sign in text)
    return "" if is_one else NO_ADDRESS


def _is_hidden(sign: str) -> bool:
    """Control characters, lone surrogates, and marks that turn the direction of what follows on the page."""
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in _DIRECTION_CONTROLS
