"""What apps contribute by name: once each, in order, and for a while where something is tried."""

import pytest

from portal.registry import Registry


@pytest.fixture
def registry() -> Registry[int]:
    found: Registry[int] = Registry("numbers")
    found.add("one", 1)
    found.add("two", 2)
    return found


def test_a_name_is_taken_once(registry: Registry[int]) -> None:
    with pytest.raises(ValueError, match="“one” is registered twice"):
        registry.add("one", 3)


def test_within_the_block_another_contribution_stands_or_comes_last(registry: Registry[int]) -> None:
    with registry.holding("one", 10), registry.holding("three", 3):
        assert list(registry.items()) == [("one", 10), ("two", 2), ("three", 3)]
    assert list(registry.items()) == [("one", 1), ("two", 2)]


def test_after_the_block_all_is_as_it_was_also_when_it_fails(registry: Registry[int]) -> None:
    with pytest.raises(RuntimeError), registry.holding("two", 20):
        raise RuntimeError
    assert registry["two"] == 2
