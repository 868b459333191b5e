"""The targets that a go fixed are the baseline of what is measured after it."""

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from readiness.actions import answers, targets
from readiness.models import ItemAnswer, Review, ServiceTarget
from readiness.queries import answer_rows, measured_items, promised_targets
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import measures
from tests.factories import launches, reviews
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db

PROMISED = measures.Targets(
    p95_ms=Decimal(200), error_rate=Decimal("0.5"), cost_per_prediction=Decimal("0.002"), expected_peak=Decimal(40)
)
SLOWER = measures.Targets(
    p95_ms=Decimal(900), error_rate=Decimal(5), cost_per_prediction=Decimal("0.9"), expected_peak=Decimal(40)
)


@pytest.fixture
def live() -> Scene:
    """A release that is live on a go."""
    of = launches.scene()
    promise(of, PROMISED)
    launches.live(of)
    return of


def promise(of: Scene, numbers: measures.Targets) -> None:
    head = ServiceTarget.objects.get(service=of.service)
    targets.change(of.access("lead"), service=of.service, targets=numbers, revision=head.revision)


def comparison(of: Scene, **numbers: str) -> ItemAnswer:
    item = reviews.answer(of.review, "post.comparison")
    for name, value in numbers.items():
        answers.measure(of.access("engineer"), answer=item, name=name, value=value, version=0)
    return item


def said_of(item: ItemAnswer) -> measures.Result:
    frame = ReviewFrame(item.review)
    result = measured_items.of(answer_rows.of(item, frame), frame)
    assert result is not None
    return result


def test_a_release_no_worse_than_promised_at_the_go_turns_green(live: Scene) -> None:
    item = comparison(live, p95_ms="180", error_rate="0.5", cost_per_prediction="0.002")

    assert said_of(item).outcome.value == "met"
    reviews.green(live.access("engineer"), item)
    assert reviews.answer(live.review, "post.comparison").state == "green"


def test_targets_loosened_after_the_go_do_not_move_the_baseline(live: Scene) -> None:
    promise(live, SLOWER)

    result = said_of(comparison(live, p95_ms="320", error_rate="0.1", cost_per_prediction="0.001"))

    assert result.outcome.value == "not-met"
    assert "200" in result.sentence


def test_without_a_go_there_is_no_baseline() -> None:
    of = launches.scene()
    promise(of, PROMISED)

    assert promised_targets.baseline_of(of.review) is None
    launches.decide(of, "no-go")
    assert promised_targets.baseline_of(Review.objects.get(pk=of.review.pk)) is None


def test_the_page_reads_the_baseline_together_with_the_review(
    live: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    review = Review.objects.with_surroundings().get(pk=live.review.pk)

    with django_assert_num_queries(0):
        baseline = promised_targets.baseline_of(review)

    assert baseline == PROMISED
