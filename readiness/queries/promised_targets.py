"""What a service promises, as the rules take it: its targets now, and those that a go fixed."""

import json

from readiness.models import Review, Service
from readiness.rules import measures


def of(service: Service) -> measures.Targets:
    """The service's targets as the rules take them."""
    target = getattr(service, "target", None)
    if target is None:
        return measures.Targets()
    names = measures.Targets.__dataclass_fields__
    return measures.Targets(**{name: getattr(target, name) for name in names})


def baseline_of(review: Review) -> measures.Targets | None:
    """The targets that the go for the review's release fixed (product.md, Measured items); None before one.

    Read with the review where it came with its surroundings, else one statement.
    """
    if "fixed_targets" not in vars(review):
        review = Review.objects.with_fixed_targets().get(pk=review.pk)
    content: str | None = vars(review)["fixed_targets"]
    return measures.Targets.from_words(json.loads(content)) if content else None
