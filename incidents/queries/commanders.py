"""Who may have command of an incident, as far as the person who gives it may know of them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from incidents.models import Incident
from incidents.queries import incidents as queries
from portal import access as portal_access
from portal import clock
from portal.models import Membership, User
from portal.permissions import Access, Capability
from readiness.models import Service


def offered(access: Access, incident: Incident) -> QuerySet[User]:
    """Everybody whom the asker may give command, the incident’s own team first: four statements.

    A service that the asker may not see counts for nothing, so that its team is not told by who stands here.
    """
    seen = [row.service for row in queries.affected_seen(access, incident)]
    members = Membership.objects.current(clock.now().date()).filter(team__in=_teams(incident.service, seen))
    people = User.objects.filter(Exists(members.filter(person=OuterRef("pk"))), is_active=True)
    found = portal_access.accesses_of(list(people))
    able = [key for key, may in found.items() if may_lead(may, incident.service, seen)]
    in_team = Exists(members.filter(person=OuterRef("pk"), team=incident.service.scope.team_id))
    return User.objects.filter(pk__in=able).annotate(in_team=in_team).order_by("-in_team", "name")


def may_lead(person: Access, service: Service, affected: Collection[Service]) -> bool:
    """Whether a person sees the incident of this service, and responds in its team or that of a service it affects."""
    teams = _teams(service, affected)
    return person.sees(service.scope) and any(person.can(Capability.INCIDENT_RESPOND, team) for team in teams)


def _teams(service: Service, affected: Collection[Service]) -> set[int]:
    return {service.scope.team_id, *(one.scope.team_id for one in affected)}
