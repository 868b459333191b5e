"""An act on many things and an act on one of them, at the same moment: both come through (docs/adr/0004)."""

import datetime

import pytest

from portal.models import User
from portal.permissions import Access, Role
from readiness.actions import (
    action_item_changes,
    action_items,
    answer_locks,
    answers,
    handing_over,
    ownership,
    service_locks,
    status,
)
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.models import ActionItem, OwnershipDomain, Service
from readiness.queries import holdings
from readiness.rules.action_items import Terms
from tests.factories import portal, readiness, reviews
from tests.harness.databases import Database
from tests.readiness.actions.at_the_same_time import together

pytestmark = pytest.mark.postgres

DUE = datetime.date(2090, 3, 1)


class Scene:
    """Two services of a team, its lead, somebody who leaves and somebody who stays."""

    def __init__(self) -> None:
        team = portal.team()
        self.lead: Access = portal.access(portal.member(team, Role.LEAD))
        self.leaves: User = portal.member(team, Role.CONTRIBUTOR)
        self.stays: User = portal.member(team, Role.CONTRIBUTOR)
        self.first, self.second = (readiness.service(team=team, lead=self.lead.person) for _ in range(2))

    def opened(self, service: Service) -> ActionItem:
        new = NewItem(Terms("Mask account numbers", due_on=DUE), self.leaves)
        return action_items.open_item(self.lead, service=service, new=new).item

    def holds(self, service: Service) -> None:
        domain = OwnershipDomain.objects.get(key="inference")
        ownership.assign(self.lead, service=service, domain=domain, person=self.leaves, role="accountable")

    def hand_over(self) -> None:
        keys = [one.key for one in holdings.of_person(self.leaves, self.lead)]
        handing_over.hand_over(self.lead, person=self.leaves, to=self.stays, keys=keys)


def test_several_action_items_are_changed_while_another_is_opened(fresh_database: Database) -> None:
    scene = Scene()
    chosen = [(item, item.revision) for item in (scene.opened(scene.first), scene.opened(scene.second))]

    refused = together(
        lock=lambda: status.hold(scene.second),
        many=lambda: action_item_changes.change_all(scene.lead, chosen=chosen, wanted=Change(priority=1)),
        one=lambda: scene.opened(scene.second),
    )

    assert refused == []
    assert list(ActionItem.objects.order_by("pk").values_list("priority", flat=True)[:2]) == [1, 1]


def test_domains_of_two_services_are_handed_over_while_something_changes_in_one(fresh_database: Database) -> None:
    scene = Scene()
    scene.holds(scene.first)
    scene.holds(scene.second)

    refused = together(
        lock=lambda: status.hold(scene.second), many=scene.hand_over, one=lambda: scene.opened(scene.second)
    )

    assert refused == []
    assert [one.held_as for one in holdings.of_person(scene.stays, scene.lead)] == ["accountable", "accountable"]


def test_an_item_is_handed_over_with_more_while_somebody_writes_its_answer(fresh_database: Database) -> None:
    scene = Scene()
    scene.holds(scene.first)
    answer = reviews.answer(reviews.started(scene.second), "env.configuration")
    answers.assign(scene.lead, answer=answer, person=scene.leaves)

    refused = together(
        lock=lambda: answer_locks.locked(answer),
        many=scene.hand_over,
        one=lambda: answers.describe(scene.lead, answer=answer, text="In the vault.", version=0),
    )

    assert refused == []
    answer.refresh_from_db()
    assert (answer.assignee, answer.text) == (scene.stays, "In the vault.")


def test_two_services_are_handed_over_while_something_changes_in_one(fresh_database: Database) -> None:
    scene = Scene()
    for service in (scene.first, scene.second):
        keys = [f"service:{service.public_id}"]
        handing_over.hand_over(scene.lead, person=service.owner, to=scene.leaves, keys=keys)
        service.refresh_from_db()

    refused = together(
        lock=lambda: service_locks.locked(scene.second),
        many=scene.hand_over,
        one=lambda: scene.opened(scene.second),
    )

    assert refused == []
    assert {service.owner for service in Service.objects.all()} == {scene.stays}
