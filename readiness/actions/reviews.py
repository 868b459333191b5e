"""Starting, closing and abandoning reviews, and words on an item."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from portal import audit, clock, notifications, permissions
from portal.audit import Entry
from portal.errors import DomainError
from portal.models.base import next_number
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, applicability, carrying, ending, service_states, status, whereabouts
from readiness.catalogue import loader, schema, tailoring
from readiness.choices import ItemState, ReviewState, ServiceState, TemplateKey
from readiness.models import Comment, ItemAnswer, Release, Review, Service, TemplateVersion
from readiness.queries import locks, seal_ages
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering, closing


def start(access: Access, *, service: Service, kind: str, release: Release | None = None) -> Review:
    """Starts a review on the newest published version of its template; a deployment review needs a release.

    It starts from the last decided one: what still holds keeps its answer and its sign-off (rules.carrying).
    Raises DomainError when one is open already, when the release is missing or cancelled, or when nothing is published.
    """
    with transaction.atomic():
        permissions.require(access, Capability.REVIEW_START, service.scope)
        _refuse_impossible(service, kind, release)
        version = newest_version(kind)
        review = _create(access, service, kind, release, version)
        items = list(_answers(review, version.checklist, service))
        carried = carrying.prepare(review, items)
        ItemAnswer.objects.bulk_create(items)
        if service.state == ServiceState.DRAFT:
            service_states.set_state(access, service, ServiceState.IN_REVIEW)
        status.hold(service)
        facts: dict[str, audit.Fact] = {
            "service": service.slug,
            "review": review.number,
            "kind": kind,
            "release": release.label if release else None,
            "template": f"{kind} {version.number}",
            "digest": version.digest,
        }
        carrying.keep(access, review, carried, Entry(verbs.REVIEW_STARTED, review, service.scope, facts))
        applicability.recount_begun(review)
        status.refresh(service)
    return review


def close(access: Access, *, review: Review) -> None:
    """Closes a pre-launch review or an assessment. Raises DomainError while `rules.closing` refuses."""
    with transaction.atomic():
        service = review.service
        permissions.require(access, Capability.REVIEW_START, service.scope)
        review = answer_locks.hold_review(review)
        frame = ReviewFrame(review)
        items = [
            closing.ClosingItem(answer.critical, answer.state, answer.is_signed and not seal_ages.aged(answer, frame))
            for answer in review.answers.filter(applies=True).select_related("signoff")
        ]
        if refusal := closing.refusal(review.kind, items, service.tier, service.unconfirmed_tier):
            raise DomainError(refusal)
        _move(review, ReviewState.CLOSED)
        status.refresh(service)
        facts = {**_whereabouts(review), "release": None}
        audit.record(access, verbs.REVIEW_CLOSED, review, scope=service.scope, facts=facts)


def abandon(access: Access, *, review: Review, reason: str) -> None:
    """Gives up an open review, with a reason; its answers and sign-offs stay readable."""
    if errors := answering.reason_refusals(reason.strip(), "Say why it is abandoned."):
        raise DomainError.of(errors)
    with transaction.atomic():
        service = review.service
        permissions.require(access, Capability.REVIEW_START, service.scope)
        review = answer_locks.hold_review(review)
        if locks.standing_go(review):
            raise DomainError("A go stands on this review. Cancel the release, or decide anew.")
        _move(review, ReviewState.ABANDONED)
        status.refresh(service)
        reason_there = f"Review {review.number}, which it rested on, was abandoned"
        ending.source_ended(access, review.answers.all(), reason_there)
        facts = _whereabouts(review)
        texts = {"reason": reason.strip()}
        audit.record(access, verbs.REVIEW_ABANDONED, review, scope=service.scope, facts=facts, texts=texts)


def comment(access: Access, *, answer: ItemAnswer, text: str) -> Comment:
    """Says a word on an item: no part of what is signed. The item's people are told."""
    text = text.strip()
    if not text:
        raise DomainError.of({"text": ["Write something first."]})
    if errors := answering.text_refusals(text, answering.LONGEST_COMMENT):
        raise DomainError.of(errors)
    with transaction.atomic():
        scope = answer.review.service.scope
        permissions.require(access, Capability.COMMENT_WRITE, scope)
        said = Comment.objects.create(answer=answer, author=access.person, at=clock.now(), text=text)
        audit.record(
            access, verbs.COMMENT_WRITTEN, answer, scope=scope, facts=whereabouts.of(answer), texts={"text": text}
        )
        others = {answer.assignee, answer.rating_by, answer.text_by} - {None, access.person}
        notifications.notify(
            [person for person in others if person],
            kind="comment",
            key=f"comment-{said.public_id}",
            subject=f"{access.person.name} commented on {whereabouts.in_words(answer)}",
            url=answer.get_absolute_url(),
            scope=scope,
        )
    return said


def _whereabouts(review: Review) -> dict[str, audit.Fact]:
    return {"service": review.service.slug, "review": review.number, "kind": review.kind}


def newest_version(kind: str) -> TemplateVersion:
    """The version of a template that new reviews start on."""
    version = TemplateVersion.objects.filter(template__key=kind).order_by("-published_at", "-pk").first()
    if version is None:
        raise DomainError("No version of this checklist is published. Run `manage.py load_catalogue`.")
    return version


def _refuse_impossible(service: Service, kind: str, release: Release | None) -> None:
    if service.state == ServiceState.RETIRED:
        raise DomainError("A retired service is not reviewed.")
    if kind == TemplateKey.DEPLOYMENT and release is None:
        raise DomainError.of({"release": ["Choose the release."]})
    if release is not None and (release.service_id != service.pk or release.cancelled_at):
        raise DomainError.of({"release": ["This release is cancelled."]})


def _create(access: Access, service: Service, kind: str, release: Release | None, version: TemplateVersion) -> Review:
    try:
        with transaction.atomic():
            return Review.objects.create(
                service=service,
                number=next_number(service.reviews.all()),
                kind=kind,
                template_version=version,
                release=release if kind == TemplateKey.DEPLOYMENT else None,
                started_by=access.person,
                started_at=clock.now(),
            )
    except IntegrityError as clash:
        raise DomainError("There is one already. Open it instead of starting another.") from clash


def _answers(review: Review, checklist: schema.Template, service: Service) -> Iterable[ItemAnswer]:
    domain_rules = loader.domain_rules()
    for position, item in enumerate(checklist.items):
        found = tailoring.tailored(item, service.traits, domain_rules)
        yield ItemAnswer(
            review=review,
            item_key=item.key,
            position=position,
            critical=item.critical,
            stage=item.stage,
            pillar=item.pillar,
            domain_key=found.domain or "",
            applies=found.applies,
            left_out_reason="" if found.applies else found.applicability.reason,
            state=ItemState.UNANSWERED if found.applies else ItemState.NOT_APPLICABLE,
        )


def _move(review: Review, state: str) -> None:
    moved = Review.objects.filter(pk=review.pk, state=ReviewState.OPEN).update(state=state, closed_at=clock.now())
    if not moved:
        raise DomainError("This review is not open any more.")
    review.state = state
