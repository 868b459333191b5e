"""What may be said on an item: within what the record can hold, whichever door it comes through."""

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import Colour, PointState

LONGEST_REASON = 300
LONGEST_TEXT = 10_000
LONGEST_COMMENT = 5000
LONGEST_NOTE = 1000
LONGEST_TITLE = 255
LONGEST_ADDRESS = 1000


def point_refusals(state: str, reason: str) -> Refusals:
    """What is wrong with what is said of a point, by field: not applicable needs a reason."""
    if state not in PointState.values:
        return {"state": [f"A point is {_choices(PointState.values)}."]}
    return reason_refusals(reason, "Say why it does not apply.") if state == PointState.NOT_APPLICABLE else {}


def rating_refusals(rating: str) -> Refusals:
    """What is wrong with a rating; "" takes one back."""
    if rating and rating not in Colour.values:
        return {"rating": [f"Rate it {_choices(Colour.values)}."]}
    return {}


def text_refusals(text: str, limit: int = LONGEST_TEXT, field: str = "text") -> Refusals:
    """What is wrong with a text of several lines."""
    words = texts.refusal(text, limit, one_line=False)
    return {field: [words]} if words else {}


def reason_refusals(reason: str, when_empty: str) -> Refusals:
    """What is wrong with a reason that is asked for; `when_empty` says so where there is none."""
    return text_refusals(reason, LONGEST_REASON, "reason") if reason else {"reason": [when_empty]}


def evidence_refusals(title: str, url: str = "") -> Refusals:
    """What is wrong with the name of a piece of evidence, or with the address it is found at."""
    found = texts.refusals({"title": title}, {"title": LONGEST_TITLE})
    words = texts.web_address_refusal(url, LONGEST_ADDRESS)
    return {**found, "url": [words]} if words else found


def _choices(values: list[str]) -> str:
    return f"{', '.join(values[:-1])} or {values[-1]}"
