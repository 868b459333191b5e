"""Reviews as they stood: content from revisions, who and when from the events, seals from their own rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portal import revisions
from portal.models import AuditEvent
from readiness.catalogue import loader, schema
from readiness.choices import AssignmentRole, EvidenceKind, ItemState, PointState
from readiness.models import (
    AnswerRevision,
    Assignment,
    Comment,
    Evidence,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Review,
    Service,
    SignOff,
    SignOffReturn,
    TargetRevision,
    Waiver,
)
from readiness.models.services import ServiceRevision
from readiness.queries import answers as answer_queries
from readiness.queries.answers import AnswerParts, ReviewFrame
from readiness.queries.packs.moments import Moment
from readiness.queries.packs.signatures import Meanings, person, signature
from readiness.rules import evidence as evidence_rules
from readiness.rules import pack_reviews, pack_signatures, tailoring
from readiness.rules.comparisons import Outcome
from readiness.rules.tailoring import TailoredItem


@dataclass(frozen=True)
class _Rows:
    """Everything of one review that was on record by the moment, by answer."""

    contents: Mapping[int, dict[str, Any]]
    said: Mapping[tuple[str, str], AuditEvent]
    evidence: Mapping[int, list[Evidence]]
    withdrawn: Mapping[str, AuditEvent]
    owners: Mapping[str, str]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[SignOff]]
    returns: Mapping[int, list[SignOffReturn]]
    waivers: Mapping[int, list[Waiver]]


def of_service(service: Service, at: Moment, meanings: Meanings) -> tuple[pack_reviews.Review, ...]:
    """The reviews that ran in the period, newest first. `service` carries its traits as they stood (`as_it_stood`)."""
    ran = Review.objects.filter(service=service, started_at__lt=at.ends, started_at__lte=at.at)
    ran = ran.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=at.starts))
    found = ran.select_related("template_version__template", "release", "started_by").order_by("-started_at", "-pk")
    return tuple(_review(review, service, at, meanings) for review in found)


def as_it_stood(service: Service, at: Moment) -> Service:
    """The service with the facts, traits and targets of its revisions at the moment; never saved."""
    revision = revisions.as_of(ServiceRevision.objects.filter(subject=service), at.number).first()
    for name, value in (json.loads(revision.content) if revision else {}).items():
        if name not in ("team", "restricted", "owner"):
            setattr(service, name, value)
    targets = revisions.as_of(TargetRevision.objects.filter(subject__service=service), at.number).first()
    kept = json.loads(targets.content) if targets else {}
    target = service.target
    for field in target._meta.get_fields():
        if field.name in kept:
            setattr(target, field.name, field.to_python(kept[field.name]))  # type: ignore[union-attr]
    return service


def _review(review: Review, service: Service, at: Moment, meanings: Meanings) -> pack_reviews.Review:
    review.service = service
    frame = ReviewFrame(review, day=at.day)
    rows = _rows(review, at)
    answers = {answer.item_key: answer for answer in review.answers.select_related("assignee")}
    rules = loader.domain_rules()
    sections = []
    for section in review.template_version.checklist.sections:
        items = []
        for row in section.items:
            item = tailoring.tailored(row, service.traits, rules)
            items.append(_item(answers[row.key], row, item, frame, rows, meanings))
        sections.append(pack_reviews.ReviewSection(section.title, tuple(items)))
    closed = review.closed_at if review.closed_at and review.closed_at <= at.at else None
    return pack_reviews.Review(
        title=review.get_kind_display(),
        template=f"{review.template_version.template.title} {review.template_version.number}",
        state=review.get_state_display() if closed or review.is_open else "Open",
        started_by=review.started_by.name,
        started_at=review.started_at,
        sections=tuple(sections),
        release=review.release.label if review.release else "",
        model=", ".join(map(str, review.release.model_versions.all())) if review.release else "",
        closed_at=closed,
    )


def _rows(review: Review, at: Moment) -> _Rows:
    answers = list(review.answers.values_list("pk", "public_id"))
    names = [str(public_id) for _, public_id in answers]
    stood = revisions.as_of(AnswerRevision.objects.filter(subject__review=review), at.number)
    events = AuditEvent.objects.filter(target_kind="itemanswer", target_id__in=names, number__lte=at.number)
    said, withdrawn = _by_fact(events.select_related("actor").order_by("number"))
    evidence = Evidence.objects.filter(answer__review=review, added_at__lte=at.at).select_related(
        "added_by", "attachment", "environment", "model_version__model", "release", "drill__environment"
    )
    signed = SignOff.objects.filter(answer__review=review, event_id__lte=at.number)
    returned = SignOffReturn.objects.filter(answer__review=review, event_id__lte=at.number)
    return _Rows(
        contents={revision.subject_id: json.loads(revision.content) for revision in stood},
        said=said,
        evidence=_grouped(evidence),
        withdrawn=withdrawn,
        owners=_owners(review.service, at),
        comments=_grouped(
            Comment.objects.filter(answer__review=review, at__lte=at.at).select_related("author").order_by("at", "pk")
        ),
        seals=_grouped(signed.select_related("answer", "person", "void__voided_by").order_by("signed_at", "pk")),
        returns=_grouped(returned.select_related("returned_by").order_by("returned_at", "pk")),
        waivers=_grouped(Waiver.objects.filter(answer__review=review, state="approved", settled_at__lte=at.at)),
    )


def _owners(service: Service, at: Moment) -> Mapping[str, str]:
    """Who was accountable for which domain at the moment, by the domain's key."""
    held = Assignment.objects.filter(service=service, role=AssignmentRole.ACCOUNTABLE, event_id__lte=at.number)
    stood = held.filter(Q(ended_event__isnull=True) | Q(ended_event_id__gt=at.number))
    return {one.domain.key: one.person.name for one in stood.select_related("domain", "person")}


