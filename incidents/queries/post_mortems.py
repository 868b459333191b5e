"""Post-mortems: one with what follows from it, and what an incident knows before anybody writes."""

import datetime
import hashlib
import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from incidents.choices import PostMortemState
from incidents.models import AffectedService, Incident, PostMortem, PostMortemReview, TimelineEntry
from incidents.models.post_mortems import PostMortemQuerySet
from incidents.queries import incidents as incident_queries
from incidents.rules import playbook_steps, withheld
from incidents.rules.post_mortems import Happened, Known
from portal import clock, dates
from portal.permissions import Access
from portal.queries import documents
from portal.rules import freshness
from portal.rules.freshness import Stage
from readiness.choices import ActionOrigin, ServiceState
from readiness.extension_points import EvidenceDocument
from readiness.models import ActionItem, Service


def shown(access: Access) -> PostMortemQuerySet:
    """Those this person may see, with their incident: one statement."""
    related = (
        "incident__service__scope__team",
        "incident__commander",
        "incident__model_version__model",
        "incident__release",
    )
    found = PostMortem.objects.visible_to(access)
    return found.select_related(*related, "keeper", "written_by", "reviewed_by")


def kept() -> PostMortemQuerySet:
    """Every published one of a service that is not retired, with what reminding of its review needs."""
    found: PostMortemQuerySet = PostMortem.objects.filter(state=PostMortemState.PUBLISHED)
    found = found.exclude(incident__service__state=ServiceState.RETIRED)
    return found.select_related("incident__service__scope__team", "keeper")


def waiting_for(access: Access) -> PostMortemQuerySet:
    """The published ones that this person keeps and whose review is late or due within a week, the latest first."""
    until = clock.now().date() - datetime.timedelta(days=freshness.DAYS_AFTER[Stage.SOON])
    mine = kept().visible_to(access).filter(keeper=access.person, review_on__lte=until)
    found: PostMortemQuerySet = mine.order_by("review_on", "pk")
    return found


def as_evidence(service: Service) -> list[EvidenceDocument]:
    """The published post-mortems of a service as evidence, the newest first: one statement."""
    found: Any = PostMortem.objects.filter(incident__service=service, state=PostMortemState.PUBLISHED)
    found = found.annotate(last_review_at=documents.last_review_at(PostMortemReview))
    return [
        EvidenceDocument(
            public_id=row.public_id,
            title=f"{row.incident.label}, {row}",
            revision=row.revision,
            digest=row.content_digest,
            url=f"{row.get_absolute_url()}?revision={row.revision}",
            seen_on=documents.seen_on(row, service.team.time_zone),
            is_stale=row.freshness.is_stale,
        )
        for row in found.select_related("incident__service").order_by("-published_at", "-pk")
    ]


def known(incident: Incident) -> Known:
    """What an incident knows of itself, in its team's time: four statements.

    It is written down for everybody who reads the post-mortem: of another service that is restricted no word.
    """
    zone = zoneinfo.ZoneInfo(incident.service.team.time_zone)
    lines: Iterable[Any] = TimelineEntry.objects.filter(incident=incident).told_openly().order_by("at", "pk")
    happened = [Happened(_moment(row.at, zone), f"{row.get_kind_display()}: {row.told}") for row in lines]
    began = Happened(_moment(incident.started_at, zone), "It began.")
    followed = incident_queries.playbook(incident)
    return Known(
        detection=_detection(incident, zone),
        harm=incident.harm,
        affected=[_affected(row) for row in incident_queries.affected(incident)],
        affected_groups=incident.affected_groups,
        model=str(incident.model_version) if incident.model_version else "",
        timeline=[began, *happened] if incident.started_at < incident.declared_at else happened,
        steps=[_step_words(line) for line in followed.lines],
    )


def _affected(row: AffectedService) -> str:
    if row.service.scope.restricted:
        return withheld.RESTRICTED
    return f"{row.service.name}: {row.how}" if row.how else row.service.name


def _detection(incident: Incident, zone: zoneinfo.ZoneInfo) -> str:
    """How it was noticed, where an alert said so before anybody else."""
    alerts = incident.alerts.select_related("source", "service__scope")
    first = alerts.order_by("first_told_at", "pk").first()
    if first is None or first.first_told_at > incident.declared_at:
        return ""
    if first.service and first.service_id != incident.service_id and first.service.scope.restricted:
        return f"By an alert of {withheld.RESTRICTED}, told {_moment(first.first_told_at, zone)}."
    return f"By the alert {first.name} of {first.source.name}, told {_moment(first.first_told_at, zone)}."


def _moment(at: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """A moment as it is written down for good, with its zone: it is read in others later."""
    here = at.astimezone(zone)
    return f"{dates.day_words(here.date())}, {here:%H:%M %Z}"


def _step_words(line: incident_queries.StepLine) -> str:
    note = f": {line.run.note}" if line.run and line.run.note else ""
    return f"{line.step.number}. {line.step.title}, {playbook_steps.WORDS[line.did]}{note}"


def key_of(post_mortem: PostMortem, title: str) -> str:
    """What the action item of this title comes from: the same title again is the same item."""
    said = hashlib.sha256(" ".join(title.split()).casefold().encode()).hexdigest()[:16]
    return f"{_prefix(post_mortem)}{said}"


def _prefix(post_mortem: PostMortem) -> str:
    return f"post-mortem:{post_mortem.public_id}:"


def follow_ups(post_mortem: PostMortem) -> QuerySet[ActionItem]:
    """The action items that follow from it, the first due first: one statement."""
    found = ActionItem.objects.filter(origin=ActionOrigin.POST_MORTEM, origin_key__startswith=_prefix(post_mortem))
    return found.filter(service=post_mortem.service).select_related("owner", "service").order_by("due_on", "pk")
