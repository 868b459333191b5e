"""Items after the go: when they open (product.md, Decision)."""

import pytest

from readiness.choices import Stage
from readiness.rules import after_items


@pytest.mark.parametrize(
    ("stage", "live", "asked"),
    [(Stage.BEFORE, False, True), (Stage.BEFORE, True, True), (Stage.AFTER, False, False), (Stage.AFTER, True, True)],
)
def test_what_comes_after_the_go_is_asked_once_the_release_is_live(stage: Stage, live: bool, asked: bool) -> None:
    assert after_items.has_opened(stage, live=live) is asked