def _owner(answer: ItemAnswer, item: TailoredItem, service: Service, rows: _Rows) -> str:
    if answer.assignee:
        return answer.assignee.name
    return rows.owners.get(item.domain or "", service.owner.name)


def _by_fact(
    events: Iterable[AuditEvent],
) -> tuple[dict[tuple[str, str], AuditEvent], dict[str, AuditEvent]]:
    """The newest event of each thing said: of (answer, “rating”), (answer, “point 3”); and of each withdrawal."""
    said: dict[tuple[str, str], AuditEvent] = {}
    withdrawn: dict[str, AuditEvent] = {}
    for event in events:
        facts = json.loads(event.body)["facts"]
        match event.verb:
            case "point.marked":
                said[event.target_id, f"point {facts['point']}"] = event
            case "item.rated":
                said[event.target_id, "rating"] = event
            case "evidence.withdrawn":
                withdrawn[facts["evidence"]] = event
    return said, withdrawn


def _grouped(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.answer_id].append(row)
    return grouped


def _item(
    answer: ItemAnswer,
    row: schema.Item,
    item: TailoredItem,
    frame: ReviewFrame,
    rows: _Rows,
    meanings: Meanings,
) -> pack_reviews.Item:
    content = rows.contents.get(answer.pk, {})
    answer.review, answer.applies = frame.review, item.applies
    answer.rating, answer.text = content.get("rating", ""), content.get("text", "")
    parts = _parts(answer, content, rows)
    rated = rows.said.get((str(answer.public_id), "rating"))
    seals = rows.seals.get(answer.pk, ())
    return pack_reviews.Item(
        key=answer.item_key,
        title=item.title,
        state=ItemState(answer_queries.outcome(parts, frame).state),
        critical=answer.critical,
        after_go=answer.stage == schema.Stage.AFTER,
        owner=_owner(answer, item, frame.service, rows),
        text=answer.text,
        reason="" if item.applies else item.applicability.reason,
        rated_by=rated.actor.name if rated and rated.actor else "",
        rated_at=rated.at if rated else None,
        points=tuple(_points(answer, item, content, rows)),
        measures=tuple(_measures(parts, frame)),
        evidence=tuple(_evidence(piece, row, frame, rows) for piece in _in_order(rows.evidence.get(answer.pk, ()))),
        comments=tuple(
            pack_reviews.Comment(said.author.name, said.at, said.text) for said in rows.comments.get(answer.pk, ())
        ),
        signoffs=tuple(_seal(seal, seals, meanings) for seal in seals),
        returns=tuple(
            pack_signatures.Return(
                answer.item_key, person(entry.returned_by, "approver"), entry.returned_at, entry.reason
            )
            for entry in rows.returns.get(answer.pk, ())
        ),
    )


