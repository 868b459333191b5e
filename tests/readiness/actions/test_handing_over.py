"""Handing over everything a person owns in one step."""

import datetime

import pytest

from portal.errors import DomainError
from portal.models import Notification
from portal.permissions import Role
from readiness.actions import action_item_changes, action_items, answers, findings, handing_over, ownership
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.models import ActionItem, Assignment, OwnershipDomain, Service
from readiness.queries import holdings
from readiness.rules.action_items import Terms
from tests.factories import portal, readiness, reviews

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service()


def people(service: Service):
    team = service.scope.team
    lead = portal.access(portal.member(team, Role.LEAD, name="Lea Lead"))
    return (
        lead,
        portal.member(team, Role.CONTRIBUTOR, name="Lena Leaves"),
        portal.member(team, Role.CONTRIBUTOR, name="Stan Stays"),
    )


def hold(lead, service: Service, key: str, person, role: str = "accountable") -> None:
    ownership.assign(lead, service=service, domain=OwnershipDomain.objects.get(key=key), person=person, role=role)


def keys(person, lead) -> list[str]:
    return [one.key for one in holdings.of_person(person, lead)]


def test_services_domains_and_items_go_to_the_other_at_once(service: Service) -> None:
    lead, leaves, stays = people(service)
    review = reviews.started(service)
    hold(lead, service, "inference", leaves)
    hold(lead, service, "logging", leaves, "supporting")
    answers.assign(lead, answer=reviews.answer(review, "env.configuration"), person=leaves)
    handing_over.hand_over(lead, person=service.owner, to=leaves, keys=[f"service:{service.public_id}"])

    given = handing_over.hand_over(lead, person=leaves, to=stays, keys=keys(leaves, lead))

    assert [one.held_as for one in given] == [
        "service owner",
        "accountable",
        "supporting",
        f"given to them in {review}",
    ]
    assert keys(leaves, lead) == []
    assert len(keys(stays, lead)) == 4
    assert Notification.objects.filter(recipient=stays, kind="ownership").count() == 2


def test_where_the_other_supports_already_they_stay_once(service: Service) -> None:
    lead, leaves, stays = people(service)
    hold(lead, service, "inference", leaves, "supporting")
    hold(lead, service, "inference", stays, "supporting")

    handing_over.hand_over(lead, person=leaves, to=stays, keys=keys(leaves, lead))

    assert [held.person for held in Assignment.objects.current()] == [stays]


def test_one_thing_that_cannot_go_keeps_all_of_it_and_says_which(service: Service) -> None:
    lead, leaves, _ = people(service)
    hold(lead, service, "inference", leaves)
    handing_over.hand_over(lead, person=service.owner, to=leaves, keys=[f"service:{service.public_id}"])
    elsewhere = portal.member(portal.team(), Role.CONTRIBUTOR, name="Otto Other")

    with pytest.raises(DomainError) as refused:
        handing_over.hand_over(lead, person=leaves, to=elsewhere, keys=keys(leaves, lead))

    (sentence,) = refused.value.errors["things"]
    assert sentence.startswith(f"{service.name} of {service.name}: Otto Other is not in")
    assert len(keys(leaves, lead)) == 2


def test_who_may_not_assign_hands_nothing_over_and_is_told_per_thing(service: Service) -> None:
    lead, leaves, stays = people(service)
    hold(lead, service, "inference", leaves)
    own = portal.access(leaves)

    assert [one.may_hand_over for one in holdings.of_person(leaves, own)] == [False]
    with pytest.raises(DomainError, match="needs the role"):
        handing_over.hand_over(own, person=leaves, to=stays, keys=keys(leaves, own))


def test_nothing_chosen_the_same_person_and_what_is_gone_are_refused(service: Service) -> None:
    lead, leaves, stays = people(service)
    hold(lead, service, "inference", leaves)
    mine = keys(leaves, lead)

    for wrong, field in [
        ({"to": leaves, "keys": mine}, "to"),
        ({"to": stays, "keys": []}, "things"),
        ({"to": stays, "keys": ["domain:gone"]}, "things"),
    ]:
        with pytest.raises(DomainError) as refused:
            handing_over.hand_over(lead, person=leaves, **wrong)
        assert list(refused.value.errors) == [field]


def test_what_the_viewer_may_not_see_is_not_listed(service: Service) -> None:
    lead, leaves, _ = people(service)
    hold(lead, service, "inference", leaves)
    service.scope.restricted = True
    service.scope.save()
    outsider = portal.access(portal.member(portal.team(), Role.LEAD))

    assert keys(leaves, outsider) == []
    assert keys(leaves, lead) != []


def test_action_items_and_those_of_findings_go_with_the_rest_and_what_is_done_stays(service: Service) -> None:
    lead, leaves, stays = people(service)
    handing_over.hand_over(lead, person=service.owner, to=leaves, keys=[f"service:{service.public_id}"])
    service.refresh_from_db()
    office = portal.access(portal.member(None, Role.COMPLIANCE))
    findings.open_finding(office, service=service, severity=1, title="No trace", text="Show one month.")
    for title in ("Mask account numbers", "Alert on empty loads"):
        new = NewItem(Terms(title, due_on=datetime.date(2090, 3, 1)), leaves)
        item = action_items.open_item(lead, service=service, new=new).item
    action_item_changes.change(lead, item=item, wanted=Change(state="done"), revision=item.revision)

    given = handing_over.hand_over(lead, person=leaves, to=stays, keys=keys(leaves, lead))

    assert sorted(one.held_as for one in given) == ["action item", "action item of a finding", "service owner"]
    assert {one.title: one.owner for one in ActionItem.objects.all()} == {
        "No trace": stays,
        "Mask account numbers": stays,
        "Alert on empty loads": leaves,
    }
    assert Notification.objects.filter(recipient=stays, kind="action-item-given").count() == 2
