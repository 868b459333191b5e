"""Which reviews a pack shows, and each of them as it stood."""

import dataclasses
import json
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from portal import revisions
from portal.models import AuditText, User
from readiness.choices import GO, EnvironmentKind, ReviewState
from readiness.models import AnswerRevision, Deployment, LaunchDecision, Review, Service, TargetRevision
from readiness.models.services import ServiceRevision
from readiness.queries import abandoned, status
from readiness.queries.packs import items, releases, review_rows
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.releases import FrameThen
from readiness.queries.packs.signatures import Meanings
from readiness.rules import pack_reviews


def of_service(service: Service, at: Moment, meanings: Meanings) -> tuple[pack_reviews.Review, ...]:
    """The reviews that ran in the period, and those that count at its end though they were over before; newest first.

    `service` carries its traits as they stood (`as_it_stood`).
    """
    current = {review.pk for found in status.current_reviews(service.pk, by=at.at) for review in found}
    found = (
        Review.objects.filter(_ran(at) | Q(pk__in=current), service=service, started_at__lte=at.at)
        .annotate(
            verdict=Subquery(_decisions_on("pk", at).values("verdict")[:1]),
            go=Subquery(_decisions_on("pk", at).values("number")[:1]),
            fixed_targets=_fixed_targets(at),
            live_since=Subquery(_went_live(at).order_by("deployed_at").values("deployed_at")[:1]),
        )
        .select_related("template_version__template", "release", "started_by")
        .order_by("-started_at", "-pk")
    )
    reasons = abandoned.of_service(service, at.number)
    return tuple(
        dataclasses.replace(
            _review(review, service, at, meanings, is_current=review.pk in current),
            abandoned=_abandoned(reasons.get(str(review.public_id))),
        )
        for review in found
    )


def _abandoned(said: AuditText | None) -> str:
    """By whom and why a review was given up, without a full stop; what was erased from the record is not said."""
    if said is None:
        return ""
    by = f"by {said.event.actor.name}" if said.event.actor else "by the portal"
    return f"{by}: {said.value.rstrip('.')}" if said.value else by


def _ran(at: Moment) -> Q:
    """Reviews that were not over before the period: neither closed nor, once decided, left alone since."""
    ended = Q(closed_at__lt=at.starts)
    decided = Exists(_decisions_on("pk", at).filter(verdict__in=GO))
    touched = AnswerRevision.objects.filter(
        subject__review=OuterRef("pk"), event__at__gte=at.starts, event_id__lte=at.number
    )
    lately = Exists(_decisions_on("pk", at).filter(decided_at__gte=at.starts))
    return ~ended & (~Q(decided) | Q(Exists(touched)) | Q(lately))


def _decisions_on(review: str, at: Moment) -> QuerySet[LaunchDecision]:
    """The decisions for production on a review by the moment, newest first."""
    production = EnvironmentKind.PRODUCTION
    found = LaunchDecision.objects.filter(review=OuterRef(review), environment__kind=production)
    return found.filter(event_id__lte=at.number).order_by("-number")


def _went_live(at: Moment) -> QuerySet[Deployment]:
    """How a review's release reached production by the moment: that opens the items after the go."""
    return Deployment.objects.filter(
        release=OuterRef("release"), environment__kind=EnvironmentKind.PRODUCTION, deployed_at__lte=at.at
    )


def _fixed_targets(at: Moment) -> Subquery:
    """The targets' revision that the newest go by then saw for the review's release, as `baseline_of` reads it."""
    goes = LaunchDecision.objects.filter(
        release=OuterRef(OuterRef("release")), verdict__in=GO, event_id__lte=at.number
    ).order_by("-number")
    seen = TargetRevision.objects.filter(
        subject__service=OuterRef("service"), event_id__lte=Subquery(goes.values("event_id")[:1])
    )
    return Subquery(seen.order_by("-number").values("content")[:1])


def as_it_stood(service: Service, at: Moment) -> Service:
    """The service with the facts, traits and targets of its revisions at the moment; never saved."""
    revision = revisions.as_of(ServiceRevision.objects.filter(subject=service), at.number).first()
    for name, value in (json.loads(revision.content) if revision else {}).items():
        if name == "owner":
            service.owner = User.objects.get(public_id=value)
        elif name not in ("team", "restricted"):
            setattr(service, name, value)
    targets = revisions.as_of(TargetRevision.objects.filter(subject__service=service), at.number).first()
    kept = json.loads(targets.content) if targets else {}
    target = service.target
    for field in target._meta.concrete_fields:
        if field.name in kept:
            setattr(target, field.name, field.to_python(kept[field.name]))
    return service


def _review(review: Any, service: Service, at: Moment, meanings: Meanings, *, is_current: bool) -> pack_reviews.Review:
    review.service = service
    frame = FrameThen(review, day=at.day_in(service.team.time_zone), at=at)
    rows = review_rows.of_review(review, at)
    answers = {answer.item_key: answer for answer in review.answers.all()}
    sections = [
        pack_reviews.ReviewSection(
            section.title,
            tuple(
                items.item(answers[row.key], row, frame, rows, meanings, live=review.live_since is not None)
                for row in section.items
            ),
        )
        for section in review.template_version.checklist.sections
    ]
    closed = review.closed_at if review.closed_at and review.closed_at <= at.at else None
    return pack_reviews.Review(
        title=review.get_kind_display(),
        template=f"{review.template_version.template.title} {review.template_version.number}",
        state=_state(review, at),
        started_by=review.started_by.name,
        started_at=review.started_at,
        sections=tuple(sections),
        release=review.release.label if review.release else "",
        model=", ".join(map(str, releases.carried([review.release], at)[review.release.pk])) if review.release else "",
        closed_at=closed,
        is_current=is_current,
        live_since=review.live_since,
        number=review.number,
    )


def _state(review: Any, at: Moment) -> str:
    """How it stood: what was closed or abandoned since was open; a go for production locks what comes before it."""
    if review.closed_at and review.closed_at <= at.at:
        return str(review.get_state_display())
    return f"Decided by D-{review.go}" if review.go and review.verdict in GO else ReviewState.OPEN.label