def _parts(answer: ItemAnswer, content: Mapping[str, Any], rows: _Rows) -> AnswerParts:
    """The answer's rows made anew from its revision, for the rules that decide its state."""
    ticks = {
        point["number"]: PointTick(number=point["number"], state=point["state"], reason=point["reason"])
        for point in content.get("points", ())
    }
    standing = content.get("evidence", {})
    return AnswerParts(
        answer=answer,
        ticks=ticks,
        values={name: MeasuredValue(name=name, value=value) for name, value in content.get("values", {}).items()},
        evidence=[piece for piece in rows.evidence.get(answer.pk, ()) if str(piece.public_id) in standing],
        waivers=rows.waivers.get(answer.pk, []),
    )


def _points(
    answer: ItemAnswer, item: TailoredItem, content: Mapping[str, Any], rows: _Rows
) -> Iterable[pack_reviews.Point]:
    states = {point["number"]: point for point in content.get("points", ())}
    for point in item.applicable_points:
        said = states.get(point.number)
        event = rows.said.get((str(answer.public_id), f"point {point.number}"))
        yield pack_reviews.Point(
            text=point.text,
            state=PointState(said["state"]) if said else PointState.OPEN,
            by=event.actor.name if event and event.actor and said else "",
            at=event.at if event and said else None,
            reason=said["reason"] if said else "",
        )


def _measures(parts: AnswerParts, frame: ReviewFrame) -> Iterable[pack_reviews.Measure]:
    result = answer_queries.measured(parts, frame)
    for compared in result.comparisons if result else ():
        met = {Outcome.MET: True, Outcome.NOT_MET: False}.get(compared.outcome)
        value = "not entered" if compared.value is None else format(compared.value, "f")
        yield pack_reviews.Measure(compared.label, value, target="", met=met, sentence=compared.sentence)


def _in_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda piece: (piece.added_at, piece.pk))


def _evidence(piece: Evidence, row: schema.Item, frame: ReviewFrame, rows: _Rows) -> pack_reviews.Evidence:
    taken_back = rows.withdrawn.get(str(piece.public_id))
    redacted = piece.attachment.redacted_at if piece.attachment else None
    outdated = "" if taken_back else answer_queries.outdated(piece, row, frame)
    return pack_reviews.Evidence(
        reference=f"E-{piece.pk}",
        item_key=row.key,
        kind=EvidenceKind(piece.kind),
        name=piece.attachment.name if piece.attachment else piece.title,
        digest=piece.digest,
        by=piece.added_by.name,
        at=piece.added_at,
        observed_on=piece.observed_on,
        environment=piece.environment.name if piece.environment else "",
        version=str(piece.model_version) if piece.model_version else (piece.release.label if piece.release else ""),
        size=piece.attachment.size if piece.attachment else None,
        link=piece.url,
        outdated=outdated.removeprefix(f"{evidence_rules.UNCOUNTED}: ").capitalize(),
        withdrawn=_withdrawal(piece, taken_back),
        redacted="The file was redacted; its name and digest stay." if redacted else "",
    )


def _withdrawal(piece: Evidence, event: AuditEvent | None) -> str:
    if event is None:
        return ""
    return f"Withdrawn by {event.actor.name if event.actor else 'the portal'}: {piece.withdrawn_reason}"


def _seal(seal: SignOff, all_seals: Sequence[SignOff], meanings: Meanings) -> pack_signatures.SignOff:
    ended = getattr(seal, "void", None)
    later = next((one for one in all_seals if one.round > seal.round), None)
    return pack_signatures.SignOff(
        reference=f"S-{seal.pk}",
        item_key=seal.answer.item_key,
        signature=signature(
            person(seal.person, "approver"),
            seal.signed_at,
            meanings.of("sign-off", seal.meaning_version, seal.meaning),
            seal,
            seal.content_digest,
            seal.template_digest,
        ),
        note=seal.note,
        void=pack_signatures.Void(
            at=ended.voided_at,
            by=ended.voided_by.name if ended.voided_by else "the portal",
            reason=ended.reason,
            replaced_by=f"S-{later.pk}" if later else "",
        )
        if ended
        else None,
    )
