"""Evidence that somebody may see, and what a new piece most likely shows: proposed, for the person to change."""

import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from portal import clock
from portal.permissions import Access
from readiness.extension_points import EvidenceDocument, evidence_kinds
from readiness.models import Environment, Evidence, ModelVersion, Release, Review, Service
from readiness.queries import releases_at_hand

T = TypeVar("T")

ENOUGH_TO_KNOW = 2
"""How many of a kind are read: where there is a second one, which is meant is not known."""


def environments(review: Review) -> list[Any]:
    """Where the service runs, each with when a piece of this review was `last_seen` there: one statement."""
    seen = Evidence.objects.filter(answer__review=review, environment=OuterRef("pk"), drill__isnull=True)
    last = Subquery(seen.order_by("-added_at").values("added_at")[:1])
    return list(review.service.environments.annotate(last_seen=last))


def proposed(review: Review, places: Sequence[Any]) -> dict[str, Any]:
    """Environment, release, model version and day, each as far as it is known (product.md, Evidence): two statements.

    `places` are its `environments`. The day is today where the team is. What is not known is None.
    """
    release = review.release or _live(review.service)
    return {
        "release": release,
        "environment": _likeliest(places),
        "model_version": _model_version(review.service, release),
        "observed_on": clock.today_in(review.service.team.time_zone),
    }


def listed(access: Access) -> QuerySet[Evidence]:
    """Every piece on the answers this person may see, those that were withdrawn among them: one statement."""
    related = (
        "answer__review__service",
        "attachment",
        "drill",
        "release",
        "model_version",
        "environment",
        "added_by",
        "withdrawn_by",
    )
    return Evidence.objects.visible_to(access).select_related(*related)


def documents(service: Service) -> list[tuple[str, EvidenceDocument]]:
    """The documents of a service that may prove an item, with their kind; a statement a kind."""
    return [(kind, found) for kind, list_them in evidence_kinds.items() for found in list_them(service)]


def document(service: Service, kind: str, public_id: uuid.UUID) -> EvidenceDocument | None:
    """One of them; None where the service has no such document."""
    listed = evidence_kinds[kind](service) if kind in evidence_kinds else ()
    return next((found for found in listed if found.public_id == public_id), None)


def _live(service: Service) -> Release | None:
    """The release that is live, else the one being prepared for longest."""
    at_hand = releases_at_hand.of(service)
    return at_hand[-1] if at_hand else None


def _likeliest(places: Sequence[Any]) -> Environment | None:
    """The one that the last piece of this review was seen in, else the only one there is."""
    seen = [one for one in places if one.last_seen]
    return max(seen, key=lambda one: one.last_seen) if seen else _only(places)


def _model_version(service: Service, release: Release | None) -> ModelVersion | None:
    """The one that the release carries; without a release, the only one of the service."""
    versions = ModelVersion.objects.filter(model__service=service)
    if release is not None:
        versions = versions.filter(releases=release)
    return _only(list(versions.select_related("model")[:ENOUGH_TO_KNOW]))


def _only(found: Sequence[T]) -> T | None:
    return found[0] if len(found) == 1 else None
