"""Audit packs: asking for one, making its parts, joining them, handing it out.

The rows carry the state. A worker takes a part by a conditional update with a lease; who finishes the last part sends
for the merge; a sweep sends again for what a lost worker left behind. Everything may run twice and ends in the same
bytes.
"""

import contextlib
import datetime
import hashlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from portal import archive as archives
from portal import audit, clock, jobs, notifications, permissions
from portal.errors import DomainError
from portal.models import Attachment
from portal.pdf.errors import PdfError
from portal.pdf.parts import Part
from portal.pdf.process import RenderingProcess
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.choices import PackState
from readiness.models import AuditPack, PackPart, RenderedPart, Service
from readiness.packs import archive as pack_archive
from readiness.packs import rendering as pack_rendering
from readiness.queries import audit_packs as pack_queries
from readiness.queries.packs import moments
from readiness.rules.pack_manifest import Entry

LONGEST_PURPOSE = 200
LEASE = datetime.timedelta(minutes=15)
ATTEMPTS = 3
PART_TASK = "readiness.tasks.build_pack_part"
MERGE_TASK = "readiness.tasks.finish_pack"


def request(
    access: Access, *, services: Sequence[Service], since: datetime.date, until: datetime.date, purpose: str = ""
) -> AuditPack:
    """Asks for a pack of these services over these days (UTC, both inclusive), as the record stands at their end.

    Raises NotPermitted where a service's team did not give the right, DomainError at the field that is wrong: a service
    the person may not see is none that they can choose.
    """
    _refuse(access, services, since, until)
    if words := texts.refusal(purpose.strip(), LONGEST_PURPOSE):
        raise _refused("purpose", words)
    with transaction.atomic():
        for service in services:
            permissions.require(access, Capability.PACK_REQUEST, service.scope)
        as_of = moments.newest_event(until)
        if as_of is None:
            raise _refused("until", f"Nothing was on record yet on {until:%-d %b %Y}.")
        pack = AuditPack.objects.create(
            number=(AuditPack.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
            since=since,
            until=until,
            as_of=as_of,
            purpose=purpose.strip(),
            requested_by=access.person,
            requested_at=clock.now(),
        )
        ordered = sorted(services, key=lambda service: (service.name, service.pk))
        PackPart.objects.bulk_create(
            PackPart(pack=pack, service=service, position=place) for place, service in enumerate(ordered)
        )
        _record_request(access, pack, ordered)
        for part in pack.parts.all():
            jobs.enqueue(PART_TASK, part.pk)
    return pack


def _record_request(access: Access, pack: AuditPack, services: Sequence[Service]) -> None:
    """One event for each service, seen by who sees that service; for several, one more that names none of them."""
    facts: dict[str, audit.Fact] = {
        "number": pack.number,
        "since": str(pack.since),
        "until": str(pack.until),
        "as_of": pack.as_of.number,
    }
    said = {"purpose": pack.purpose}
    if len(services) > 1:
        opaque = {**facts, "services": sorted(str(service.public_id) for service in services)}
        audit.record(access, verbs.PACK_REQUESTED, pack, facts=opaque, texts=said)
        said = {}  # it may speak of the other services
    for service in services:
        named = {**facts, "services": [service.slug]}
        audit.record(access, verbs.PACK_REQUESTED, pack, scope=service.scope, facts=named, texts=said)


def prepare(pack: AuditPack) -> None:
    """Renders the parts that the store lacks side by side, for work in the foreground; `build_part` then finds them.

    Raises PdfError.
    """
    chapters = [pack_queries.chapters(pack, part.service) for part in pack.parts.select_related("service")]
    with pack_rendering.Crew() as crew:
        pack_rendering.service_parts(chapters, crew, KeptParts())


def build_part(part_id: int) -> None:
    """Makes one part, if nobody else is at it; then sends for the merge when it was the last."""
    if not _claim(PackPart.objects.filter(pk=part_id)):
        return
    part = PackPart.objects.select_related("pack__as_of", "service__scope").get(pk=part_id)
    AuditPack.objects.filter(pk=part.pack_id, state=PackState.REQUESTED).update(state=PackState.BUILDING)
    try:
        chapters = pack_queries.chapters(part.pack, part.service)
        with RenderingProcess() as renderer:
            pack_rendering.service_part(chapters, renderer, KeptParts())
        digest = pack_rendering.service_digest(chapters)
    except PdfError as error:
        _part_failed(part, str(error))
        return
    if not _still_ours(part).update(state=PackState.READY, content_digest=digest, lease_until=None, error=""):
        return
    if not part.pack.parts.exclude(state=PackState.READY).exists():
        with transaction.atomic():
            jobs.enqueue(MERGE_TASK, part.pack_id)


def finish(pack_id: int) -> None:
    """Joins the parts into the PDF and the archive, and tells who asked."""
    ready = ~Q(parts__state__in=[PackState.REQUESTED, PackState.BUILDING, PackState.FAILED])
    if not _claim(AuditPack.objects.filter(ready, pk=pack_id)):
        return
    pack = AuditPack.objects.select_related("as_of", "requested_by").get(pk=pack_id)
    try:
        with tempfile.TemporaryFile() as pdf, tempfile.TemporaryFile() as archive:
            made = write(pack, pdf, archive)
            _hand_over(pack, made, pdf, archive)
    except (PdfError, archives.ArchiveError) as error:
        _pack_failed(pack, str(error))


def write(pack: AuditPack, pdf: BinaryIO, archive: BinaryIO) -> tuple[int, str]:
    """Writes a pack's PDF and archive; returns the number of pages and the record digest."""
    draft = pack_queries.contents(pack)
    data = pack_archive.data_json(draft)
    contents = pack_archive.sealed(draft, data)
    with RenderingProcess() as renderer:
        pages = pack_rendering.write_pdf(pdf, contents, renderer, KeptParts())
    pack_archive.write(archive, contents, pdf=pdf, data=data, opened=_opened)
    return pages, contents.cover.record_digest


def note_download(access: Access, *, pack: AuditPack, file: str, sha256: str) -> None:
    """A pack left the portal: that is an event too."""
    with transaction.atomic():
        facts: dict[str, audit.Fact] = {"number": pack.number, "file": file, "sha256": sha256}
        audit.record(access, verbs.PACK_DOWNLOADED, pack, facts=facts)


def sweep(now: datetime.datetime) -> int:
    """Sends again for every part and merge whose worker was lost; returns how many."""
    parts = PackPart.objects.filter(_stale(now), pack__state__in=[PackState.REQUESTED, PackState.BUILDING])
    merges = AuditPack.objects.filter(_stale(now)).exclude(
        pk__in=PackPart.objects.exclude(state=PackState.READY).values("pack")
    )
    lost = PackPart.objects.filter(_stale(now), attempts__gte=ATTEMPTS)
    not_merged = _stale(now) & Q(attempts__gte=ATTEMPTS)
    unfinished = AuditPack.objects.filter(state__in=[PackState.REQUESTED, PackState.BUILDING])
    for pack in unfinished.filter(not_merged | Q(pk__in=lost.values("pack"))):
        _pack_failed(pack, f"The worker was lost {ATTEMPTS} times.")
    sent = [(PART_TASK, pk) for pk in parts.values_list("pk", flat=True)]
    sent += [(MERGE_TASK, pk) for pk in merges.values_list("pk", flat=True)]
    with transaction.atomic():
        for task, pk in sent:
            jobs.enqueue(task, pk)
    return len(sent)


class KeptParts:
    """Rendered parts in the portal's store, by the digest of what they show."""

    def find(self, digest: str) -> Part | None:
        """The part of that digest, if its file is there."""
        kept = RenderedPart.objects.filter(digest=digest).first()
        if kept is None or not kept.file.storage.exists(kept.file.name or ""):
            return None
        with kept.file.open("rb") as file:
            return Part.kept(file.read(), kept.pages, kept.landmarks)

    def keep(self, digest: str, part: Part) -> None:
        """Keeps a part; a second one of the same digest is the same part."""
        kept = RenderedPart(digest=digest, pages=part.pages, landmarks=part.landmarks, rendered_at=clock.now())
        kept.file.save(f"{digest}.pdf", ContentFile(part.pdf), save=False)
        RenderedPart.objects.update_or_create(
            digest=digest,
            defaults={
                "file": kept.file.name,
                "pages": kept.pages,
                "landmarks": kept.landmarks,
                "rendered_at": kept.rendered_at,
            },
        )


def _refuse(access: Access, services: Sequence[Service], since: datetime.date, until: datetime.date) -> None:
    if not services:
        raise _refused("services", "Choose at least one service.")
    chosen = {service.pk for service in services}
    if Service.objects.visible_to(access).filter(pk__in=chosen).count() != len(chosen):
        raise _refused("services", "Choose among the services that you may see.")
    if until < since:
        raise _refused("until", "The last day is before the first.")
    today = clock.today_in("UTC")
    if until > today:
        raise _refused("until", f"The last day is still to come: today is {today:%-d %b %Y} (UTC).")


def _refused(field: str, message: str) -> DomainError:
    return DomainError.of({field: [message]})


def _stale(now: datetime.datetime) -> Q:
    nobody_at_it = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return nobody_at_it & Q(state__in=[PackState.REQUESTED, PackState.BUILDING])


def _claim(rows: QuerySet[Any]) -> bool:
    """Takes the row for the length of a lease, if it is free; the update's own condition decides between two."""
    now = clock.now()
    free = _stale(now) & Q(attempts__lt=ATTEMPTS)
    taken = rows.model.objects.filter(pk__in=rows.values("pk")).filter(free)
    return bool(taken.update(state=PackState.BUILDING, lease_until=now + LEASE, attempts=F("attempts") + 1))


def _still_ours(row: PackPart | AuditPack) -> QuerySet[Any]:
    """The row, if nobody took it up since this worker did: one that comes late changes nothing any more."""
    return type(row).objects.filter(pk=row.pk, state=PackState.BUILDING, attempts=row.attempts)


@contextlib.contextmanager
def _opened(entry: Entry) -> Iterator[BinaryIO]:
    attachment = Attachment.objects.filter(sha256=entry.digest, redacted_at__isnull=True).first()
    if attachment is None:
        raise archives.ArchiveError(f"{entry.name} is not in the store any more.")
    with attachment.file.open("rb") as file:
        yield cast("BinaryIO", file)


def _part_failed(part: PackPart, error: str) -> None:
    if _still_ours(part).update(state=PackState.FAILED, error=error[:300], lease_until=None):
        _pack_failed(part.pack, error, part.service)


def _pack_failed(pack: AuditPack, error: str, service: Service | None = None) -> None:
    """Gives a pack up. What went wrong may name a service or its files: the event says it to who sees that service."""
    said = f"{service.name}: {error}" if service else error
    service = service or _only_service(pack)
    with transaction.atomic():
        failed = AuditPack.objects.filter(pk=pack.pk).exclude(state__in=[PackState.READY, PackState.FAILED])
        if not failed.update(state=PackState.FAILED, error=said[:300], finished_at=clock.now(), lease_until=None):
            return
        facts: dict[str, audit.Fact] = {"number": pack.number}
        if service:
            said_there = {"error": error[:300]}
            audit.record(None, verbs.PACK_FAILED, pack, scope=service.scope, facts=facts, texts=said_there)
        else:
            audit.record(None, verbs.PACK_FAILED, pack, facts=facts)
        _tell(pack, "could not be made", PackState.FAILED)


def _only_service(pack: AuditPack) -> Service | None:
    services = [part.service for part in pack.parts.select_related("service__scope")[:2]]
    return services[0] if len(services) == 1 else None


def _hand_over(pack: AuditPack, made: tuple[int, str], pdf: BinaryIO, archive: BinaryIO) -> None:
    """Stores what was made. A worker that comes after its lease, when another has begun anew, throws its own away."""
    pages, record_digest = made
    name = pack_queries.number_words(pack)
    handed: dict[str, audit.Fact] = {
        "pdf_sha256": _sha256(pdf),
        "archive_sha256": _sha256(archive),
        "record_digest": record_digest,
        "pages": pages,
    }
    for field, file, ending in ((pack.pdf, pdf, "pdf"), (pack.archive, archive, "zip")):
        file.seek(0)
        field.save(f"{name}.{ending}", File(file), save=False)
    with transaction.atomic():
        done = _still_ours(pack).update(
            **handed,
            pdf=pack.pdf.name,
            archive=pack.archive.name,
            archive_size=archive.seek(0, 2),
            state=PackState.READY,
            finished_at=clock.now(),
            lease_until=None,
            error="",
        )
        if done:
            audit.record(None, verbs.PACK_READY, pack, facts={"number": pack.number, **handed})
            _tell(pack, "is ready", PackState.READY)
    if not done:
        pack.pdf.delete(save=False)
        pack.archive.delete(save=False)


def _tell(pack: AuditPack, what: str, state: str) -> None:
    notifications.notify(
        [pack.requested_by],
        kind="pack",
        key=f"pack-{pack.public_id}-{state}",
        subject=f"Audit pack {pack_queries.number_words(pack)} {what}",
        url=reverse("readiness:pack", args=[pack.number]),
        scope=None,
    )


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
