"""Everything that stands on the page of one incident."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from incidents.choices import IncidentState, PostMortemState
from incidents.models import AffectedService, Alert, Incident, PostMortem, RunbookRevision, TimelineEntry
from incidents.queries import incidents as queries
from incidents.queries.incidents import Playbook
from incidents.rules import lifecycle
from incidents.rules.lifecycle import Standing
from portal.permissions import Access, Capability
from readiness.extension_points import PagePanel
from readiness.models import Release, Service


@dataclass(frozen=True)
class CycleStep:
    """One state of the cycle: whether it is behind, now or ahead, and when and by whom it was reached."""

    state: str
    word: str
    place: str
    entry: TimelineEntry | None = None


@dataclass(frozen=True)
class Move:
    """One way on, and what stands in it."""

    state: str
    word: str
    obstacles: Sequence[str]


@dataclass(frozen=True)
class Page:
    """The page of an incident, in ten statements."""

    incident: Incident
    playbook: Playbook
    standing: Standing
    cycle: Sequence[CycleStep]
    moves: Sequence[Move]
    timeline: Sequence[TimelineEntry]
    affected: Sequence[AffectedService]
    alerts: Sequence[Alert]
    runbook: RunbookRevision | None
    blocked: Sequence[Release]
    people: Sequence[tuple[str, str]]
    post_mortem: PostMortem | None
    may_respond: bool
    may_explain: bool

    @property
    def blocked_by_it(self) -> bool:
        """Whether it stops launches now."""
        return self.incident.is_open and self.incident.severity in lifecycle.MAKES_UNSTABLE

    @property
    def may_begin_post_mortem(self) -> bool:
        """Whether the harm was stopped, now or once before."""
        return bool(self.incident.mitigated_at or self.incident.post_mortem_due_on)

    @property
    def owes_post_mortem(self) -> bool:
        """Whether one is to be written and none is published."""
        published = self.post_mortem is not None and self.post_mortem.state == PostMortemState.PUBLISHED
        return self.incident.worst_severity in lifecycle.NEEDS_POST_MORTEM and not published


def of(access: Access, incident: Incident) -> Page:
    """The page for this person."""
    playbook = queries.playbook(incident)
    standing = queries.standing(access, incident, playbook.steps)
    timeline, affected = list(queries.timeline(access, incident)), list(queries.affected(incident))
    teams = {incident.service.scope.team_id, *(row.service.scope.team_id for row in affected)}
    post_mortem = getattr(incident, "post_mortem", None)
    return Page(
        incident=incident,
        playbook=playbook,
        standing=standing,
        cycle=_cycle(incident, timeline),
        moves=_moves(standing),
        timeline=timeline,
        affected=[row for row in affected if access.sees(row.service.scope)],
        alerts=list(Alert.objects.visible_to(access).filter(incident=incident).order_by("state", "-starts_at")[:20]),
        runbook=_runbook(access, incident),
        blocked=_blocked(access, incident, affected),
        people=_people(incident, timeline),
        post_mortem=post_mortem,
        may_respond=queries.may_respond(access, incident, teams),
        may_explain=access.can(Capability.POST_MORTEM_WRITE, incident.service.scope.team_id),
    )


def panel(service: Service) -> PagePanel:
    """The panel of a service's page with its incidents."""
    return PagePanel("Incidents", reverse("incidents:incidents_of_service", args=[service.slug]))


def _cycle(incident: Incident, timeline: Sequence[TimelineEntry]) -> list[CycleStep]:
    reached: dict[str, TimelineEntry] = {}
    for entry in reversed(timeline):
        for state in IncidentState:
            if entry.kind == "state" and entry.text.startswith(state.label):
                reached[state] = entry
        if entry.kind == "declared":
            reached.setdefault(IncidentState.INVESTIGATING, entry)
    order = list(IncidentState)
    now = order.index(IncidentState(incident.state))
    return [
        CycleStep(
            state,
            state.label,
            "done"
            if place < now or state == IncidentState.CLOSED == incident.state
            else "now"
            if place == now
            else "ahead",
            reached.get(state) if place <= now else None,
        )
        for place, state in enumerate(order)
    ]


def _moves(standing: Standing) -> list[Move]:
    return [Move(to, to.label, lifecycle.obstacles(standing, to)) for to in lifecycle.NEXT[standing.state]]


def _blocked(access: Access, incident: Incident, affected: Sequence[AffectedService]) -> list[Release]:
    """Releases of the services that it stops, planned and nowhere deployed: one statement, none where it stops none."""
    stops_own = incident.severity in lifecycle.BLOCKS_LAUNCH
    stops_others = incident.severity in lifecycle.MAKES_UNSTABLE
    services = [incident.service_id] if stops_own else []
    services += [row.service_id for row in affected if access.sees(row.service.scope)] if stops_others else []
    if not incident.is_open or not services:
        return []
    found = Release.objects.filter(service__in=services, cancelled_at=None, deployments=None)
    return list(found.select_related("service").order_by("service__name", "-planned_at")[:12])


def _runbook(access: Access, incident: Incident) -> RunbookRevision | None:
    """The runbook at hand, for who may see the service that it is of."""
    revision = incident.runbook_revision
    return revision if revision and access.sees(revision.subject.scope) else None


def _people(incident: Incident, timeline: Sequence[TimelineEntry]) -> list[tuple[str, str]]:
    """Who is on it: the commander, then whoever wrote or did something, with what they did last."""
    found: dict[str, str] = {}
    if incident.commander:
        found[incident.commander.name] = "commander"
    for entry in timeline:
        if entry.by:
            found.setdefault(entry.by.name, f"last: {entry.get_kind_display().lower()}")
    return list(found.items())
