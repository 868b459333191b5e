"""What of an answer stands in the next review: a table for each thing that an answer can depend on."""

import datetime

import pytest

from readiness.choices import Depends
from readiness.rules import carrying
from readiness.rules.carrying import AnswerThen, CarriedModel, Kept

TODAY = datetime.date(2026, 11, 21)
OLD, NEW = CarriedModel(1, "fraud-gbm", "3.1"), CarriedModel(2, "fraud-gbm", "3.2")
OTHER = CarriedModel(3, "embedder", "7")


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def then(depends: str, age: int | None = None, **facts: object) -> AnswerThen:
    return AnswerThen(**{"depends": Depends(depends), "max_age_days": age, **facts})  # type: ignore[arg-type]


SIGNED = {"signed_on": ago(20), "answered_on": ago(21)}


@pytest.mark.parametrize(
    ("answer", "kept", "reason"),
    [
        # what depends on the release is asked again for each
        (then("release", **SIGNED), Kept.DRAFT, "Belongs to the release"),
        (then("release", answered_on=ago(21)), Kept.DRAFT, ""),
        # what depends on the model stands while the model does
        (then("model", **SIGNED, models_then=[OLD], models_now=[OLD]), Kept.SIGNED, ""),
        (
            then("model", **SIGNED, models_then=[OLD], models_now=[NEW]),
            Kept.DRAFT,
            "The model changed from 3.1 to 3.2",
        ),
        (then("model", **SIGNED, models_then=[OLD, OTHER], models_now=[OLD]), Kept.SIGNED, ""),
        (
            then("model", **SIGNED, models_then=[OLD, OTHER], models_now=[NEW, OTHER]),
            Kept.DRAFT,
            "fraud-gbm changed from 3.1 to 3.2",
        ),
        (
            then("model", **SIGNED, models_then=[OLD], models_now=[OLD, OTHER]),
            Kept.DRAFT,
            "The release brings embedder 7",
        ),
        (then("model", models_then=[OLD], models_now=[NEW]), Kept.DRAFT, ""),
        (then("model", **SIGNED, models_then=[OLD], models_now=[]), Kept.SIGNED, ""),
        # what depends on the service stands until its age runs out, the last day included
        (then("service", 180, signed_on=ago(180), answered_on=ago(180)), Kept.SIGNED, ""),
        (
            then("service", 180, signed_on=ago(187), answered_on=ago(190)),
            Kept.DRAFT,
            "Signed 187 days ago; it stands for 180",
        ),
        (then("service", 90, signed_on=ago(91)), Kept.DRAFT, "Signed 91 days ago; it stands for 90"),
        (then("service", 365, signed_on=ago(300)), Kept.SIGNED, ""),
        (then("service", 90, signed_on=ago(89), answered_on=ago(95)), Kept.SIGNED, ""),
        (then("service", 90, answered_on=ago(91)), Kept.DRAFT, ""),
        (then("service", 90, answered_on=ago(90)), Kept.ANSWERED, ""),
        # a drill has a validity of its own
        (then("drill", signed_on=ago(60)), Kept.SIGNED, ""),
        (
            then("drill", signed_on=ago(91), state_now="yellow", evidence_ended=True),
            Kept.ANSWERED,
            "The evidence no longer counts",
        ),
        # whatever it depends on
        (then("service", 180, **SIGNED, same_words=False), Kept.DRAFT, "The item’s wording changed"),
        (
            then("service", 180, **SIGNED, state_now="yellow", evidence_ended=True),
            Kept.ANSWERED,
            "The evidence no longer counts",
        ),
        (
            then("service", 180, **SIGNED, state_now="yellow", obstacles=["2 points are open."]),
            Kept.ANSWERED,
            "2 points are open",
        ),
        (then("service", 180, answered_on=ago(3), state_now="red"), Kept.ANSWERED, ""),
    ],
)
def test_what_is_kept_and_why_not_more(answer: AnswerThen, kept: Kept, reason: str) -> None:
    assert carrying.carried(answer, TODAY) == carrying.Carried(kept, reason)


@pytest.mark.parametrize(
    ("depends", "age", "last"),
    [("service", 90, ago(-80)), ("service", 365, ago(-355)), ("model", None, None), ("release", None, None)],
)
def test_a_carried_sign_off_knows_its_last_day(depends: str, age: int | None, last: datetime.date | None) -> None:
    assert carrying.stands_until(ago(10), Depends(depends), age) == last


@pytest.mark.parametrize(
    ("days", "age", "reason"),
    [
        (0, 90, ""),
        (89, 90, ""),
        (90, 90, ""),
        (91, 90, "Signed 91 days ago; it stands for 90"),
        (179, 180, ""),
        (180, 180, ""),
        (181, 180, "Signed 181 days ago; it stands for 180"),
        (365, 365, ""),
        (366, 365, "Signed 366 days ago; it stands for 365"),
        (4000, None, ""),
    ],
)
def test_a_carried_sign_off_stands_through_its_last_day(days: int, age: int | None, reason: str) -> None:
    assert carrying.aged(ago(days), age, TODAY) == reason
    last = carrying.stands_until(ago(days), Depends.SERVICE, age)
    assert (last is not None and last < TODAY) is bool(reason)


def test_what_nobody_signed_has_no_age() -> None:
    assert carrying.aged(None, 90, TODAY) == ""
