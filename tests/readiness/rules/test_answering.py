"""What may be said on an item fits the columns that keep it, whichever door it comes through."""

import pytest

from portal.rules import texts
from readiness.models import Evidence, PointTick, SignOffVoid
from readiness.rules import answering

LONG = "x" * 10_001


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (answering.point_refusals("perhaps", ""), "state"),
        (answering.point_refusals("na", ""), "reason"),
        (answering.point_refusals("na", LONG), "reason"),
        (answering.rating_refusals("blue"), "rating"),
        (answering.text_refusals(LONG), "text"),
        (answering.text_refusals("a\x00b"), "text"),
        (answering.reason_refusals("", "Say why."), "reason"),
        (answering.evidence_refusals(LONG), "title"),
        (answering.evidence_refusals("Run", "javascript:alert(1)"), "url"),
        (answering.evidence_refusals("Run", "https://example.com/" + LONG), "url"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(said: texts.Refusals, field: str) -> None:
    assert list(said) == [field]


def test_what_can_be_kept_passes() -> None:
    assert answering.point_refusals("na", "The provider rotates the keys.\r\nWe only read them.") == {}
    assert answering.rating_refusals("") == {}
    assert answering.evidence_refusals("Run 1184", "https://ci.example.com/1184") == {}


def test_no_limit_is_beyond_its_column() -> None:
    assert PointTick._meta.get_field("reason").max_length == answering.LONGEST_REASON
    assert SignOffVoid._meta.get_field("reason").max_length == answering.LONGEST_REASON
    assert Evidence._meta.get_field("withdrawn_reason").max_length == answering.LONGEST_REASON
    assert Evidence._meta.get_field("title").max_length == answering.LONGEST_TITLE
    assert Evidence._meta.get_field("url").max_length == answering.LONGEST_ADDRESS
