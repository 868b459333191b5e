"""The items of a review as they stood: their state by the portal's own rules, with everything that decided it."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.models import AuditEvent
from readiness.catalogue import loader, schema, tailoring
from readiness.catalogue.tailoring import TailoredItem
from readiness.choices import EvidenceKind, ItemState, PointState, Stage
from readiness.models import AnswerReference, Evidence, ItemAnswer, MeasuredValue, PointTick, Service
from readiness.queries import answers as answer_queries
from readiness.queries import counting_evidence, measured_items
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.packs.releases import FrameThen
from readiness.queries.packs.review_rows import Rows
from readiness.queries.packs.signatures import Meanings, person, signature
from readiness.queries.seals import Seal
from readiness.rules import after_items, pack_reviews, pack_signatures, scoring
from readiness.rules import evidence as evidence_rules
from readiness.rules.comparisons import Outcome


def item(
    answer: ItemAnswer, row: schema.Item, frame: FrameThen, rows: Rows, meanings: Meanings, *, live: bool
) -> pack_reviews.Item:
    """One item of a review as it stood. `live`: its release had been in production, which opens what comes after."""
    item = tailoring.tailored(row, frame.service.traits, loader.domain_rules())
    content = rows.contents.get(answer.pk, {})
    answer.review, answer.applies = frame.review, item.applies
    answer.rating, answer.text = content.get("rating", ""), content.get("text", "")
    parts = _parts(answer, content, rows)
    rated, written = (rows.said.get((str(answer.public_id), what)) for what in ("rating", "text"))
    seals = rows.seals.get(answer.pk, ())
    return pack_reviews.Item(
        key=answer.item_key,
        title=item.title,
        state=ItemState(answer_queries.outcome(parts, frame).state),
        critical=answer.critical,
        after_go=answer.stage == Stage.AFTER,
        owner=_owner(answer, item, frame.service, rows),
        text=answer.text,
        reason="" if item.applies else item.applicability.reason,
        rated_by=rated.actor.name if rated and rated.actor else "",
        rated_at=rated.at if rated else None,
        written_by=written.actor.name if written and written.actor and answer.text else "",
        written_at=written.at if written and answer.text else None,
        pillar=answer.pillar,
        counts=after_items.has_opened(answer.stage, live=live) and scoring.counts(answer.critical, frame.service.tier),
        points=tuple(_points(answer, item, content, rows)),
        measures=tuple(_measures(parts, frame)),
        evidence=tuple(_evidence(piece, row, frame, rows) for piece in _in_order(rows.evidence.get(answer.pk, ()))),
        comments=tuple(
            pack_reviews.Comment(said.author.name, said.at, said.text) for said in rows.comments.get(answer.pk, ())
        ),
        signoffs=tuple(_seal(answer.item_key, seal, seals, meanings) for seal in seals),
        returns=tuple(
            pack_signatures.Return(
                answer.item_key, person(entry.returned_by, "approver"), entry.returned_at, entry.reason
            )
            for entry in rows.returns.get(answer.pk, ())
        ),
        rests_on=tuple(_rests_on(content, rows)),
    )


def _rests_on(content: Mapping[str, Any], rows: Rows) -> Iterable[str]:
    for one in content.get("covered_by", ()):
        there, points = rows.serving[one["source"]], ", ".join(map(str, one["points"]))
        what = f"Point {points} rests" if len(one["points"]) == 1 else f"Points {points} rest" if points else "It rests"
        where = f"answered in review {there.review.number} ({there.review})"
        yield f"{what} on {there.item_key}, {where}, {_signer(there, rows)}"


def _signer(there: ItemAnswer, rows: Rows) -> str:
    """Who stands behind an answer of another review, in words (UTC)."""
    standing = [seal for seal in rows.seals.get(there.pk, ()) if seal.void is None]
    if not standing:
        return "not signed there"
    signoff = standing[-1].signoff
    return f"signed there by {signoff.person.name}, {signoff.signed_at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _owner(answer: ItemAnswer, item: TailoredItem, service: Service, rows: Rows) -> str:
    given = rows.said.get((str(answer.public_id), "owner"))
    person = json.loads(given.body)["facts"]["person"] if given else None
    return rows.names.get(person or "") or rows.owners.get(item.domain or "", service.owner.name)


def _parts(answer: ItemAnswer, content: Mapping[str, Any], rows: Rows) -> AnswerParts:
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
        waivers=rows.waivers.get(answer.item_key, []),
        references=[AnswerReference(points=one["points"]) for one in content.get("covered_by", ())],
        withdrawn=[piece for piece in rows.evidence.get(answer.pk, ()) if str(piece.public_id) in rows.withdrawn],
    )


def _points(
    answer: ItemAnswer, item: TailoredItem, content: Mapping[str, Any], rows: Rows
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


def _measures(parts: AnswerParts, frame: FrameThen) -> Iterable[pack_reviews.Measure]:
    result = measured_items.of(parts, frame)
    for compared in result.comparisons if result else ():
        met = {Outcome.MET: True, Outcome.NOT_MET: False}.get(compared.outcome)
        value = "not entered" if compared.value is None else format(compared.value, "f")
        yield pack_reviews.Measure(compared.label, value, target="", met=met, sentence=compared.sentence)


def _in_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda piece: (piece.added_at, piece.pk))


def _evidence(piece: Evidence, row: schema.Item, frame: FrameThen, rows: Rows) -> pack_reviews.Evidence:
    taken_back = rows.withdrawn.get(str(piece.public_id))
    redacted = piece.attachment.redacted_at if piece.attachment else None
    outdated = "" if taken_back else counting_evidence.outdated(piece, row, frame)
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


def _seal(item_key: str, seal: Seal, own: Sequence[Seal], meanings: Meanings) -> pack_signatures.SignOff:
    signoff, ended = seal.signoff, seal.void
    later = next((one for one in own if one.round > seal.round), None)
    return pack_signatures.SignOff(
        reference=_reference(seal),
        item_key=item_key,
        signature=signature(
            person(signoff.person, "approver"),
            signoff.signed_at,
            meanings.of("sign-off", signoff.meaning_version, signoff.meaning),
            signoff,
            seal.digest,
            seal.rules,
        ),
        carried_from=seal.given_for,
        note=signoff.note,
        void=pack_signatures.Void(
            at=ended.voided_at,
            by=ended.voided_by.name if ended.voided_by else "the portal",
            reason=ended.reason,
            replaced_by=_reference(later) if later else "",
        )
        if ended
        else None,
    )


def _reference(seal: Seal) -> str:
    return f"S-{seal.signoff.pk}-{seal.carried.pk}" if seal.carried else f"S-{seal.signoff.pk}"
