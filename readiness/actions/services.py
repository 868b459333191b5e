"""Registering services, one or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal import audit, canonical, clock, permissions, revisions
from portal.errors import DomainError
from portal.models import Scope, Team, User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import service_changes, targets
from readiness.choices import EnvironmentKind
from readiness.models import Environment, Service, ServiceRevision, ServiceStatus, ServiceTarget
from readiness.queries import services as service_queries
from readiness.queries import status as status_queries
from readiness.rules import services as rules
from readiness.rules.measures import Targets

DEFAULT_ENVIRONMENTS = (("production", EnvironmentKind.PRODUCTION), ("staging", EnvironmentKind.STAGING))
"""Name and kind of the environments that a service begins with."""


@dataclass(frozen=True)
class Registration:
    """A service that is to be: whose, under which short name, and what is declared about it.

    `environments` are names with their kinds; `promised` the targets, which may also be declared later.
    """

    team: Team
    slug: str
    owner: User
    facts: rules.Facts
    restricted: bool = False
    environments: Sequence[tuple[str, str]] = DEFAULT_ENVIRONMENTS
    promised: Targets | None = None


def register(
    access: Access,
    *,
    team: Team,
    slug: str,
    owner: User,
    facts: rules.Facts,
    restricted: bool = False,
    environments: Sequence[tuple[str, str]] = DEFAULT_ENVIRONMENTS,
    promised: Targets | None = None,
) -> Service:
    """Registers a service as a draft of the team, with environments, targets, status row and revision 1.

    Raises NotPermitted without SERVICE_REGISTER in the team, DomainError with every refused field.
    """
    wanted = Registration(team, slug, owner, facts, restricted, environments, promised)
    return register_all(access, [wanted])[0]


@transaction.atomic
def register_all(access: Access, wanted: Sequence[Registration]) -> list[Service]:
    """The same for several at once, all or none, in as many statements as for one. Their short names differ."""
    for team_id in {one.team.pk for one in wanted}:
        permissions.require(access, Capability.SERVICE_REGISTER, team_id=team_id)
    slugs, owners = [_slug(one) for one in wanted], [one.owner for one in wanted]
    around = service_queries.surroundings(access, slugs=slugs, people=owners)
    for one in wanted:
        errors = registration_refusals(
            access, team=one.team, slug=one.slug, owner=one.owner, facts=one.facts, around=around
        )
        if errors:
            raise DomainError.of(errors)
    created = _create_all(wanted)
    events = audit.record_all(access, [_registered(service) for service in created])
    kept = [(service, service.governed_content(), event) for service, event in zip(created, events, strict=True)]
    revisions.add_all(ServiceRevision, kept, access)
    for service, one in zip(created, wanted, strict=True):
        if one.promised is not None:
            targets.change(access, service=service, targets=one.promised, revision=0)
    return created


def registration_refusals(
    access: Access,
    *,
    team: Team | None,
    slug: str,
    owner: User | None,
    facts: rules.Facts,
    around: service_queries.Surroundings | None = None,
) -> texts.Refusals:
    """All that speaks against registering this, by field; empty when nothing does. Changes nothing.

    A team or an owner that is not known yet is passed over: whoever asks says so. `around` is what it is weighed
    against, where that was read already, for several.
    """
    slug = slug.strip().lower()
    if around is None:
        around = service_queries.surroundings(access, slugs=[slug], people=[owner] if owner else [])
    slug_refusals = _slug_refusals(slug, facts.name, around)
    owner_refusals = service_changes.owner_refusals(owner, team, around.members) if owner and team else {}
    return rules.refusals(rules.tidied(facts)) | slug_refusals | owner_refusals


def _create_all(wanted: Sequence[Registration]) -> list[Service]:
    """The rows of new services, with all that stands beside them."""
    scopes = Scope.objects.bulk_create(Scope(team=one.team, restricted=one.restricted) for one in wanted)
    created = [_new(one, scope) for one, scope in zip(wanted, scopes, strict=True)]
    try:
        with transaction.atomic():
            Service.objects.bulk_create(created)
    except IntegrityError as clash:
        raise DomainError("This short name was taken a moment ago.", {"slug": ["This short name is taken."]}) from clash
    Environment.objects.bulk_create(
        Environment(service=service, name=name, kind=kind, position=place)
        for service, one in zip(created, wanted, strict=True)
        for place, (name, kind) in enumerate(one.environments)
    )
    ServiceTarget.objects.bulk_create(ServiceTarget(service=service) for service in created)
    ServiceStatus.objects.bulk_create(_first_status(service) for service in created)
    return created


def _new(wanted: Registration, scope: Scope) -> Service:
    service = Service(slug=_slug(wanted), scope=scope)
    service_changes.put(service, wanted.owner, rules.tidied(wanted.facts), wanted.restricted)
    service.revision, service.content_digest = 1, canonical.digest(service.governed_content())
    return service


def _first_status(service: Service) -> ServiceStatus:
    standing = status_queries.standing_at_first(service).as_fields()
    return ServiceStatus(service=service, version=1, changed_at=clock.now(), **standing)


def _registered(service: Service) -> audit.Entry:
    recorded: dict[str, audit.Fact] = {"service": service.slug, "team": service.team.slug, "tier": service.tier}
    recorded |= {"revision": 1, "digest": service.content_digest}
    return audit.Entry(verbs.SERVICE_REGISTERED, service, service.scope, recorded, {"reason": service.tier_reason})


def _slug(wanted: Registration) -> str:
    return wanted.slug.strip().lower()


def _slug_refusals(slug: str, name: str, around: service_queries.Surroundings) -> texts.Refusals:
    if refusal := rules.slug_refusal(slug):
        return {"slug": [refusal]}
    if holder := around.holders.get(slug):
        other = service_queries.free_slug(name) or service_queries.free_slug(slug)
        return {"slug": [f"{slug} belongs to {holder}. Choose another, such as {other}."]}
    return {}
