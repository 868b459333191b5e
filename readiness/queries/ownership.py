"""Services and their domains: who is accountable, who supports, who is away, what nobody holds."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from portal import clock
from portal.models import Membership, User
from portal.permissions import Access
from readiness.catalogue import loader
from readiness.catalogue.schema import OwnershipDomain
from readiness.choices import AssignmentRole, ServiceState
from readiness.models import Absence, Assignment, Service
from readiness.models import OwnershipDomain as Domain
from readiness.models.ownership import AssignmentQuerySet
from readiness.models.services import ServiceQuerySet
from readiness.queries import absences
from readiness.queries import services as service_queries
from readiness.rules import ownership as rules


@dataclass(frozen=True)
class Hold:
    """One domain of one service: who holds it, whether they are away, or why it does not apply."""

    domain: OwnershipDomain
    applies: bool
    reason: str
    accountable: Assignment | None = None
    supporting: tuple[Assignment, ...] = ()
    away: Absence | None = None
    vacant_since: datetime.datetime | None = None

    @property
    def is_hole(self) -> bool:
        """Whether somebody is missing."""
        return self.applies and self.accountable is None

    @property
    def words(self) -> str:
        """Who is accountable, in words, for exports."""
        if not self.applies:
            return "not applicable"
        return self.accountable.person.name if self.accountable else "nobody"


@dataclass(frozen=True)
class MatrixRow:
    """A service with its domains in order, and the person who holds all of them, if one does."""

    service: Service
    holds: tuple[Hold, ...]
    holds_everything: User | None

    @property
    def applicable(self) -> int:
        """How many domains apply."""
        return sum(1 for hold in self.holds if hold.applies)

    @property
    def holes(self) -> int:
        """How many of them have nobody."""
        return sum(1 for hold in self.holds if hold.is_hole)

    @property
    def warning(self) -> str:
        """That one person holds everything, in words; empty where that is not so."""
        return f"One person holds all {self.applicable} domains" if self.holds_everything else ""


@dataclass(frozen=True)
class TeamFigures:
    """A team's services in numbers, as far as the viewer may see them."""

    slug: str
    name: str
    services: int
    holes: int


def domains() -> tuple[OwnershipDomain, ...]:
    """The four domains of the catalogue, in order; no statement."""
    return loader.ownership_domains()


def services(access: Access) -> ServiceQuerySet:
    """The services of the matrix, with what `row` reads: three statements at any size. Retired ones are left out."""
    return with_holders(Service.objects.visible_to(access).exclude(state=ServiceState.RETIRED)).order_by(
        F("status__owner_holes").desc(nulls_last=True), "tier", "name"
    )


def with_holders(found: ServiceQuerySet) -> ServiceQuerySet:
    """Adds team, status, assignments (the ended ones of accountable people too) and who is away now."""
    shown = Assignment.objects.filter(Q(ended_event__isnull=True) | Q(role=AssignmentRole.ACCOUNTABLE)).select_related(
        "person", "domain"
    )
    return found.select_related("scope__team", "owner", "status").prefetch_related(
        Prefetch("assignments", queryset=shown, to_attr="shown_assignments"),
        Prefetch(
            "shown_assignments__person__absences", queryset=absences.around(clock.now()), to_attr="absences_around"
        ),
    )


def figures(access: Access) -> list[TeamFigures]:
    """Each team with services this person may see; one statement."""
    rows = (
        Service.objects.visible_to(access)
        .exclude(state=ServiceState.RETIRED)
        .order_by("scope__team__name")
        .values_list("scope__team__slug", "scope__team__name")
        .annotate(services=Count("pk"), holes=Sum("status__owner_holes"))
    )
    return [TeamFigures(slug, name, services, holes or 0) for slug, name, services, holes in rows]


def row(service: Service, all_domains: Sequence[OwnershipDomain], now: datetime.datetime) -> MatrixRow:
    """A service of `with_holders` as the matrix shows it; no statement of its own."""
    assignments: list[Assignment] = service.shown_assignments  # type: ignore[attr-defined]  # prefetched
    current = [held for held in assignments if held.ended_event_id is None]
    accountable = {held.domain.key: held for held in current if held.role == AssignmentRole.ACCOUNTABLE}
    people = {key: held.person for key, held in accountable.items()}
    standings = rules.domains(
        [rules.DomainRule(domain.key, dict(domain.when)) for domain in all_domains], service.traits, people
    )
    holds = tuple(
        _hold(domain, standing, assignments, accountable.get(domain.key), now)
        for domain, standing in zip(all_domains, standings, strict=True)
    )
    return MatrixRow(service, holds, rules.holds_everything(standings, people))


