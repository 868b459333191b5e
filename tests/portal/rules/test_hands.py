"""Whether a team has the hands a go needs."""

import pytest

from portal.rules import hands
from portal.rules.hands import Member, Standing


def member(name: str, what: str, *, lent: bool = False, identity: object = None) -> Member:
    return Member(identity or name, name, "p" in what, "s" in what, "d" in what, lent)


def standing(*members: Member, persons: int = 3) -> Standing:
    return hands.weigh(members, persons).standing


def test_three_different_persons_are_enough() -> None:
    assert standing(member("A", "p"), member("B", "s"), member("C", "d")) is Standing.ALONE


def test_one_person_with_every_role_is_not() -> None:
    assert standing(member("A", "psd")) is Standing.NOT_YET


def test_two_persons_are_enough_where_the_organisation_says_so() -> None:
    team = (member("A", "p"), member("B", "sd"))
    assert standing(*team, persons=2) is Standing.ALONE
    assert standing(*team, persons=3) is Standing.NOT_YET


def test_who_prepares_cannot_be_the_second_person() -> None:
    assert standing(member("A", "ps"), member("B", "d"), persons=2) is Standing.NOT_YET


def test_two_accounts_of_one_human_count_once() -> None:
    twice = (member("A", "p"), member("B", "s", identity="x"), member("B again", "d", identity="x"))
    assert standing(*twice) is Standing.NOT_YET


def test_who_is_lent_completes_the_team_but_does_not_make_it_its_own() -> None:
    team = (member("A", "p"), member("B", "s"), member("C", "d", lent=True))
    weighed = hands.weigh(team, 3)
    assert weighed.standing is Standing.WITH_LENT
    assert (weighed.decide.own, weighed.decide.lent) == ([], ["C"])


def test_a_large_team_is_found_enough_even_when_its_first_people_hold_every_role() -> None:
    many = [member(f"All {number}", "psd") for number in range(50)]
    assert standing(*many) is Standing.ALONE


@pytest.mark.parametrize(
    ("team", "persons", "lacks"),
    [
        ((member("A", "p"), member("B", "s"), member("C", "d")), 3, ""),
        ((member("A", "p"), member("B", "s")), 3, "one more person: one who decides"),
        ((member("A", "p"), member("B", "s"), member("C", "d", lent=True)), 3, "one more person: one who decides"),
        ((member("A", "p"), member("B", "sd")), 3, "one more person: one who signs off or one who decides"),
        ((member("A", "p"), member("B", "sd")), 2, ""),
        ((member("A", "p"),), 2, "one who signs off and one who decides"),
        ((member("A", "ps"), member("B", "d")), 2, "one more person: one who answers or one who signs off"),
        ((member("A", "psd"),), 3, "two more persons, to answer, sign off and decide"),
        ((), 3, "one who answers and one who signs off and one who decides"),
    ],
)
def test_it_says_whom_the_team_lacks_to_make_a_go_alone(team: tuple[Member, ...], persons: int, lacks: str) -> None:
    assert hands.weigh(team, persons).lacks == lacks
