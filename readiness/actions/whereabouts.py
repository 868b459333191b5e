"""How the record and the notices name an answer: where it stands, and in words."""

from portal.audit import Fact
from readiness.models import ItemAnswer
from readiness.queries.review_frame import ReviewFrame


def of(answer: ItemAnswer) -> dict[str, Fact]:
    """Where an answer stands, for its events."""
    review = answer.review
    return {"service": review.service.slug, "review": review.number, "item": answer.item_key}


def in_words(answer: ItemAnswer) -> str:
    """What a notice calls an answer: its item’s title and its service: “Hostile input is refused” of Search."""
    item = ReviewFrame(answer.review).items[answer.item_key]
    return f"“{item.title}” of {answer.review.service.name}"