def _hold(
    domain: OwnershipDomain,
    standing: rules.DomainStanding,
    assignments: Sequence[Assignment],
    accountable: Assignment | None,
    now: datetime.datetime,
) -> Hold:
    if not standing.applies:
        return Hold(domain, applies=False, reason=standing.reason)
    of_domain = [held for held in assignments if held.domain.key == domain.key]
    ended = [held.ended_at for held in of_domain if held.ended_at and held.role == AssignmentRole.ACCOUNTABLE]
    person = accountable.person if accountable else None
    return Hold(
        domain,
        applies=True,
        reason=standing.reason,
        accountable=accountable,
        supporting=tuple(
            held for held in of_domain if held.role == AssignmentRole.SUPPORTING and held.ended_event_id is None
        ),
        away=absences.in_force(person.absences_around, person, now) if person else None,  # type: ignore[attr-defined]  # read along
        vacant_since=max(ended, default=None) if accountable is None else None,
    )


def accountable(service: Service, domain_key: str) -> User:
    """Who is accountable for a domain of the service now: its holder, else the service's owner."""
    held = Assignment.objects.current().filter(
        service=service, domain__key=domain_key, role=AssignmentRole.ACCOUNTABLE, person__is_active=True
    )
    found = held.select_related("person").first()
    return found.person if found else service.owner


def history(service: Service) -> AssignmentQuerySet:
    """Who held what of a service, the newest first, with names."""
    return Assignment.objects.filter(service=service).select_related("person", "domain").order_by("-since", "-pk")


def candidates(service: Service) -> QuerySet[User]:
    """Who may be given a domain: whoever sees the service by being in a team; in its own, if it is restricted."""
    memberships = Membership.objects.current(clock.now().date()).filter(person=OuterRef("pk"), team__isnull=False)
    own_team = memberships.filter(team=service.scope.team_id)
    seen = own_team if service.scope.restricted else memberships
    return (
        User.objects.filter(Exists(seen), is_active=True)
        .annotate(in_team=Exists(own_team))
        .order_by("-in_team", "name")
    )


@dataclass(frozen=True)
class Holders:
    """Who holds which domain of some services now, and who of some people may be given one."""

    _current: dict[tuple[int, int], list[Assignment]]
    _teams: Mapping[int, Collection[int]]

    def of(self, service: Service, domain: Domain) -> list[Assignment]:
        """Who holds a domain of a service."""
        return list(self._current[service.pk, domain.pk])

    def may_hold(self, service: Service, person: User) -> bool:
        """Whether a person sees the service by being in a team: the rule of `candidates`, for one."""
        teams = self._teams[person.pk]
        return service.scope.team_id in teams if service.scope.restricted else bool(teams)

    def now(self, new: Assignment, *, without: Collection[Assignment | None]) -> None:
        """From now on this one stands in place of those."""
        place = self._current[new.service_id, new.domain_id]
        place[:] = [*(held for held in place if held not in without), new]


def holders(of: Iterable[Service], people: Iterable[User]) -> Holders:
    """The holders of these services, and what decides whether these people may hold: two statements."""
    current = defaultdict[tuple[int, int], list[Assignment]](list)
    found = Assignment.objects.current().filter(service__in=list(of))
    for held in found.select_related("person", "domain", "service__scope__team").order_by("pk"):
        current[held.service_id, held.domain_id].append(held)
    teams = defaultdict[int, set[int]](set)
    for person_id, team_id in service_queries.members_of({person.pk for person in people}):
        teams[person_id].add(team_id)
    return Holders(current, teams)


def of_person(person: User, access: Access) -> AssignmentQuerySet:
    """What a person holds now in services the viewer may see, the accountable ones first."""
    return (
        Assignment.objects.visible_to(access)
        .current()
        .filter(person=person)
        .exclude(service__state=ServiceState.RETIRED)
        .select_related("service", "domain")
        .order_by("role", "service__name", "domain__position")
    )
