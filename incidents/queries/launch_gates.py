"""What incidents tell a launch: the facts of all that touch a service, in one statement."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from incidents.models import AffectedService, Incident
from incidents.queries import incidents as queries
from incidents.rules import launch_blocks, lifecycle, references
from incidents.rules.launch_blocks import IncidentFacts
from portal import clock
from portal.permissions import Access
from readiness.extension_points import NamedIncident
from readiness.models import Dependency, Environment, Release, Service
from readiness.rules.triggers import Trigger

WATCHED = lifecycle.MAKES_UNSTABLE | lifecycle.BLOCKS_LAUNCH


def of_release(release: Release, _environment: Environment, at: datetime.datetime) -> Sequence[Trigger]:
    """What incidents say to this launch at this moment, in every environment alike."""
    service = release.service
    fixes = references.read(release.fixes_incident, service.slug)
    found = [_facts(row, service, fixes) for row in touching(service)]
    return launch_blocks.all_of(found, clock.today_in(service.team.time_zone, at), at)


def touching(service: Service) -> Sequence[Any]:
    """The incidents that a launch of the service looks at: open ones, and those whose post-mortem is owed.

    Its own, those that affect it, and those of services it names as a dependency: one statement.
    """
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    needs = Dependency.objects.filter(service=service, removed_at__isnull=True)
    needed = needs.filter(Q(name__iexact=OuterRef("service__name")) | Q(name__iexact=OuterRef("service__slug")))
    rows = Incident.objects.annotate(affects_it=Exists(affects), is_needed=Exists(needed))
    mine = Q(service=service) | Q(affects_it=True)
    watched = Q(state__in=queries.OPEN, severity__in=WATCHED) | queries.owed() & Q(severity=1)
    found = rows.filter(mine | Q(is_needed=True), watched).annotate(
        written=F("post_mortem__state"), told_to=F("service__scope__team_id"), is_kept=F("service__scope__restricted")
    )
    return list(found.select_related("service").order_by("severity", "declared_at"))


def _facts(row: Any, service: Service, fixes: tuple[str, int] | None) -> IncidentFacts:
    own = row.service_id == service.pk
    hidden = row.is_kept and not own and row.told_to != service.scope.team_id
    return IncidentFacts(
        label=references.reference(row.service.slug, row.number, within=service.slug),
        title="" if hidden else row.title,
        severity=row.severity,
        state=row.state,
        touches=own or row.affects_it,
        service="" if own else ("A restricted service" if hidden else row.service.name),
        url="" if hidden else row.get_absolute_url(),
        is_fixed=fixes == (row.service.slug, row.number),
        is_owed=row.post_mortem_due_on is not None and row.written != "published" and (own or row.affects_it),
        due_on=row.post_mortem_due_on,
    )


def offered(access: Access, service: Service) -> Sequence[NamedIncident]:
    """The incidents that a release of the service may name as what it fixes: those that are not closed."""
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    found = Incident.objects.visible_to(access).filter(Q(service=service) | Exists(affects))
    rows = found.exclude(state="closed").select_related("service").order_by("severity", "-declared_at")
    return [_named(row, service) for row in rows[:MOST_OFFERED]]


MOST_OFFERED = 50


def named(service: Service, text: str) -> NamedIncident | None:
    """The incident that a text names from this service: one that touches it; None where there is none."""
    meant = references.read(text, service.slug)
    if meant is None:
        return None
    slug, number = meant
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    found = Incident.objects.filter(service__slug=slug, number=number).filter(Q(service=service) | Exists(affects))
    row = found.select_related("service").first()
    return _named(row, service) if row else None


def _named(row: Incident, service: Service) -> NamedIncident:
    name = references.reference(row.service.slug, row.number, within=service.slug)
    return NamedIncident(name, row.title, row.get_absolute_url())
