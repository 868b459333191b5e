"""A colour that needs a sentence waits for it: the two are saved together, and nothing is chosen or typed twice."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.models import User
from portal.permissions import Role
from readiness.actions import answers
from readiness.models import ItemAnswer
from tests.factories import launches, portal
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

KEY = "env.secrets"
SENTENCE = "One key still lies in a repository."


@pytest.fixture
def scene() -> launches.Scene:
    """A review with an item nobody said anything of."""
    scene = launches.scene(signed=False)
    ItemAnswer.objects.filter(review=scene.review, item_key=KEY).update(rating="", text="", rating_version=0)
    return scene


def post(scene: launches.Scene, act: str, who: User | None = None, **typed: Any) -> tuple[int, str]:
    client = Client()
    client.force_login(who or scene.engineer)
    path = f"{scene.review.get_absolute_url()}items/{KEY}/{act}/"
    answer = client.post(path, typed, headers={"HX-Request": "true"})
    return answer.status_code, answer.content.decode()


def item(scene: launches.Scene) -> ItemAnswer:
    return review_factory.answer(scene.review, KEY)


def said(scene: launches.Scene) -> tuple[str, str]:
    now = item(scene)
    return now.rating, now.text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def other(scene: launches.Scene) -> User:
    return portal.member(scene.service.scope.team, Role.CONTRIBUTOR, name="Nora Next")


def test_a_colour_without_its_sentence_waits_in_the_field_it_needs(scene: launches.Scene) -> None:
    status, page = post(scene, "rating", rating="red", version=0, text="", text_version=item(scene).text_version)

    assert (status, said(scene)) == (422, ("", ""))
    field = re.search(r'<textarea[^>]*name="text"[^>]*>', page)
    assert field
    assert "data-focus" in field[0]
    assert "Red waits for one sentence on what is missing." in re.sub(r"<[^>]+>", "", page)
    assert hidden(page, "colour") == "red"
    assert re.search(r'value="red"[^>]* checked', page), "the colour stays pressed"


def test_the_sentence_saves_the_colour_that_waited(scene: launches.Scene) -> None:
    _, page = post(scene, "rating", rating="yellow", version=0, text="", text_version=0)
    typed = {name: hidden(page, name) for name in ("colour", "colour_version")}

    status, page = post(scene, "text", text=SENTENCE, version=item(scene).text_version, **typed)

    assert (status, said(scene)) == (200, ("yellow", SENTENCE))
    assert "waits for" not in page


def test_a_sentence_in_the_field_is_saved_with_the_colour_at_once(scene: launches.Scene) -> None:
    version = item(scene).text_version
    status, _ = post(scene, "rating", rating="red", version=0, text=SENTENCE, text_version=version)
    assert (status, said(scene)) == (200, ("red", SENTENCE))

    status, page = post(scene, "text", text=SENTENCE, version=version)
    assert status == 200, "the field was on its way as well: it says what is saved, so there is no conflict"
    assert "gh-conflict" not in page


def test_an_empty_sentence_keeps_the_colour_waiting(scene: launches.Scene) -> None:
    version = item(scene).text_version
    status, page = post(scene, "text", text="  ", version=version, colour="red", colour_version=0)
    assert (status, said(scene), hidden(page, "colour")) == (422, ("", ""), "red")


def test_a_text_of_somebody_else_is_shown_beside_and_the_colour_goes_on_waiting(scene: launches.Scene) -> None:
    seen = item(scene).text_version
    answers.describe(portal.access(other(scene)), answer=item(scene), text="Theirs.", version=seen)
    status, page = post(scene, "text", text=SENTENCE, version=seen, colour="red", colour_version=0)
    assert (status, said(scene)) == (412, ("", "Theirs."))
    assert hidden(page, "colour") == "red"

    typed = {"text": SENTENCE, "version": seen + 1, "colour": "red", "colour_version": 0}
    assert post(scene, "text", resolve="theirs", **typed)[0] == 200
    assert said(scene) == ("red", "Theirs.")


def test_a_colour_of_somebody_else_is_said_and_the_sentence_stays_in_its_field(scene: launches.Scene) -> None:
    seen = item(scene)
    answers.rate_and_describe(
        portal.access(other(scene)),
        answer=seen,
        rating="yellow",
        version=0,
        text="Theirs.",
        text_version=seen.text_version,
    )
    version = item(scene).text_version
    status, page = post(scene, "text", text=SENTENCE, version=version, colour="red", colour_version=0)

    assert (status, said(scene)) == (412, ("yellow", "Theirs."))
    assert "Nora Next changed the colour in the meantime: it is yellow now." in page
    assert f">{SENTENCE}</textarea>" in page
    assert 'name="colour"' not in page, "the colour was not what was seen: it has to be chosen again"


def test_another_colour_ends_the_waiting_and_keeps_what_was_typed(scene: launches.Scene) -> None:
    green = item(scene)
    status, page = post(
        scene, "rating", rating="green", version=0, text="A draft", text_version=green.text_version, colour="red"
    )
    assert (status, item(scene).rating) == (200, "green")
    assert ">A draft</textarea>" in page
    assert 'name="colour"' not in page
