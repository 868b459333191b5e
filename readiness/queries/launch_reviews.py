"""The reviews that a go reads: which are there, and which are missing."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from readiness.choices import ReviewState, TemplateKey
from readiness.models import Review, ServiceRevision
from readiness.queries.launch_subjects import Subject
from readiness.rules import launch_requirements
from readiness.rules.launch_requirements import Missing


def required(subject: Subject, now: datetime.datetime) -> tuple[tuple[int, ...], tuple[Missing, ...]]:
    """The reviews a go for this environment reads: the numbers of those that are there, and those that are not.

    One statement.
    """
    counting: dict[str, launch_requirements.ReviewFacts] = {}
    running: dict[str, int] = {}
    for review in _reviews(subject):
        if review["state"] == ReviewState.OPEN and review["kind"] != TemplateKey.DEPLOYMENT:
            running.setdefault(review["kind"], review["number"])
        else:
            counting.setdefault(review["kind"], _review_facts(review, subject))
    facts = launch_requirements.ReleaseFacts(
        subject.environment.kind, subject.service.sourcing, subject.release.new_feature
    )
    asked = (requirement.kind for requirement in launch_requirements.REQUIREMENTS[subject.environment.kind])
    reads = tuple(counting[kind].number for kind in asked if kind in counting)
    return reads, launch_requirements.missing(facts, counting, subject.today(now), running)


def _reviews(subject: Subject) -> Iterable[Mapping[str, Any]]:
    then = ServiceRevision.objects.filter(subject=OuterRef("service"), event__at__lte=OuterRef("closed_at"))
    return (
        Review.objects.filter(service=subject.service)
        .filter(Q(release=subject.release) | Q(release__isnull=True))
        .exclude(state=ReviewState.ABANDONED)
        .annotate(content_then=Subquery(then.order_by("-number").values("content")[:1]))
        .order_by("-closed_at", "-pk")
        .values("kind", "number", "state", "closed_at", "content_then")
    )


def _review_facts(review: Mapping[str, Any], subject: Subject) -> launch_requirements.ReviewFacts:
    closed = review["closed_at"]
    content = json.loads(review["content_then"]) if review["content_then"] else {}
    return launch_requirements.ReviewFacts(
        number=review["number"],
        state=review["state"],
        closed_on=subject.today(closed) if closed else None,
        sourcing=content.get("sourcing", ""),
        after_the_plan=bool(closed and closed >= subject.release.planned_at),
    )
