"""How the demonstration's people answer the items of a review: points, texts, numbers, evidence, comments."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.management.demonstration.stage import Storyline
from readiness.actions import answers, evidence, reviews
from readiness.catalogue import schema
from readiness.choices import PointState, ReviewState, Stage
from readiness.management.demonstration import files
from readiness.management.demonstration.acting import Scene
from readiness.models import AnswerReference, ItemAnswer, Review
from readiness.queries import answers as answer_queries
from readiness.rules import scoring

EVERY_TEXT, SOME_TEXT, SOME_PROOF = 1.0, 0.55, 0.6
"""How often an item gets a text, and a non-critical one a proof."""


@dataclass(frozen=True)
class Said:
    """What is said of one item where it is not simply green: which points are ticked, and which are set aside why."""

    rating: str = "green"
    text: str = ""
    ticked: tuple[int, ...] | None = None
    aside: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[str, str] | None = None
    proven: bool = True


def start(scene: Scene, who: str, kind: str) -> Review:
    """Starts a review; a deployment review is of the scene's release."""
    release = scene.release if kind == "deployment" else None
    return reviews.start(scene.by(who), service=scene.service, kind=kind, release=release)


def answer(
    scene: Scene,
    review: Review,
    *,
    said: Mapping[str, Said] | None = None,
    only: Collection[str] | None = None,
    stage: str = Stage.BEFORE,
) -> Storyline:
    """Answers the items of a review that count, or `only` these: green but where `said` says otherwise.

    What is signed stands, be it carried from an earlier review, and so does what another review answers; a draft is
    brought up to date.
    """
    items = {item.key: item for item in review.template_version.checklist.items}
    served = AnswerReference.objects.current().filter(answer__review=review, points=[])
    rest = review.answers.exclude(pk__in=served.values("answer"))
    for found in rest.filter(applies=True, stage=stage, signoff__isnull=True):
        counts = scoring.counts(found.critical, scene.service.tier)
        if found.item_key in only if only is not None else counts:
            special = (said or {}).get(found.item_key, Said())
            yield from _answer(scene, found, items[found.item_key], special)


def _answer(scene: Scene, found: ItemAnswer, item: schema.Item, said: Said) -> Storyline:
    line, who = scene.line, scene.hand(found.domain_key)
    yield line.after(2, 14)
    settled = {tick.number for tick in found.ticks.exclude(state=PointState.OPEN)}
    for point in answer_queries.applicable_points(item, scene.service):
        if point.number not in settled:
            yield from _mark(scene, found, who, point.number, said)
    text = scene.profile.say(said.text) or _text(scene, found)
    if text and text != found.text:
        yield line.after(1, 5)
        answers.describe(scene.by(who), answer=found, text=text, version=found.text_version)
    for name, value in _values(scene, found, said).items():
        yield line.after(0.2, 1)
        answers.measure(scene.by(who), answer=found, name=name, value=value, version=0)
    if said.proven and (found.critical or line.chance.random() < SOME_PROOF):
        yield line.after(0.5, 3)
        attach(scene, found, who)
    if said.rating:
        yield line.after(0.2, 1)
        answers.rate(scene.by(who), answer=found, rating=said.rating, version=found.rating_version)


def _mark(scene: Scene, found: ItemAnswer, who: str, number: int, said: Said) -> Storyline:
    reason = said.aside.get(number, "")
    if reason or said.ticked is None or number in said.ticked:
        yield scene.line.after(0.1, 0.8)
        state = PointState.NOT_APPLICABLE if reason else PointState.TICKED
        answers.mark_point(scene.by(who), answer=found, number=number, state=state, reason=reason, version=0)


def _text(scene: Scene, found: ItemAnswer) -> str:
    """What the catalogue of texts has for this item; a non-critical one goes without now and then."""
    chance = scene.line.chance
    variants = _catalogue()[found.item_key]["text"]
    if chance.random() > (EVERY_TEXT if found.critical else SOME_TEXT):
        return ""
    return scene.profile.say(chance.choice(variants))


def _values(scene: Scene, found: ItemAnswer, said: Said) -> dict[str, str]:
    given = _catalogue()[found.item_key].get("values", {}) if said.values is None else said.values
    return {name: scene.profile.say(str(value)) for name, value in given.items()}


def attach(scene: Scene, found: ItemAnswer, who: str) -> None:
    """Attaches the item's proof, a file or a link, naming release, model version and environment."""
    proof = _catalogue()[found.item_key].get("proof")
    if proof is None:
        return
    line, title = scene.line, scene.profile.say(proof["title"])
    named: dict[str, Any] = {
        "release": scene.release,
        "model_version": scene.version,
        "environment": scene.environment("staging"),
        "observed_on": line.today - datetime.timedelta(days=line.chance.choice((0, 0, 1, 2))),
    }
    if "file" in proof:
        file = files.made(proof["file"], found.item_key, scene.profile, line.chance)
        evidence.attach_file(scene.by(who), answer=found, file=file, title=title, **named)
    else:
        url = scene.profile.say(proof["link"])
        evidence.attach_link(scene.by(who), answer=found, url=url, title=title, **named)


def close(scene: Scene, who: str, review: Review) -> None:
    """Closes a pre-launch review or an assessment."""
    review = Review.objects.select_related("service__scope__team").get(pk=review.pk)
    reviews.close(scene.by(who), review=review)
    review.refresh_from_db()
    assert review.state == ReviewState.CLOSED  # noqa: S101  what follows rests on it


def comment(scene: Scene, who: str, review: Review, key: str, text: str) -> None:
    """Says a word on an item."""
    reviews.comment(scene.by(who), answer=item(review, key), text=text)


def item(review: Review, key: str) -> ItemAnswer:
    """One item of a review, as it stands now."""
    return ItemAnswer.objects.select_related("review__service__scope__team").get(review=review, item_key=key)


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, Any]]:
    """What can be said of each item, by its key."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("answers.yaml").read_text("utf-8"))
    return found
