"""Reading a body with the place of each mistake: unknown fields are passed over, known ones must be what they are."""

import datetime
import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from incidents.intake.signal import Malformed
from portal import canonical
from portal.rules import texts

MOST_SIGNALS = 1000
MOST_LABELS = 60
LONGEST_LABEL = 300
LONGEST_NAME = 200
LONGEST_SUMMARY = 4000
LONGEST_URL = 1000
LONGEST_FINGERPRINT = 64
LONGEST_PLACE = 60
"""How much of a name that the sender chose is told when what stands there is refused."""
FIRST_YEAR, LAST_YEAR = 2000, 2199
SERVICE_LABELS = ("service", "service_name", "app", "application")
"""Labels that may name a service by its slug, the first that is there."""


class Node:
    """A value of the body together with its place, such as `alerts[3].startsAt`."""

    def __init__(self, value: Any, place: str = "") -> None:
        self.value = value
        self.place = place

    def malformed(self, reason: str) -> Malformed:
        """The refusal of what stands at this place, to be raised."""
        return Malformed(self.place or "body", reason)

    def get(self, name: str) -> "Node":
        """The member of an object; its value is None where it is missing. Raises Malformed for what is no object."""
        if not isinstance(self.value, dict):
            raise self.malformed("An object is expected here.")
        place = cleaned(name, LONGEST_PLACE)
        return Node(self.value.get(name), f"{self.place}.{place}" if self.place else place)

    def __bool__(self) -> bool:
        return self.value is not None

    def rows(self) -> list["Node"]:
        """The rows of a list; none where it is missing. Raises Malformed for anything else, and for too many."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.malformed("A list is expected here.")
        if len(self.value) > MOST_SIGNALS:
            raise self.malformed(f"At most {MOST_SIGNALS} rows in one post; these are {len(self.value)}.")
        return [Node(row, f"{self.place}[{place}]") for place, row in enumerate(self.value)]

    def text(self, longest: int = LONGEST_LABEL) -> str:
        """The text, cut at `longest`; empty where it is missing. Raises Malformed for what is no text."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.malformed("A text is expected here.")
        return cleaned(self.value, longest)

    def needed(self, longest: int = LONGEST_LABEL) -> str:
        """The text. Raises Malformed where it is missing or empty too."""
        return self._there(self.text(longest))

    def name(self) -> str:
        """The text as the name of an alert. Raises Malformed where nothing is left of it."""
        return self._there(name(self.text(LONGEST_SUMMARY)))

    def _there(self, text: str) -> str:
        if not text:
            raise self.malformed("This is needed and is missing or empty.")
        return text

    def choice(self, *offered: str) -> str:
        """One of the words offered, in small letters. Raises Malformed for any other."""
        word = self.needed().lower()
        if word not in offered:
            raise self.malformed(f"Use {' or '.join(offered)}; this is “{word[:40]}”.")
        return word

    def moment(self) -> datetime.datetime | None:
        """The moment in UTC; None where it is missing or the zero of its sender (year 1). Raises Malformed."""
        text = self.text(60)
        if not text or text.startswith("0001-01-01"):
            return None
        try:
            found = datetime.datetime.fromisoformat(text)
            found = found.replace(tzinfo=datetime.UTC) if found.tzinfo is None else found.astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            raise self.malformed(f"A moment such as 2026-11-21T13:47:00Z is expected; this is “{text[:40]}”.") from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.malformed(f"The year {found.year} is none in which an alert fires.")
        return found

    def labels(self, longest: int = LONGEST_LABEL) -> dict[str, str]:
        """Labels by name; numbers and yes or no become text, what is empty is left out. Raises Malformed."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.malformed("An object of names and texts is expected here.")
        if len(self.value) > MOST_LABELS:
            raise self.malformed(f"At most {MOST_LABELS} labels; these are {len(self.value)}.")
        found = {cleaned(name, LONGEST_LABEL): self.get(name)._plain(longest) for name in self.value}
        return {name: text for name, text in found.items() if name and text}

    def _plain(self, longest: int) -> str:
        if self.value is None or isinstance(self.value, str):
            return self.text(longest)
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, int | float) and abs(self.value) <= sys.float_info.max:
            return cleaned(repr(self.value), LONGEST_LABEL)
        raise self.malformed("A label’s value is a text or a number.")


def body(text: str) -> Node:
    """The object that a post holds. Raises Malformed for what is no JSON, or no object."""
    try:
        found = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise Malformed("body", "It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise Malformed("body", f"It is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except ValueError as error:
        raise Malformed("body", f"It is no JSON: {error}"[:200]) from None
    if not isinstance(found, dict):
        raise Malformed("body", "It is no object.")
    return Node(found)


def cleaned(text: str, longest: int) -> str:
    """The text without what no text here may hold (portal.rules.texts), trimmed and cut."""
    return texts.shown(text.encode(errors="replace").decode(), one_line=False).strip()[:longest].rstrip()


def name(text: str) -> str:
    """The text as a name: on one line, without marks that nobody sees; empty where nothing is left."""
    return cleaned(texts.shown(text.encode(errors="replace").decode()), LONGEST_NAME)


def link(*candidates: str) -> str:
    """The first that is a web address; any other kind of address is none that a page may link to."""
    web = (text for text in candidates if text.startswith(("https://", "http://")) and len(text) <= LONGEST_URL)
    return next(web, "")


def fingerprint(given: str, *parts: str, labels: Mapping[str, str] | None = None) -> str:
    """The sender's own where it fits, else the digest of what it would have been made from."""
    if given and len(given) <= LONGEST_FINGERPRINT:
        return given
    return hashlib.sha256(canonical.dumps([given, *parts, dict(labels or {})]).encode()).hexdigest()


def service(labels: Mapping[str, str]) -> str:
    """The slug of the service that the labels name, or nothing."""
    return next((labels[name] for name in SERVICE_LABELS if labels.get(name)), "")


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number.")
