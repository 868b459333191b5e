"""Audit packs: which a person may see, their progress, and the whole contents of one."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from portal.permissions import Access
from readiness.choices import PackState, Verdict
from readiness.models import AuditPack, ChecklistTemplate, LaunchDecision, PackPart, Service
from readiness.queries.packs import moments, services
from readiness.queries.packs.signatures import Meanings
from readiness.rules.pack_contents import PackContents, PackCover, RecordHead, ServiceChapterData, Verification

SOFTWARE = "Gatehouse"


def visible_to(access: Access) -> QuerySet[AuditPack]:
    """The packs of which this person may see every service: a pack with one hidden service does not exist for them."""
    seen = Service.objects.visible_to(access)
    hidden = PackPart.objects.filter(pack=OuterRef("pk")).exclude(service__in=seen)
    return (
        AuditPack.objects.filter(~Exists(hidden))
        .select_related("requested_by", "as_of")
        .prefetch_related("parts__service")
        .annotate(made=Count("parts", filter=Q(parts__state=PackState.READY)), asked=Count("parts"))
    )


@dataclass(frozen=True)
class Progress:
    """How far a pack is: parts made, and the merge as one step more."""

    done: int
    steps: int

    @property
    def percent(self) -> int:
        """In whole per cent, 100 only when all is done."""
        return 100 * self.done // self.steps


def progress(pack: AuditPack) -> Progress:
    """How far a pack is; two statements."""
    made = pack.parts.filter(state=PackState.READY).count()
    merged = 1 if pack.state == PackState.READY else 0
    return Progress(made + merged, pack.parts.count() + 1)


def moment_of(pack: AuditPack) -> moments.Moment:
    """The place in the record a pack looks at."""
    return moments.moment(pack.as_of, pack.since, pack.until, pack.requested_at)


def chapters(pack: AuditPack, service: Service) -> ServiceChapterData:
    """One service's part of a pack."""
    return services.chapters(service, moment_of(pack), Meanings())


def contents(pack: AuditPack) -> PackContents:
    """The whole pack as a draft: the record digest is set when the data file is made."""
    at, meanings = moment_of(pack), Meanings()
    parts = pack.parts.select_related("service").order_by("position")
    chapters = tuple(services.chapters(part.service, at, meanings) for part in parts)
    return PackContents(
        cover=_cover(pack, chapters),
        services=chapters,
        meanings=meanings.all(),
        verification=Verification(head=RecordHead(pack.as_of.number, pack.as_of.digest, pack.as_of.at)),
    )


def number_words(pack: AuditPack) -> str:
    """The pack's name: `AP-2026-0007`."""
    return f"AP-{pack.requested_at:%Y}-{pack.number:04d}"


def _cover(pack: AuditPack, chapters: tuple[ServiceChapterData, ...]) -> PackCover:
    names = ", ".join(chapter.name for chapter in chapters)
    templates = ChecklistTemplate.objects.prefetch_related("versions")
    return PackCover(
        number=number_words(pack),
        organisation=settings.ORGANISATION,
        scope=names if len(chapters) <= 3 else f"{len(chapters)} services",
        since=pack.since,
        until=pack.until,
        as_of=pack.as_of.at,
        made_at=pack.requested_at,
        prepared_for=pack.purpose or "Compliance",
        prepared_by=pack.requested_by.name,
        software=SOFTWARE,
        templates=", ".join(f"{template.title} {template.versions.all()[0].number}" for template in templates),
        record_digest="",
        replaces=_earlier(pack),
        address=f"{settings.BASE_URL}{reverse('readiness:pack', args=[pack.number])}",
        persons_behind_a_go=settings.PERSONS_BEHIND_A_GO,
        emergency_goes=_emergency_goes(pack),
    )


def _emergency_goes(pack: AuditPack) -> int:
    """How many emergency goes were recorded for these services in the period."""
    at = moment_of(pack)
    found = LaunchDecision.objects.filter(verdict=Verdict.EMERGENCY_GO, service__in=pack.parts.values("service"))
    return found.filter(decided_at__gte=at.starts, event_id__lte=at.number).count()


def _earlier(pack: AuditPack) -> str:
    """The newest pack of the same services that was ready when this one was asked for, in words; empty without one."""
    wanted = set(pack.parts.values_list("service", flat=True))
    ready = AuditPack.objects.filter(number__lt=pack.number, finished_at__lte=pack.requested_at, state=PackState.READY)
    for one in ready.prefetch_related("parts").order_by("-number"):
        if {part.service_id for part in one.parts.all()} == wanted:
            return f"{number_words(one)}, {one.since} to {one.until}"
    return ""
