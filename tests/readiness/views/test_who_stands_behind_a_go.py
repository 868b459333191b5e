"""Who stands behind a go: the page, the rules, the API and the record name the same people (product.md, Decision)."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.permissions import Access, Role
from readiness.actions import answers
from readiness.models import ItemAnswer
from tests.factories import launches, portal
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

ITEM = launches.OTHER[0]


def _ticked(by: Access, item: ItemAnswer) -> None:
    answers.mark_point(by, answer=item, number=1, state="ticked", version=1)


def _described(by: Access, item: ItemAnswer) -> None:
    answers.describe(by, answer=item, text="Behind the gateway.", version=0)


def _attached(by: Access, item: ItemAnswer) -> None:
    review_factory.link(by, item, title="Run 1190")


def _scene_with(hand: Callable[[Access, ItemAnswer], None]) -> tuple[launches.Scene, Access]:
    """A release ready to go, on an item of which somebody beside the engineer did one thing."""
    scene = launches.scene()
    helper = portal.access(portal.member(scene.service.scope.team, Role.CONTRIBUTOR, name="Hilde Helper"))
    hand(helper, review_factory.answer(scene.review, ITEM))
    return scene, helper


@pytest.mark.parametrize("hand", [_ticked, _described, _attached])
def test_whoever_wrote_any_part_is_named_on_the_page_by_the_rules_and_in_the_record(
    hand: Callable[[Access, ItemAnswer], None],
) -> None:
    scene, helper = _scene_with(hand)
    client = Client()
    client.force_login(scene.decider)

    seen = launches.look(scene)
    path = reverse("readiness:decide", args=[scene.service.slug, scene.release.label])
    page = client.get(path, {"environment": "staging"}).content.decode()
    decision = launches.decide(scene)

    assert helper.person.identity in seen.snapshot.hands.prepared
    assert [(hand.name, number) for hand, number in seen.contributors] == [("Enno Engineer", 4), ("Hilde Helper", 1)]
    assert "contributed to 4 items" in page
    assert "contributed to 1 item<" in page
    persons = json.loads(decision.snapshot)["persons"]
    assert persons["prepared"] == ["Enno Engineer", "Hilde Helper"]
    assert persons["signed"] == [person.name for person, _ in seen.signers] == ["Alma Approver"]


def test_a_word_beside_an_item_is_no_contribution() -> None:
    scene, _ = _scene_with(review_factory.comment)
    assert [hand.name for hand, _ in launches.look(scene).contributors] == ["Enno Engineer"]


def test_who_wrote_a_part_asks_for_no_emergency_go_on_the_page_either() -> None:
    scene, helper = _scene_with(_attached)
    also = portal.member(scene.service.scope.team, Role.DECIDER, name="Ole Other")
    path = reverse("readiness:emergency", args=[scene.service.slug, scene.release.label])
    for person, refused in ((helper.person, True), (also, False)):
        client = Client()
        client.force_login(person)
        page = client.get(path, {"environment": "staging"}).content.decode()
        assert ("wrote on its items. Two others stand behind" in page) is refused
