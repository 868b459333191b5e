"""Chapter 8: each card as it stood at the moment a pack looks at, whatever became of it since."""

import datetime

import pytest

from portal import clock
from portal.actions.documents import Written
from portal.models import AuditEvent
from readiness.actions import model_cards, served_models
from readiness.models import ModelCard, ServedModel, Service
from readiness.queries.packs import model_cards as chapter
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Facts, Mark, Table, Text
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


def moment() -> Moment:
    today = clock.now().date()
    return moments.moment(AuditEvent.objects.latest("number"), today - datetime.timedelta(days=90), today, clock.now())


def card_of(model: ServedModel, **content: object) -> ModelCard:
    access = portal.access(model.service.owner)
    return model_cards.begin(access, model=model, written=Written({"intended_use": "Scores payments.", **content}))


def printed(service: Service, at: Moment) -> str:
    """Every word of the chapter, block by block."""
    return "\n".join(str(block) for section in chapter.sections(service, at) for block in section.blocks)


@pytest.fixture
def model() -> ServedModel:
    return readiness.model(readiness.service(), "fraud-gbm")


def test_a_card_is_printed_as_it_stood_then(model: ServedModel) -> None:
    card = card_of(model)
    then = moment()
    changed = Written({"intended_use": "Scores transfers too."}, "Widened")
    model_cards.revise(portal.access(model.service.owner), card=card, written=changed, seen=1)
    assert "Scores payments." in printed(model.service, then)
    assert "Scores transfers" not in printed(model.service, then)
    assert "Scores transfers too." in printed(model.service, moment())


def test_metrics_carry_the_marks_of_their_states(model: ServedModel) -> None:
    card_of(
        model,
        metrics=[
            {"metric": "Recall", "value": "91", "threshold": "90"},
            {"metric": "Recall", "segment": "Abroad", "value": "80", "threshold": "90"},
        ],
    )
    (section,) = chapter.sections(model.service, moment())
    tables = [block for block in section.blocks if isinstance(block, Table)]
    assert [table.rows[0][3].mark for table in tables] == [Mark.GREEN, Mark.RED]
    assert all(sum(column.width for column in table.columns) == 168 for table in tables)


def test_a_card_that_nobody_reviewed_in_time_says_so(model: ServedModel) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=120)):
        card_of(model)
    (section,) = chapter.sections(model.service, moment())
    facts = next(block for block in section.blocks if isinstance(block, Facts))
    reviewed = dict(facts.rows)["Reviewed"]
    assert (reviewed.mark, reviewed.second.startswith("stale since")) == (Mark.YELLOW, True)


def test_a_model_without_a_card_is_named_from_the_day_it_was_added(model: ServedModel) -> None:
    card_of(model)
    before = moment()
    served_models.add(portal.access(model.service.owner), service=model.service, name="second")
    assert "No card was kept" not in printed(model.service, before)
    (section,) = chapter.sections(model.service, moment())
    assert Text(("No card was kept of second.",), label="Without a card") in section.blocks


def test_a_service_without_a_model_has_a_chapter_that_says_so() -> None:
    assert "No model of this service is on record" in printed(readiness.service(), moment())
