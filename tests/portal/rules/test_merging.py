"""How changes of two people to one thing come together: nothing either said is lost, no clash is passed over."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.rules import merging
from portal.rules.merging import Said

KEYS = ("purpose", "title", "steps", "keeper")
VALUES = st.sampled_from((None, "Old", "New", "Newer", True, False, ["one"], ["one", "two"]))
SAID: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES))


def test_two_people_at_two_keys_both_keep_theirs() -> None:
    base = {"purpose": "Old", "title": "Old"}
    both = merging.merged(base=base, standing={**base, "title": "Theirs"}, mine={**base, "purpose": "Mine"})
    assert (both.content, both.theirs, both.clashes) == ({"purpose": "Mine", "title": "Theirs"}, ("title",), ())


def test_what_i_took_away_stays_away_and_what_they_took_away_too() -> None:
    base = {"purpose": "Old", "title": "Old"}
    both = merging.merged(base=base, standing={"title": "Old"}, mine={"purpose": "Old", "title": None})
    assert (both.content, both.clashes) == ({"purpose": None, "title": None}, ())


def test_two_people_at_one_key_clash_unless_they_said_the_same() -> None:
    base = {"title": "Old"}
    other = merging.merged(base=base, standing={"title": "Theirs"}, mine={"title": "Mine"})
    assert (other.content, other.clashes) == ({"title": "Mine"}, ("title",))
    same = merging.merged(base=base, standing={"title": "New"}, mine={"title": "New"})
    assert (same.content, same.clashes) == ({"title": "New"}, ())


@given(base=SAID, standing=SAID, mine=SAID)
def test_nothing_that_either_said_is_lost(base: Said, standing: Said, mine: Said) -> None:
    both = merging.merged(base=base, standing=standing, mine=mine)
    for key in KEYS:
        i_did, they_did = mine[key] != base[key], standing[key] != base[key]
        assert both.content[key] == (mine[key] if i_did else standing[key])
        assert (key in both.theirs) == (they_did and not i_did)
        assert (key in both.clashes) == (they_did and i_did and mine[key] != standing[key])


@given(base=SAID, standing=SAID, mine=SAID)
def test_merging_what_was_merged_changes_nothing(base: Said, standing: Said, mine: Said) -> None:
    once = merging.merged(base=base, standing=standing, mine=mine)
    saved_again = merging.merged(base=standing, standing=standing, mine=once.content)
    assert (saved_again.content, saved_again.clashes) == (once.content, ())
    from_the_old = merging.merged(base=base, standing=standing, mine=once.content)
    assert (from_the_old.content, from_the_old.clashes) == (once.content, once.clashes)


@given(base=SAID, one=SAID, other=SAID)
def test_both_clash_at_the_same_keys_whoever_saves_last(base: Said, one: Said, other: Said) -> None:
    first = merging.merged(base=base, standing=one, mine=other)
    second = merging.merged(base=base, standing=other, mine=one)
    assert set(first.clashes) == set(second.clashes)
    agreed = [key for key in KEYS if key not in first.clashes]
    assert [first.content[key] for key in agreed] == [second.content[key] for key in agreed]
