"""Incidents: the list, one with everything that stands on its page, and who is told of it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from incidents.choices import AlertState, IncidentState, PostMortemState
from incidents.models import AffectedService, Incident, StepRun, TimelineEntry
from incidents.models.incidents import IncidentQuerySet
from incidents.rules import playbook_steps
from incidents.rules.lifecycle import Standing
from incidents.rules.playbook_steps import Statement, Step, Steps
from incidents.rules.reminders import TELLS_LEADS, Stage
from portal import access as portal_access
from portal import clock
from portal.models import Membership, User
from portal.permissions import Access, Capability
from readiness.models import Service
from readiness.queries import absences

OPEN = (IncidentState.INVESTIGATING, IncidentState.IDENTIFIED, IncidentState.MITIGATED)


def listed(access: Access) -> IncidentQuerySet:
    """The incidents this person may see: open ones first, the worst of them on top, then the newest; one statement."""
    first = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Incident.objects.visible_to(access).annotate(is_over=first, told_at=_told_at())
    related = ("service__scope__team", "commander", "post_mortem")
    return found.select_related(*related).order_by("is_over", _severity_while_open(), "-declared_at", "-pk")


def _told_at() -> Any:
    return Case(When(state__in=OPEN, then="next_word_at"), default=Value(None))


def _severity_while_open() -> Any:
    return Case(When(state__in=OPEN, then="severity"), default=Value(9), output_field=IntegerField())


def shown(access: Access) -> IncidentQuerySet:
    """The same with what the page of one needs besides."""
    return listed(access).select_related(
        "model_version__model", "runbook_revision__subject__service__scope", "release__service", "declared_by"
    )


def late() -> Q:
    """Resolved incidents whose post-mortem is owed and late today (UTC)."""
    return owed() & Q(post_mortem_due_on__lt=clock.now().date())


def owed() -> Q:
    """Which incidents owe a post-mortem that is not published."""
    published = Q(post_mortem__state=PostMortemState.PUBLISHED)
    return Q(post_mortem_due_on__isnull=False) & ~published


def affected(incident: Incident) -> QuerySet[AffectedService]:
    """The other services that it touches, by name: all of them, for what is done to them."""
    return incident.affects.select_related("service__scope__team").order_by("service__name")


def affected_seen(access: Access, incident: Incident) -> QuerySet[AffectedService]:
    """Those of them that this person may see."""
    return affected(incident).filter(service__in=Service.objects.visible_to(access))


def team_ids(incident: Incident) -> set[int]:
    """The teams that answer for it: that of its service, and those of the services it affects: one statement."""
    others = incident.affects.values_list("service__scope__team_id", flat=True)
    return {incident.service.scope.team_id, *others}


def service_ids(incident: Incident) -> set[int]:
    """Its service and those it affects, by key: one statement."""
    return {incident.service_id, *incident.affects.values_list("service_id", flat=True)}


def may_respond(access: Access, incident: Incident, teams: set[int] | None = None) -> bool:
    """Whether the person answers for it in one of its teams."""
    asked = team_ids(incident) if teams is None else teams
    return any(access.can(Capability.INCIDENT_RESPOND, team) for team in asked)


def told(incident: Incident) -> list[User]:
    """Everybody in the teams of the affected services today: one statement."""
    return list({row.person_id: row.person for row in _members(team_ids(incident))}.values())


def told_of(incident: Incident, service: Service) -> tuple[list[User], list[User]]:
    """The same parted: who is in the team of one of the services, and the others: one statement."""
    members = _members(team_ids(incident))
    own = {row.person_id: row.person for row in members if row.team_id == service.scope.team_id}
    others = {row.person_id: row.person for row in members if row.person_id not in own}
    return list(own.values()), list(others.values())


def _members(teams: set[int]) -> list[Membership]:
    current = Membership.objects.current(clock.now().date()).filter(team__in=teams, person__is_active=True)
    return list(current.select_related("person").order_by("person__name"))


@dataclass(frozen=True)
class StepLine:
    """A step of the playbook with what was done about it last, and whether it is the next."""

    step: Step
    run: StepRun | None
    is_next: bool = False

    @property
    def did(self) -> str:
        """Done, left-out or open."""
        return self.run.did if self.run else playbook_steps.OPEN


@dataclass(frozen=True)
class Playbook:
    """The playbook that an incident follows, as far as it is."""

    steps: Steps
    lines: Sequence[StepLine]
    statements: Sequence[Statement]


def playbook(incident: Incident) -> Playbook:
    """The steps with what was done: one statement."""
    runs: Mapping[int, StepRun] = {row.number: row for row in incident.steps.select_related("by").order_by("pk")}
    steps = Steps(incident.steps_followed, {number: row.did for number, row in runs.items()})
    following = next(iter(steps.open), 0)
    lines = [StepLine(step, runs.get(step.number), step.number == following) for step in steps.playbook.steps]
    return Playbook(steps, lines, playbook_steps.statements(steps))


def standing(access: Access | None, incident: Incident, steps: Steps | None = None) -> Standing:
    """What its next move looks at, as this person reads it: three statements, two where the steps are known.

    An alert of a service that they may not see has no name.
    """
    followed = playbook(incident).steps if steps is None else steps
    alerts = incident.alerts.filter(state=AlertState.FIRING).order_by("starts_at")
    seen = Q() if access is None else Q(service=None) | Q(service__in=Service.objects.visible_to(access))
    named = Case(When(seen, then="name"), default=Value(""), output_field=CharField()) if seen else F("name")
    firing = alerts.annotate(told=named).values_list("told", flat=True)
    return Standing(
        state=incident.state,
        severity=incident.severity,
        worst_severity=incident.worst_severity,
        commander=incident.commander.name if incident.commander else "",
        open_steps=followed.open,
        firing=tuple(firing),
        is_explained=_is_explained(incident),
    )


def _is_explained(incident: Incident) -> bool:
    written = getattr(incident, "post_mortem", None)
    return written is not None and written.state == PostMortemState.PUBLISHED


def timeline(access: Access, incident: Incident) -> QuerySet[TimelineEntry]:
    """What was said and done, the newest first, each line with what this person is `told`: one statement."""
    lines = TimelineEntry.objects.filter(incident=incident).told_to(access)
    return lines.select_related("by").order_by("-at", "-pk")


def touching(access: Access, service: Service) -> IncidentQuerySet:
    """Those that began in the service or affect it, as the list has them."""
    affects = AffectedService.objects.filter(incident=OuterRef("pk"), service=service)
    return listed(access).filter(Q(service=service) | Exists(affects))


def to_remind_of(now: datetime.datetime) -> IncidentQuerySet:
    """Those that owe something somebody is to be told of by now, the longest due first: one statement."""
    found = Incident.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")
    return found.select_related("service__scope__team", "service__owner", "commander", "post_mortem__keeper")


def reminded(incident: Incident, stage: Stage, now: datetime.datetime) -> list[User]:
    """Who hears of what it owes: who leads it (the service's owner where nobody does) and keeps its post-mortem, or
    who stands in for them; where that did not help, whoever leads the team too.
    """
    written = getattr(incident, "post_mortem", None)
    people = [incident.commander or incident.service.owner, *([written.keeper] if written else [])]
    deputies = absences.deputies(now)
    told = [deputies.get(person.pk, person) for person in people if person.is_active]
    if stage in TELLS_LEADS or not told:
        told += portal_access.people_who_can(Capability.SERVICE_EDIT, incident.service.scope)
    return list({person.pk: person for person in told}.values())


def waiting_for(access: Access) -> IncidentQuerySet:
    """Those that the person leads, while they are open, and once their post-mortem is late."""
    mine = Incident.objects.visible_to(access).filter(commander=access.person)
    found = mine.filter(Q(state__in=OPEN) | late())
    return found.select_related("service", "post_mortem").order_by("severity", "declared_at", "pk")
