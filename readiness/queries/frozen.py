"""What a decision freezes: everything it saw, as plain data, with people by the names they had then.

The document is written once, as canonical JSON, and read back by its own page, by packs and by anyone who downloads it.
Its keys are stable: `v` counts the changes of its form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.catalogue import tailoring
from readiness.choices import EvidenceKind, PointState, Stage
from readiness.models import AnswerReference, CarriedSignOff, Evidence, ItemAnswer, Release, Review, SignOff
from readiness.queries import covering, releases, seals, wording
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.launch import Launch
from readiness.queries.launch_items import LaunchItem
from readiness.queries.launch_parts import Whole
from readiness.queries.launch_subjects import Subject
from readiness.rules import go_no_go, governed
from readiness.rules.triggers import Trigger

FORM = 1


@dataclass(frozen=True)
class Elsewhere:
    """What items rest on in other reviews: answers by their keys, and what carried sign-offs were given for."""

    sources: Mapping[int, ItemAnswer]
    given_for: Mapping[int, str]


def document(whole: Whole, *, decided: Mapping[str, Any], acknowledged: Mapping[str, str]) -> dict[str, Any]:
    """The whole document. `decided` is what the decider stated, with number, meaning and proof."""
    launch = whole.launch
    items = launch.watch.items
    elsewhere = _elsewhere(whole)
    return {
        "v": FORM,
        "rules": go_no_go.RULES_VERSION,
        "decision": dict(decided),
        "service": _service(launch.subject),
        "release": _release(launch.subject),
        "environment": {"name": launch.subject.environment.name, "kind": launch.subject.environment.kind},
        "persons": _persons(launch, str(decided["by"])),
        "reviews": _reviews(whole),
        "progress": vars(launch.progress),
        "triggers": [_trigger(trigger, acknowledged.get(trigger.key, "")) for trigger in launch.watch.triggers],
        "missing": [review.why for review in launch.missing],
        "reasons": [reason.text for reason in go_no_go.reasons(launch.snapshot)],
        "items": [
            _item(item, whole, elsewhere) for item in items if item.answer.applies and item.answer.stage == Stage.BEFORE
        ],
        "left_out": [_left_out(item) for item in items if not item.answer.applies],
        "governed": governed.rests_on(str(decided["verdict"]), launch.governed),
    }


def _elsewhere(whole: Whole) -> Elsewhere:
    """Both in a statement each."""
    answers = [item.answer for item in whole.launch.watch.items]
    sources = covering.sources(one for answer in answers for one in whole.parts[answer.pk].references)
    carried = [one.signoff_id for one in (*answers, *sources.values()) if one.carried_id and one.signoff_id]
    return Elsewhere(sources, seals.places(set(carried)))


def _service(subject: Subject) -> dict[str, Any]:
    service, target = subject.service, getattr(subject.service, "target", None)
    return {
        "slug": service.slug,
        "name": service.name,
        "team": service.team.name,
        "owner": service.owner.name,
        "state": service.state,
        "tier": service.tier,
        "revision": service.revision,
        "traits": {**vars(service.traits), "regulations": sorted(service.regulations)},
        "way_back": service.way_back,
        "targets": target.governed_content() if target else None,
    }


def _release(subject: Subject) -> dict[str, Any]:
    release: Release = subject.release
    carried = [
        {"model": version.model.name, "version": version.version, "kind": version.kind, "id": version.public_id}
        for version in subject.carries
    ]
    return {**releases.content(release, subject.carries), "id": release.public_id, "carries": carried}


def _persons(launch: Launch, decider: str) -> dict[str, Any]:
    return {
        "needed": launch.snapshot.hands.needed,
        "prepared": [hand.name for hand, _ in launch.contributors],
        "signed": [person.name for person, _ in launch.signers],
        "decided": decider,
    }


def _reviews(whole: Whole) -> list[dict[str, Any]]:
    """Every review that the verdict read: those read item by item, and the assessment, which counts as a whole."""
    found = {frame.review.number: frame.review for frame in whole.frames.values()}
    wanted = set(whole.launch.reads) - set(found)
    rest = whole.launch.subject.service.reviews.filter(number__in=wanted) if wanted else Review.objects.none()
    found |= {review.number: review for review in rest.select_related("template_version__template", "release")}
    return [_review(found[number]) for number in sorted(found)]


def _review(review: Review) -> dict[str, Any]:
    return {
        "number": review.number,
        "kind": review.kind,
        "title": str(review),
        "state": review.state,
        "closed_at": review.closed_at,
        "template": str(review.template_version),
        "digest": review.template_version.digest,
    }


def _trigger(trigger: Trigger, acknowledged: str) -> dict[str, Any]:
    return {
        "key": trigger.key,
        "title": trigger.title,
        "state": trigger.state,
        "facts": trigger.facts,
        "details": [{"text": one.text, "state": one.state, "more": one.more} for one in trigger.details],
        "causes": sorted(trigger.causes),
        "source": trigger.source,
        "at": trigger.at,
        "acknowledged": acknowledged,
    }


def _item(item: LaunchItem, whole: Whole, elsewhere: Elsewhere) -> dict[str, Any]:
    answer, parts = item.answer, whole.parts[item.answer.pk]
    return {
        "key": answer.item_key,
        "review": answer.review.number,
        "title": item.title,
        "critical": answer.critical,
        "counts": item.counts,
        "state": item.state,
        "why": item.why,
        "owner": item.owner.name,
        "rating": answer.rating,
        "rated_by": answer.rating_by.name if answer.rating_by else "",
        "rated_at": answer.rating_at,
        "text": answer.text,
        "text_by": answer.text_by.name if answer.text_by else "",
        "points": list(_points(item, parts, whole)),
        "values": [{"name": value.name, "value": value.value, "by": value.by.name} for value in parts.values.values()],
        "evidence": [_evidence(piece) for piece in parts.evidence],
        "covered_by": [_covering(one, whole, elsewhere) for one in parts.references],
        "signoff": _signoff(answer.signoff, answer.carried, elsewhere.given_for) if answer.signoff else None,
        "waivers": [
            {
                "reason": waiver.reason,
                "control": waiver.compensating_control,
                "until": waiver.expires_on,
                "asked_by": waiver.asked_by.name,
                "approved_by": waiver.settlement.by.name,
                "renewals": waiver.renewals,
                "digest": waiver.content_digest,
            }
            for waiver in parts.waivers
        ],
        "digest": answer.content_digest,
    }


def _points(item: LaunchItem, parts: AnswerParts, whole: Whole) -> Iterable[dict[str, Any]]:
    frame = whole.frames[item.answer.review_id]
    for point in tailoring.tailored(frame.items[item.answer.item_key], frame.service.traits, {}).applicable_points:
        tick = parts.ticks.get(point.number)
        yield {
            "number": point.number,
            "text": point.text,
            "state": tick.state if tick else PointState.OPEN,
            "reason": tick.reason if tick else "",
            "by": tick.by.name if tick else "",
            "at": tick.at if tick else None,
        }


def _covering(reference: AnswerReference, whole: Whole, elsewhere: Elsewhere) -> dict[str, Any]:
    """An answer of another review as it was read from there; no `points`: it serves the whole item."""
    source = elsewhere.sources[reference.source_id]
    signoff = source.signoff
    return {
        "points": reference.points,
        "key": source.item_key,
        "title": wording.title(source.item_key, whole.launch.subject.service),
        "review": source.review.number,
        "review_title": str(source.review),
        "source": source.public_id,
        "state": source.state,
        "rated_by": source.rating_by.name if source.rating_by else "",
        "rated_at": source.rating_at,
        "text": source.text,
        "signoff": _signoff(signoff, source.carried, elsewhere.given_for) if signoff else None,
        "digest": reference.source_digest,
    }


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "id": piece.public_id,
        "kind": EvidenceKind(piece.kind),
        "title": piece.title,
        "url": piece.url,
        "sha256": piece.digest,
        "observed_on": piece.observed_on,
        "environment": piece.environment.name if piece.environment else "",
        "release": piece.release.label if piece.release else "",
        "model_version": str(piece.model_version) if piece.model_version else "",
        "by": piece.added_by.name,
    }


def _signoff(signoff: SignOff, carried: CarriedSignOff | None, given_for: Mapping[int, str]) -> dict[str, Any]:
    """The standing signature; where it was given for another answer, `carried` says which, and what it holds here."""
    return {
        "id": signoff.public_id,
        "by": signoff.person.name,
        "at": signoff.signed_at,
        "meaning": signoff.meaning,
        "meaning_version": signoff.meaning_version,
        "method": signoff.proof_method,
        "proof_at": signoff.proof_at,
        "digest": signoff.content_digest,
        "note": signoff.note,
        "carried": {
            "given_for": given_for[signoff.pk],
            "at": carried.carried_at,
            "event": carried.event_id,
            "digest": carried.content_digest,
        }
        if carried
        else None,
    }


def _left_out(item: LaunchItem) -> dict[str, str]:
    return {"key": item.answer.item_key, "title": item.title, "rule": item.answer.left_out_reason}


def summary(launch: Launch) -> str:
    """What was seen, in one line: "35 of 35 answered, 33 green, 0 on credit; 0 of 7 triggers firing, 1 unknown"."""
    progress, firing = launch.progress, sum(1 for trigger in launch.watch.triggers if trigger.fires)
    unknown = sum(1 for trigger in launch.watch.triggers if trigger.is_unknown)
    items = (
        f"{progress.answered} of {progress.applicable} answered, {progress.green} green, {progress.waived} on credit"
    )
    return f"{items}; {firing} of {len(launch.watch.triggers)} triggers firing, {unknown} unknown"
