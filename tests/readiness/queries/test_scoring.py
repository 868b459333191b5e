"""Which items count is asked of the database as the rule says it."""

import pytest

from readiness.models import ItemAnswer, Review, Service
from readiness.queries import scoring
from readiness.rules import scoring as rules
from tests.factories import reviews

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_at_every_tier_the_same_items_count_as_by_the_rule(tier: int) -> None:
    review = reviews.started()
    Service.objects.update(tier=tier)
    answers = list(ItemAnswer.objects.order_by("pk"))
    by_rule = [answer.pk for answer in answers if rules.counts(answer.critical, tier)]

    assert {answer.critical for answer in answers} == {True, False}
    assert list(ItemAnswer.objects.filter(scoring.counts()).order_by("pk").values_list("pk", flat=True)) == by_rule
    from_reviews = Review.objects.filter(scoring.counts("answers__critical", "service__tier"), pk=review.pk)
    assert sorted(from_reviews.values_list("answers", flat=True)) == by_rule
