"""Action items: opened once for what they come from, owned, moved, changed together; a failed check opens one."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import Notification
from portal.permissions import Role
from readiness.actions import action_item_changes, action_items, recurring_checks
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.extension_points import action_item_holds
from readiness.models import ActionItem
from readiness.rules.action_items import Terms
from readiness.rules.check_results import Told
from tests.factories import checks, portal
from tests.factories import readiness as things
from tests.factories.checks import day
from tests.factories.days import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> checks.Watched:
    return checks.opened(day(9))


def opened(of: checks.Watched, key: str = "", title: str = "Mask account numbers") -> ActionItem:
    new = NewItem(Terms(title, due_on=datetime.date(2035, 3, 1)), of.sam, key=key)
    return action_items.open_item(portal.access(of.ana), service=of.service, new=new).item


def change(of: checks.Watched, item: ActionItem, who: str = "ana", **wanted: object) -> ActionItem:
    access = portal.access(getattr(of, who))
    return action_item_changes.change(access, item=item, wanted=Change(**wanted), revision=item.revision)  # type: ignore[arg-type]


def test_an_item_is_numbered_per_service_and_its_owner_hears_of_it(of: checks.Watched) -> None:
    first, second = opened(of), opened(of)
    assert (first.number, second.number) == (1, 2)
    assert Notification.objects.filter(recipient=of.sam, kind="action-item-given").count() == 2


def test_what_is_pressed_twice_opens_one_item(of: checks.Watched) -> None:
    assert opened(of, "gap:deployment.x").pk == opened(of, "gap:deployment.x").pk


def test_when_it_is_done_the_same_origin_opens_another(of: checks.Watched) -> None:
    item = change(of, opened(of, "gap:deployment.x"), state="done")
    assert opened(of, "gap:deployment.x").pk != item.pk


def test_a_done_item_is_not_taken_up_again_where_another_stands_for_it(of: checks.Watched) -> None:
    item = change(of, opened(of, "gap:deployment.x"), state="done")
    opened(of, "gap:deployment.x")
    with pytest.raises(DomainError, match="Another item was opened"):
        change(of, item, state="open")


def test_dropping_asks_for_a_reason(of: checks.Watched) -> None:
    with pytest.raises(DomainError, match="Say why it is dropped"):
        change(of, opened(of), state="dropped")


def test_of_two_who_change_at_once_the_slower_is_told(of: checks.Watched) -> None:
    item = opened(of)
    seen = item.revision
    change(of, item, priority=1)
    with pytest.raises(Conflict):
        action_item_changes.change(portal.access(of.ana), item=item, wanted=Change(priority=2), revision=seen)
    assert ActionItem.objects.get().priority == 1


def test_the_owner_moves_an_item_whatever_their_role_and_changes_nothing_else(of: checks.Watched) -> None:
    decider = portal.member(of.service.team, Role.DECIDER)
    item = change(of, opened(of), owner=decider)
    with pytest.raises(NotPermitted):
        action_item_changes.change(portal.access(decider), item=item, wanted=Change(priority=1), revision=item.revision)
    done = action_item_changes.change(
        portal.access(decider), item=item, wanted=Change(state="done"), revision=item.revision
    )
    assert (done.state, done.finished_by) == ("done", decider)


def test_who_cannot_see_a_restricted_service_is_given_nothing_of_it() -> None:
    service = things.service(restricted=True)
    new = NewItem(Terms("Mask account numbers", due_on=today(+20)), portal.member(portal.team(), Role.CONTRIBUTOR))
    with pytest.raises(DomainError, match="cannot see this service"):
        action_items.open_item(portal.access(service.owner), service=service, new=new)


def test_several_are_changed_at_once_with_a_line_for_each_and_one_notice(of: checks.Watched) -> None:
    items = [opened(of, title=f"Thing {number}") for number in range(3)]
    change(of, items[2], priority=1)  # somebody was faster with this one
    chosen = [(ActionItem.objects.get(pk=item.pk), 1) for item in items]
    reports = action_item_changes.change_all(portal.access(of.ana), chosen=chosen, wanted=Change(owner=of.oli))
    assert [bool(one.refusal) for one in reports] == [False, False, True]
    assert list(ActionItem.objects.order_by("number").values_list("owner__name", flat=True)) == ["Oli", "Oli", "Sam"]
    assert Notification.objects.get(recipient=of.oli).subject == f"Ana gave you 2 action items of {of.service.name}"


def test_a_failed_check_opens_an_item_for_whoever_is_accountable_and_only_one(of: checks.Watched) -> None:
    check = of.check("weekly.drift-alerts", "2035-W02")
    with clock.at(day(10)):
        for result in ("fail", "pass", "fail"):
            told = Told(result, "Two flags nobody explained.")
            recurring_checks.answer(portal.access(of.sam), occurrence=check, told=told, revision=check.revision)
    item = ActionItem.objects.get()
    assert (item.owner, item.origin, item.state) == (of.ana, "check", "open")
    assert item.title == "Failed: Every drift flag of the week was looked into"


def test_an_app_above_opens_items_and_says_when_they_may_end(of: checks.Watched) -> None:
    def until_published(_item: ActionItem, fields: Mapping[str, Any]) -> str:
        return "Publish the post-mortem first." if fields.get("state") == "done" else ""

    new = NewItem(Terms("Alert on empty loads", due_on=datetime.date(2090, 3, 1)), of.sam, "post-mortem", "pm:1")
    item = action_items.open_item(portal.access(of.sam), service=of.service, new=new).item
    with action_item_holds.holding("post-mortem", until_published):
        change(of, item, "sam", state="in-progress")
        with pytest.raises(DomainError, match="Publish the post-mortem"):
            change(of, item, "sam", state="done")
        change(of, item, "sam", state="dropped", reason="The next release has no such load.")
    assert ActionItem.objects.get().state == "dropped"
