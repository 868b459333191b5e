"""Model cards: one in its third revision, one that nobody has reviewed in time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from portal.actions.documents import Written
from portal.management.demonstration.days import Line
from portal.management.demonstration.people import BERLIN, NEW_YORK
from portal.management.demonstration.stage import Stage, Storyline
from readiness.actions import model_cards
from readiness.models import ModelCard, ServedModel


def storylines(stage: Stage) -> list[Storyline]:
    """A line for each card."""
    return [_fraud(stage), _copilot(stage)]


def _fraud(stage: Stage) -> Storyline:
    line, texts, cast = Line(stage.days, BERLIN, "card of fraud-gbm"), _texts()["fraud-gbm"], stage.cast
    yield line.on(50, "14:05")
    model = ServedModel.objects.get(service__slug="fraud-scoring", name="fraud-gbm")
    written = Written(texts["first"], keeper=cast["minhkhai.nguyen"])
    card = model_cards.begin(
        cast.access("minhkhai.nguyen"), model=model, written=written, describes=model.versions.get(version="5.8.1")
    )
    yield line.on(26, "10:20")
    model_cards.confirm(cast.access("bjorn.aasland"), card=_again(card), seen=1, note="Read before the go of 5.8.0.")
    yield line.on(11, "15:40")
    card = _again(card)
    note = "5.9.0; cross-border named as a limit"
    model_cards.revise(
        cast.access("minhkhai.nguyen"),
        card=card,
        written=Written({**card.content, **texts["retrained"]}, note),
        seen=1,
        describes=model.versions.get(version="5.9.0"),
    )


def _copilot(stage: Stage) -> Storyline:
    line, texts, cast = Line(stage.days, NEW_YORK, "card of aurelia-large"), _texts()["aurelia-large"], stage.cast
    yield line.on(53, "10:30")
    model = ServedModel.objects.get(service__slug="support-copilot", name="aurelia-large")
    card = model_cards.begin(
        cast.access("elena.vasquez"),
        model=model,
        written=Written(texts["first"], review_every=30),
        describes=model.versions.get(version="2026-05-12"),
    )
    yield line.on(30, "16:10")
    card = _again(card)
    model_cards.revise(
        cast.access("elena.vasquez"),
        card=card,
        written=Written({**card.content, **texts["languages"]}, "Spanish and French", is_review=True),
        seen=1,
        describes=model.versions.get(version="2026-08-30"),
    )


def _again(card: ModelCard) -> ModelCard:
    return ModelCard.objects.select_related("model__service__scope", "describes", "keeper").get(pk=card.pk)


def _texts() -> dict[str, dict[str, Mapping[str, Any]]]:
    found: dict[str, dict[str, Mapping[str, Any]]] = yaml.safe_load(
        Path(__file__).with_name("model_cards.yaml").read_text("utf-8")
    )
    return found
