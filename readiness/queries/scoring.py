"""Rules of `rules.scoring` and `rules.after_items` as filters, for statements over many answers."""

from django.db.models import Case, Exists, Q, Subquery, When

from readiness.choices import Stage
from readiness.models import Deployment
from readiness.rules import scoring


def counts(critical: str = "critical", tier: str = "review__service__tier") -> Q:
    """Items that are not optional at their service's tier: `rules.scoring.counts`.

    `critical` and `tier` are the paths that lead there from the row; from an answer they need not be said.
    """
    return Q(**{critical: True}) | Q(**{f"{tier}__lt": scoring.OPTIONAL_FROM_TIER})


def has_opened(live: Exists | Q | None = None, *, stage: str = "stage") -> Q:
    """Items that are asked for yet: `rules.after_items.has_opened`.

    `live` says whether the release is, `stage` is the path that leads there; from an answer neither need be said.
    """
    return Q(**{stage: Stage.BEFORE}) | Q(is_live() if live is None else live)


def is_live() -> Exists:
    """Whether the release of an answer's review has been in production."""
    return Exists(Deployment.objects.to_production_of("review__release"))


def owed_since() -> Case:
    """When an item after the go became owed: as its release first reached production. Null for every other answer."""
    live = Deployment.objects.to_production_of("review__release").order_by("deployed_at")
    return Case(When(stage=Stage.AFTER, then=Subquery(live.values("deployed_at")[:1])), default=None)
