"""When what a sign-off depends on ends while its review is open: the sign-off is void, with the reason.

Called inside the transaction of the action that made the change, or by the portal once a day has come.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from portal.permissions import Access
from readiness.actions import ending, status
from readiness.choices import Depends, ReviewState
from readiness.models import ItemAnswer, Release
from readiness.queries import locks, seal_ages
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import carrying
from readiness.rules.carrying import CarriedModel


def models_changed(
    access: Access, release: Release, before: Sequence[CarriedModel], after: Sequence[CarriedModel]
) -> list[str]:
    """After a release carries other model versions: reopens what depends on them. Returns the keys of the items.

    The caller holds the answers of its open reviews and the status row (`applicability.hold`).
    """
    reason = carrying.models_changed(before, after)
    if not reason:
        return []
    reopened = []
    with status.at_the_end():
        for answer in _signed().filter(review__release=release):
            item = ReviewFrame(answer.review).items[answer.item_key]
            if item.depends is Depends.MODEL:
                ending.void(access, answer, reason)
                reopened.append(answer.item_key)
    return reopened


def aged(answers: Iterable[int]) -> None:
    """Of these answers (keys): reopens those whose carried sign-off has outlived its age, in reviews without a go.

    The caller holds them and the status row.
    """
    for answer in _signed().filter(pk__in=list(answers), carried__isnull=False):
        frame = ReviewFrame(answer.review)
        if reason := seal_ages.aged(answer, frame):
            ending.void(None, answer, reason)


def _signed() -> QuerySet[ItemAnswer]:
    """Signed answers of open reviews that no go stands on."""
    related = ("review__service__scope__team", "review__template_version", "review__release", "signoff__person")
    answers = ItemAnswer.objects.select_related(*related, "carried")
    held = locks.under_go("review__release")
    return answers.filter(~held, review__state=ReviewState.OPEN, signoff__isnull=False).order_by("pk")
