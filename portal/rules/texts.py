"""What a text may hold, whoever writes it."""

import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from portal.errors import DomainError

_DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN_IN_NAMES = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\u2060\ufeff")
"""Marks without a width or a direction of their own: two names that look the same could differ by them."""

NO_ADDRESS = "This is no web address. It begins with https:// or http://."
NO_SECRETS = "This address holds a user name or a password, which everybody would read. Take out what is before the @."
HIDDEN = "This holds signs that cannot be seen or that turn the text around. Take them out."

LONGEST_NAME = 200

Refusals = dict[str, list[str]]
"""What is wrong, by field, as a DomainError takes it."""


def refusal(text: str, limit: int, *, one_line: bool = True) -> str:
    """What is wrong with a text: too long, or signs that cannot be shown; empty when it can be stored."""
    if len(text) > limit:
        return f"This has {len(text)} characters; {limit} is the most."
    return HIDDEN if any(_is_refused(sign, one_line=one_line) for sign in text) else ""


def shown(text: str, *, one_line: bool = True) -> str:
    """What is left of a text that a machine sent without the signs for which a person's would be refused.

    As one line it is tidied too, so that words parted by the end of a line stay two.
    """
    text = tidied(text) if one_line else text
    if text.isprintable():  # most are, and all that is refused is not
        return text
    kept = "".join(sign for sign in text if not _is_refused(sign, one_line=one_line))
    return tidied(kept) if one_line else kept


def name(text: str, field: str, *, limit: int = LONGEST_NAME, needed: str) -> str:
    """A name as it is kept: on one line, with one blank between its words.

    Raises DomainError at the field where it holds what no name may, is too long, or is empty; `needed` says the latter.
    """
    if words := name_refusal(text, limit, needed):
        raise DomainError.of({field: [words]})
    return tidied(text)


def name_refusal(text: str, limit: int, needed: str) -> str:
    """The same as a sentence; empty for what may be a name."""
    return refusal(text.strip(), limit) if text.strip() else needed


def tidied(text: str) -> str:
    """One line, with one blank between its words."""
    return " ".join(text.split())


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
    if is_one and "@" in parts.netloc:
        return NO_SECRETS
    return refusal(text, limit) if is_one else NO_ADDRESS


def _is_refused(sign: str, *, one_line: bool) -> bool:
    if one_line:
        return _is_hidden(sign) or sign in _UNSEEN_IN_NAMES
    return _is_hidden(sign) and sign not in "\r\n\t"  # browsers end lines with both


def _is_hidden(sign: str) -> bool:
    """Control characters, lone surrogates, and marks that turn the direction of what follows on the page."""
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in _DIRECTION_CONTROLS
