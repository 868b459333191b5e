"""Rules of `rules.scoring` as filters, for statements over many answers."""

from django.db.models import Q

from readiness.rules import scoring


def counts(critical: str = "critical", tier: str = "review__service__tier") -> Q:
    """Items that are not optional at their service's tier: `rules.scoring.counts`.

    `critical` and `tier` are the paths that lead there from the row; from an answer they need not be said.
    """
    return Q(**{critical: True}) | Q(**{f"{tier}__lt": scoring.OPTIONAL_FROM_TIER})
