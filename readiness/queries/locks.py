"""What a go holds shut: the items before it, while a production go for the release holds (product.md, Decision).

A go for another environment freezes what it saw and leaves the items open, so that what it found can be mended before
production is decided; the gate there notices the change. Nothing is stored: a go that is superseded, withdrawn or
rolled back, expires or lapses opens the items again by itself. An emergency go skips items and so locks none.
"""

from django.db.models import Exists, OuterRef

from portal import clock
from readiness.choices import LOCKING
from readiness.models import LaunchDecision, Review
from readiness.queries import decisions
from readiness.queries.decisions import Recorded


def standing_go(review: Review) -> Recorded | None:
    """The production go that locks a review; one statement, none where the review was read with `may_be_locked`."""
    if review.release_id is None or not getattr(review, "may_be_locked", True):
        return None
    now = clock.now()
    going = LaunchDecision.objects.for_production().filter(
        release=review.release_id, release__cancelled_at__isnull=True
    )
    today = clock.today_in(review.service.team.time_zone, now)
    recorded = decisions.standing(going, now, today)
    return next((one for one in recorded if one.allows and one.decision.verdict in LOCKING), None)


def under_go(release: str) -> Exists:
    """Whether the newest production decision on a release is a go, for lists and counts; `release` is the path to it.

    It leaves out what only the passing of time decides, so that a count that is kept stays right.
    """
    going = LaunchDecision.objects.for_production().filter(release=OuterRef(release), verdict__in=LOCKING)
    newer = LaunchDecision.objects.filter(
        release=OuterRef("release"), environment=OuterRef("environment"), sequence__gt=OuterRef("sequence")
    )
    return Exists(going.filter(~Exists(newer), ~decisions.withdrawn(), ~decisions.rolled_back()))
