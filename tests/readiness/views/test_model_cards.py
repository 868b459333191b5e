"""Pages of model cards: written in the browser, compared, kept when refused, and merged when two wrote at once."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.actions.documents import Written
from portal.models import User
from portal.permissions import Role
from readiness.actions import model_cards
from readiness.models import ModelCard, ServedModel
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> ServedModel:
    return things.model(things.service(), "fraud-gbm")


@pytest.fixture
def ana(model: ServedModel) -> User:
    return portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def page(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def typed(ana: User, **said: str) -> dict[str, str]:
    return {"seen": "0", "keeper": str(ana.public_id), "review_every": "90", **said}


def address(model: ServedModel, name: str) -> str:
    return reverse(f"readiness:{name}", args=[model.service.slug, model.public_id])


def card_of(model: ServedModel, ana: User, **content: str) -> ModelCard:
    return model_cards.begin(portal.access(ana), model=model, written=Written(content))


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_card_is_written_with_its_metrics_and_shown_with_their_states(
    page: Client, model: ServedModel, ana: User
) -> None:
    said = typed(
        ana,
        intended_use="Scores **payments**.",
        **{
            "metrics-0-metric": "Recall",
            "metrics-0-value": "91",
            "metrics-0-threshold": "90",
            "metrics-3-metric": "Recall",
            "metrics-3-segment": "Abroad",
            "metrics-3-value": "80",
            "metrics-3-threshold": "90",
        },
    )
    shown = text(page.post(address(model, "model_card_begin"), said, follow=True))
    assert "<strong>payments</strong>" in shown
    assert "Performance, by segment" in shown
    assert ">Under<" in shown
    assert "never filled" in shown


def test_what_is_refused_says_why_and_keeps_everything_typed(page: Client, model: ServedModel, ana: User) -> None:
    said = typed(ana, intended_use="Scores payments.", **{"metrics-0-metric": "Recall", "metrics-0-value": "much"})
    answer = page.post(address(model, "model_card_begin"), said)
    assert answer.status_code == 422
    assert "Row 1, value: “much” is no number" in text(answer)
    assert "Scores payments." in text(answer)
    assert 'value="much"' in text(answer)
    assert not ModelCard.objects.exists()


def test_markup_in_a_text_is_text(page: Client, model: ServedModel, ana: User) -> None:
    card = card_of(model, ana, intended_use="<script>alert(1)</script> [x](javascript:alert(1))")
    shown = text(page.get(card.get_absolute_url()))
    assert "<script>alert" not in shown
    assert "javascript:" not in shown.replace("javascript:alert(1))", "")


def test_an_older_revision_is_shown_as_what_it_was(page: Client, model: ServedModel, ana: User) -> None:
    card = card_of(model, ana, intended_use="Scores payments.")
    changed = Written({"intended_use": "Scores transfers."}, "Widened")
    model_cards.revise(portal.access(ana), card=card, written=changed, seen=1)
    old = text(page.get(card.get_absolute_url(), {"revision": "1"}))
    assert "Scores payments." in old
    assert "2 is current" in old
    compared = text(page.get(address(model, "model_card_compare")))
    assert "<del>payments</del>" in compared
    assert "<ins>transfers</ins>" in compared
    assert page.get(card.get_absolute_url(), {"revision": "9"}).status_code == 404


def test_a_conflict_shows_what_stands_and_saving_again_is_a_choice(page: Client, model: ServedModel, ana: User) -> None:
    card = card_of(model, ana, intended_use="Scores payments.")
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    model_cards.revise(portal.access(ben), card=card, written=Written({"intended_use": "Ben’s words."}), seen=1)
    said = typed(ana, intended_use="Ana’s words.") | {"seen": "1"}
    answer = page.post(address(model, "model_card_revise"), said)
    assert answer.status_code == 412
    assert "Ben saved this in between" in text(answer)
    assert "<ins>Ben’s </ins>words." in text(answer)
    assert "<ins>Ana’s </ins>words." in text(answer)
    assert "Ana’s words.</textarea>" in text(answer)
    assert 'name="seen" value="2"' in text(answer)
    page.post(address(model, "model_card_revise"), {**said, "seen": "2"})
    assert ModelCard.objects.get().content == {"intended_use": "Ana’s words."}


def test_marking_it_reviewed_ends_its_staleness_everywhere(page: Client, model: ServedModel, ana: User) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=91)):
        card = card_of(model, ana, intended_use="Scores payments.")
    places = (
        card.get_absolute_url(),
        reverse("readiness:documents"),
        reverse("readiness:service_documents", args=[model.service.slug]),
    )
    assert all("stale" in text(page.get(place)).lower() for place in places)
    page.post(address(model, "model_card_confirm"), {"seen": "1"})
    assert "Stale since" not in text(page.get(places[1]))
    assert "Reviewed in time" in text(page.get(places[0]))


def test_a_model_without_a_card_is_a_hole_on_the_service(page: Client, model: ServedModel) -> None:
    shown = text(page.get(reverse("readiness:service_documents", args=[model.service.slug])))
    assert "no card yet" in shown
    assert address(model, "model_card_begin") in shown


def test_the_list_filters_by_standing(page: Client, model: ServedModel, ana: User) -> None:
    card = card_of(model, ana, intended_use="Scores payments.")
    listed = reverse("readiness:documents")
    assert card.get_absolute_url() not in text(page.get(listed, {"standing": "stale"}))
    assert card.get_absolute_url() not in text(page.get(listed, {"standing": "behind"}))
    things.model_version(model, "2.0")
    assert card.get_absolute_url() in text(page.get(listed, {"standing": "behind"}))


def test_the_preview_shows_what_is_written_and_keeps_nothing(page: Client) -> None:
    shown = text(page.post(reverse("portal:markdown_preview"), {"limitations": "- one\n- two"}))
    assert shown.count("<li>") == 2


def test_comparing_says_what_became_of_each_metric_by_its_direction(
    page: Client, model: ServedModel, ana: User
) -> None:
    def rows(recall: str, late: str) -> list[dict[str, str]]:
        recalled = {"metric": "Recall", "value": recall, "unit": "%", "better": "higher", "threshold": "80"}
        return [recalled, {"metric": "p99", "value": late, "unit": "ms", "better": "lower", "threshold": "45"}]

    begun = Written({"users": "Analysts.", "metrics": rows("81.2", "40")})
    card = model_cards.begin(portal.access(ana), model=model, written=begun)
    abroad = {"metric": "Recall", "segment": "Abroad", "value": "72", "threshold": "80"}
    after = Written({"users": "Analysts.", "metrics": [*rows("84.6", "46.5"), abroad]})
    model_cards.revise(portal.access(ana), card=card, written=after, seen=1)
    shown = text(page.get(address(model, "model_card_compare")))
    assert "+3.4 points, better" in shown
    assert "+6.5 ms, worse" in shown
    assert "new segment" in shown
    assert "2 miss their threshold now" in shown
    assert "0 fields and 3 metrics changed" in shown
    back = text(page.get(address(model, "model_card_compare"), {"old": "2", "new": "1"}))
    assert "none misses its threshold now, 2 did before" in back
    assert "No other field differs" in shown


def test_comparing_says_changes_of_version_keeper_and_review(page: Client, model: ServedModel, ana: User) -> None:
    old, new = things.model_version(model, "40"), things.model_version(model, "41")
    ben = portal.member(model.service.scope.team, Role.CONTRIBUTOR, name="Ben")
    said = {"users": "Analysts."}
    card = model_cards.begin(portal.access(ana), model=model, written=Written(said), describes=old)
    changed = Written(said, keeper=ben, review_every=30)
    model_cards.revise(portal.access(ana), card=card, written=changed, seen=1, describes=new)
    shown = text(page.get(address(model, "model_card_compare")))
    for gone, come in (("40", "41"), ("Ana", "Ben"), ("quarter", "month")):
        assert f"<del>{gone}</del>" in shown
        assert f"<ins>{come}</ins>" in shown
