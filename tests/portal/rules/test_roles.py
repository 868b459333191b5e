"""Who may be given which role by whom, and for which days."""

import datetime

from portal.permissions import Role
from portal.rules import roles

TODAY = datetime.date(2026, 11, 21)
TOMORROW = TODAY + datetime.timedelta(days=1)
LATER = TODAY + datetime.timedelta(days=30)
NOTHING: frozenset[Role] = frozenset()


def change(
    *,
    own: bool,
    held: frozenset[Role],
    asked: frozenset[Role],
    held_until: datetime.date | None = None,
    asked_until: datetime.date | None = None,
) -> roles.Change:
    return roles.Change(own, held, held_until, asked, asked_until)


def test_nobody_gives_themselves_a_role() -> None:
    for role in Role:
        assert roles.refusal(change(own=True, held=NOTHING, asked=frozenset({role})))


def test_others_may_be_given_any_role() -> None:
    for role in Role:
        assert roles.refusal(change(own=False, held=NOTHING, asked=frozenset({role}))) is None


def test_one_may_give_up_a_role_of_ones_own() -> None:
    held = frozenset({Role.LEAD, Role.CONTRIBUTOR})
    assert roles.refusal(change(own=True, held=held, asked=frozenset({Role.CONTRIBUTOR}))) is None


def test_nobody_makes_their_own_role_last_longer() -> None:
    held = frozenset({Role.LEAD})
    assert roles.refusal(change(own=True, held=held, asked=held, held_until=TOMORROW, asked_until=LATER))
    assert roles.refusal(change(own=True, held=held, asked=held, held_until=TOMORROW, asked_until=None))


def test_one_may_shorten_ones_own_role() -> None:
    held = frozenset({Role.LEAD})
    assert roles.refusal(change(own=True, held=held, asked=held, held_until=None, asked_until=LATER)) is None


def test_a_role_cannot_begin_in_the_past_or_end_before_it_begins() -> None:
    assert set(roles.period_refusals(TODAY - datetime.timedelta(days=1), None, TODAY)) == {"starts_on"}
    assert set(roles.period_refusals(LATER, TOMORROW, TODAY)) == {"ends_on"}
    assert set(roles.period_refusals(None, TODAY - datetime.timedelta(days=1), TODAY)) == {"ends_on"}


def test_a_role_may_hold_for_one_day() -> None:
    assert roles.period_refusals(TODAY, TODAY, TODAY) == {}


def test_an_audit_lasts_a_year_at_most() -> None:
    assert roles.audit_refusals(TODAY, TODAY + datetime.timedelta(days=366), TODAY) == {}
    assert set(roles.audit_refusals(TODAY, TODAY + datetime.timedelta(days=367), TODAY)) == {"ends_on"}


def test_one_administrator_without_an_end_has_to_stay() -> None:
    assert roles.keeps_an_administrator(1, keeps_the_role=False, until=None)
    assert roles.keeps_an_administrator(0, keeps_the_role=True, until=None)
    assert not roles.keeps_an_administrator(0, keeps_the_role=True, until=LATER)
    assert not roles.keeps_an_administrator(0, keeps_the_role=False, until=None)
