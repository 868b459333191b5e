"""Attaching and withdrawing what proves an item."""

import datetime
import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal import canonical, clock, dates, permissions, storage
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, settling
from readiness.choices import Depends, EvidenceKind
from readiness.models import Drill, Environment, Evidence, ItemAnswer, ModelVersion, Release
from readiness.queries import counting_evidence
from readiness.queries import evidence as evidence_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering


def attach_file(
    access: Access, *, answer: ItemAnswer, file: "UploadedFile[Any]", title: str = "", **named: Any
) -> Evidence:
    """Keeps a file (25 MB at most) as evidence. `named` says what it proves: see `_named`."""
    if errors := answering.evidence_refusals(title.strip()):
        raise DomainError.of(errors)
    with transaction.atomic():
        answer = _open(access, answer)
        with storage.kept(access, file, scope=answer.review.service.scope) as attachment:
            piece = Evidence(
                kind=EvidenceKind.FILE,
                title=title.strip() or attachment.name,
                attachment=attachment,
                digest=attachment.sha256,
            )
            return _attach(access, answer, piece, named)


def attach_link(access: Access, *, answer: ItemAnswer, url: str, title: str, **named: Any) -> Evidence:
    """Keeps a link as evidence: its digest is of the address, not of what stands there."""
    title = title.strip() or url[: answering.LONGEST_TITLE]
    if errors := answering.evidence_refusals(title, url):
        raise DomainError.of(errors)
    with transaction.atomic():
        answer = _open(access, answer)
        digest = counting_evidence.digest(EvidenceKind.LINK, url)
        piece = Evidence(kind=EvidenceKind.LINK, title=title, url=url, digest=digest)
        return _attach(access, answer, piece, named)


def attach_drill(access: Access, *, answer: ItemAnswer, drill: Drill) -> Evidence:
    """Keeps a recorded drill of this service as evidence."""
    with transaction.atomic():
        answer = _open(access, answer)
        if drill.service_id != answer.review.service_id:
            raise DomainError.of({"drill": ["Choose a drill of this service."]})
        day = clock.today_in(answer.review.service.team.time_zone, drill.performed_at)
        named = {"environment": drill.environment, "observed_on": day, "release": drill.release}
        digest = counting_evidence.digest(
            EvidenceKind.DRILL, drill.public_id, drill.result, drill.minutes, drill.performed_at, drill.way_back_digest
        )
        title = f"{drill.get_kind_display()} drill of {dates.day_words(day)}"
        return _attach(
            access, answer, Evidence(kind=EvidenceKind.DRILL, title=title, drill=drill, digest=digest), named
        )


def attach_document(access: Access, *, answer: ItemAnswer, kind: str, document: uuid.UUID) -> Evidence:
    """Keeps the standing revision of one of the service's documents as evidence; its digest is that revision's.

    `kind` is a key of `extension_points.evidence_kinds`. Raises DomainError at `document` for one that is not there, or
    that nobody reviewed in time (product.md, Documents).
    """
    with transaction.atomic():
        answer = _open(access, answer)
        found = evidence_queries.document(answer.review.service, kind, document)
        if found is None:
            raise DomainError.of({"document": ["Choose a document of this service."]})
        if found.is_stale:
            raise DomainError.of({"document": [f"{found.title} is stale. Have it reviewed first."]})
        piece = Evidence(
            kind=EvidenceKind.DOCUMENT,
            title=f"{found.title}, revision {found.revision}"[: answering.LONGEST_TITLE],
            url=found.url,
            digest=found.digest,
            document_kind=kind,
            document=found.public_id,
            document_revision=found.revision,
        )
        return _attach(access, answer, piece, {"model_version": found.model_version, "observed_on": found.seen_on})


def withdraw(access: Access, *, piece: Evidence, reason: str) -> None:
    """Takes a piece out of the answer; it stays on record with the reason."""
    if errors := answering.reason_refusals(reason.strip(), "Say why it is withdrawn."):
        raise DomainError.of(errors)
    with transaction.atomic():
        answer = _open(access, piece.answer)
        withdrawn = Evidence.objects.filter(pk=piece.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=clock.now(), withdrawn_by=access.person, withdrawn_reason=reason.strip()
        )
        if not withdrawn:
            raise DomainError("It was withdrawn already.")
        texts = {"title": piece.title, "reason": reason.strip()}
        frame = ReviewFrame(answer.review)
        settling.settle(access, answer, frame, verbs.EVIDENCE_WITHDRAWN, _facts(piece), texts)


def _open(access: Access, answer: ItemAnswer) -> ItemAnswer:
    answer = answer_locks.locked(answer)
    permissions.require(access, Capability.REVIEW_ANSWER, answer.review.service.scope)
    answer_locks.refuse_unless_open(answer, ReviewFrame(answer.review))
    answer_locks.refuse_if_served(answer)
    return answer


def _attach(access: Access, answer: ItemAnswer, piece: Evidence, named: dict[str, Any]) -> Evidence:
    for field, value in _named(answer, **named).items():
        setattr(piece, field, value)
    piece.answer, piece.added_by, piece.added_at = answer, access.person, clock.now()
    piece.content_digest = canonical.digest(piece.governed_content())
    piece.save()
    facts = {**_facts(piece), "kind": piece.kind}
    frame = ReviewFrame(answer.review)
    settling.settle(access, answer, frame, verbs.EVIDENCE_ATTACHED, facts, {"title": piece.title})
    return piece


def _named(
    answer: ItemAnswer,
    *,
    release: Release | None = None,
    model_version: ModelVersion | None = None,
    environment: Environment | None = None,
    observed_on: datetime.date | None = None,
) -> dict[str, Any]:
    """What the evidence names: of this service, not of the future; a release left out is the review's.

    A review of the service has none: there an item that depends on the release asks which one it was seen with.
    """
    service = answer.review.service
    today = clock.today_in(service.team.time_zone)
    observed_on = observed_on or today
    if observed_on > today:
        raise DomainError.of({"observed_on": ["This day is still to come."]})
    for field, thing in (("release", release), ("environment", environment)):
        if thing is not None and thing.service_id != service.pk:
            raise DomainError("Choose one of this service.", {field: ["Choose one of this service."]})
    release = release or answer.review.release
    if release is None and _depends(answer) is Depends.RELEASE:
        raise DomainError.of({"release": ["Choose the release it was seen with: for no release it proves nothing."]})
    if model_version is not None and model_version.model.service_id != service.pk:
        raise DomainError.of({"model_version": ["Choose one of this service."]})
    return {
        "release": release,
        "model_version": model_version,
        "environment": environment,
        "observed_on": observed_on,
    }


def _depends(answer: ItemAnswer) -> Depends:
    return ReviewFrame(answer.review).items[answer.item_key].depends


def _facts(piece: Evidence) -> dict[str, str]:
    return {"evidence": str(piece.public_id), "sha256": piece.digest}
