"""What a new review starts from: the last decided one, its answers with all their rows, and the models at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from portal import clock
from readiness.choices import ReviewState, Stage, TemplateKey
from readiness.models import ModelVersion, Review, Service
from readiness.queries import answer_parts, releases_at_hand, status
from readiness.queries import answers as answer_queries
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame
from readiness.rules.carrying import AnswerThen, CarriedModel


@dataclass(frozen=True)
class Earlier:
    """The review that another starts from: its answers with their rows by item, and the model versions of both.

    `standing` are the keys of the reviews that answers may still rest on.
    """

    review: Review
    parts: Mapping[str, AnswerParts]
    models_then: Sequence[CarriedModel]
    models_now: Sequence[CarriedModel]
    standing: frozenset[int]


def source_of(service: Service, kind: str) -> Review | None:
    """What the next review of this kind starts from; None where nothing was decided or closed yet. One statement.

    A deployment review starts from the one decided last, whatever the verdict; the others from the one closed last.
    """
    reviews = service.reviews.select_related("release", "template_version").defer("template_version__content")
    if kind != TemplateKey.DEPLOYMENT:
        return reviews.last_closed(kind).first()
    decided = reviews.filter(kind=kind, decisions__isnull=False).exclude(state=ReviewState.ABANDONED)
    return decided.alias(last=Max("decisions__number")).order_by("-last").first()


def earlier(source: Review, review: Review) -> Earlier:
    """All that is needed to carry answers over; whoever carries them has locked them.

    Items after the go are left out: what was seen of one deployment says nothing of the next.
    """
    rows = source.answers.filter(applies=True, stage=Stage.BEFORE).select_related(
        "signoff", "carried", "rating_by", "text_by"
    )
    found = answer_parts.of(list(rows.order_by("pk")))
    for parts in found.values():
        parts.answer.review = source
    current = [pk for one in status.current_reviews(review.service_id) for pk in one.values_list("pk", flat=True)]
    return Earlier(
        review=source,
        parts={parts.answer.item_key: parts for parts in found.values()},
        models_then=models_of(source),
        models_now=models_of(review),
        standing=frozenset(current),
    )


def models_of(review: Review) -> list[CarriedModel]:
    """The model versions that a review holds for: those of its release, or of the releases at hand until it closed."""
    release = review.release_id
    at_hand = [release] if release else releases_at_hand.of(review.service, review.closed_at)
    return models(ModelVersion.objects.filter(releases__in=at_hand))


def models(versions: QuerySet[ModelVersion]) -> list[CarriedModel]:
    """Model versions as the rules take them, the newest of a model last."""
    rows = versions.distinct().order_by("pk").values_list("pk", "model__name", "version")
    return [CarriedModel(pk, model, version) for pk, model, version in rows]


def is_said(parts: AnswerParts) -> bool:
    """Whether anything was said on an item at all."""
    head = parts.answer
    values = any(value.value for value in parts.values.values())
    return bool(head.rating or head.text or parts.ticks or values or parts.evidence or parts.references)


def then(found: AnswerParts, earlier: Earlier, copy: AnswerParts, frame: ReviewFrame) -> AnswerThen:
    """An answer of the earlier review as the rules take it; `copy` is what it would be in the next one."""
    source, item = found.answer, frame.items[found.answer.item_key]
    facts, outcome = answer_queries.facts(copy, frame), answer_queries.outcome(copy, frame)
    zone = frame.service.team.time_zone
    signed = source.signoff if source.is_signed_for(source.content_digest) else None
    return AnswerThen(
        depends=item.depends,
        max_age_days=item.max_age_days,
        same_words=earlier.review.template_version.asked.get(source.item_key)
        == frame.review.template_version.asked[source.item_key],
        signed_on=clock.today_in(zone, signed.signed_at) if signed else None,
        answered_on=clock.today_in(zone, source.rating_at) if source.rating_at else None,
        models_then=earlier.models_then,
        models_now=earlier.models_now,
        state_now=outcome.state,
        evidence_ended=facts.outdated > 0 and not facts.counting,
        obstacles=outcome.obstacles,
    )
