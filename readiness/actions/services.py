"""Registering a service, changing what is declared about it, confirming its tier, and the states of its life."""

import datetime
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from portal import audit, canonical, clock, permissions, revisions
from portal.errors import Conflict, DomainError
from portal.models import Scope, Team, User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import applicability, recurring_checks, status, targets
from readiness.choices import EnvironmentKind, ServiceState
from readiness.models import Environment, Service, ServiceRevision, ServiceStatus, ServiceTarget
from readiness.queries import services as service_queries
from readiness.queries import status as status_queries
from readiness.rules import services as rules
from readiness.rules.measures import Targets

log = logging.getLogger(__name__)

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


@dataclass(frozen=True)
class Change:
    """What is to be declared about a service instead. `revision` is the one the person saw."""

    service: Service
    owner: User
    facts: rules.Facts
    restricted: bool
    revision: int


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
    owner_refusals = _owner_refusals(owner, team, around.members) if owner and team else {}
    return rules.refusals(rules.tidied(facts)) | slug_refusals | owner_refusals


def change(
    access: Access, *, service: Service, owner: User, facts: rules.Facts, restricted: bool, revision: int
) -> Service:
    """Changes what is declared. `revision` is the one the person saw.

    Open reviews are asked again which items apply. A changed tier or reason needs confirming anew. Raises Conflict,
    naming who changed what in between, when the revision has moved on; DomainError with every refused field.
    """
    return change_all(access, [Change(service, owner, facts, restricted, revision)])[0]


@transaction.atomic
def change_all(access: Access, wanted: Sequence[Change]) -> list[Service]:
    """The same for several services at once, all or none."""
    standing = _locked_all([one.service.pk for one in wanted])
    members = service_queries.members_of({one.owner.pk for one in wanted})
    reviewed = service_queries.reviewed(list(standing))
    changed: list[tuple[Service, int, list[str]]] = []
    for one in wanted:
        service = standing[one.service.pk]
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        refuse_retired(service)
        refuse_stale(service, one.revision)
        if errors := change_refusals(service, one.owner, one.facts, members):
            raise DomainError.of(errors)
        if fields := redeclared(service, one.owner, one.facts, one.restricted):
            changed.append((service, one.revision, fields))
    asked_anew = [service for service, _, _ in changed if service.pk in reviewed]
    applicability.hold(asked_anew)
    status.hold(*asked_anew)
    entries = [_changed(service, seen, fields, is_reviewed=service.pk in reviewed) for service, seen, fields in changed]
    events = audit.record_all(access, entries)
    kept = [(one[0], one[0].governed_content(), event) for one, event in zip(changed, events, strict=True)]
    revisions.add_all(ServiceRevision, kept, access)
    return [standing[one.service.pk] for one in wanted]


def change_refusals(
    service: Service, owner: User, facts: rules.Facts, members: Collection[tuple[int, int]]
) -> texts.Refusals:
    """All that speaks against declaring this about a service, by field. `members` says who is in which team."""
    owner_refusals = _owner_refusals(owner, service.team, members) if owner != service.owner else {}
    return rules.refusals(rules.tidied(facts)) | owner_refusals


def declared(service: Service) -> rules.Facts:
    """What is declared about a service now, as a change to it begins."""
    return rules.Facts(**{name: _declared(service, name) for name in rules.Facts.__dataclass_fields__})


def redeclared(service: Service, owner: User, facts: rules.Facts, restricted: bool) -> list[str]:
    """Puts what is declared on the row, without saving it; returns the names of the fields that differ now."""
    before = canonical.plain(service.governed_content())
    _put(service, owner, rules.tidied(facts), restricted)
    return rules.changed_fields(before, canonical.plain(service.governed_content()))


def confirm_tier(access: Access, *, service: Service, revision: int) -> Service:
    """An approver confirms the tier as declared in the revision they saw; never the person who declared it."""
    with transaction.atomic():
        service = locked(service)
        permissions.require(access, Capability.TIER_CONFIRM, service.scope)
        refuse_stale(service, revision)
        if service.tier_confirmed_by_id is not None:
            raise DomainError(f"Tier {service.tier} is confirmed already.")
        declared_by = service_queries.tier_declared_by(service)
        if declared_by is not None and declared_by.identity == access.person.identity:
            raise DomainError(f"You declared tier {service.tier} yourself. Another approver confirms it.")
        now = clock.now()
        Service.objects.filter(pk=service.pk).update(tier_confirmed_by=access.person, tier_confirmed_at=now)
        service.tier_confirmed_by, service.tier_confirmed_at = access.person, now
        facts: dict[str, audit.Fact] = {"service": service.slug, "tier": service.tier}
        audit.record(access, verbs.TIER_CONFIRMED, service, scope=service.scope, facts=facts)
    return service


def pause(access: Access, *, service: Service, until: datetime.date, reason: str) -> Service:
    """Pauses a live service until a day (the team's calendar), with a reason."""
    errors = {} if until > clock.today_in(service.team.time_zone) else {"until": ["Choose a day after today."]}
    if errors := errors | _reason_refusals(reason):
        raise DomainError.of(errors)
    return _move(access, service, ServiceState.PAUSED, reason, paused_until=until)


def resume(access: Access, *, service: Service, reason: str = "") -> Service:
    """Takes a paused service back to live before its day."""
    if service.state != ServiceState.PAUSED:
        raise DomainError("The service is not paused.")
    return _move(access, service, ServiceState.LIVE, reason)


def retire(access: Access, *, service: Service, reason: str) -> Service:
    """Retires a service for good, with a reason. Its record stays."""
    if errors := _reason_refusals(reason):
        raise DomainError.of(errors)
    return _move(access, service, ServiceState.RETIRED, reason)


def resume_due(now: datetime.datetime) -> int:
    """Takes every service whose pause has ended (in its team's zone) back to live; returns how many.

    One that cannot move, because somebody else was faster, holds up no other.
    """
    paused = Service.objects.filter(state=ServiceState.PAUSED).select_related("scope__team")
    due = [one for one in paused if one.paused_until and one.paused_until <= clock.today_in(one.team.time_zone, now)]
    return sum(_resumed(service) for service in due)


def set_state(
    access: Access | None, service: Service, state: str, reason: str = "", *, paused_until: datetime.date | None = None
) -> None:
    """Moves a service to a state inside the caller's transaction, and records it. Raises DomainError when it cannot.

    The caller has asked for the permission that belongs to its own act: starting a review, deploying, retiring.
    """
    _refuse_move(service.state, state)
    was = service.state
    owes_checks_since = clock.now() if state == ServiceState.LIVE else None
    moved = Service.objects.filter(pk=service.pk, state=was).update(
        state=state, paused_until=paused_until, owes_checks_since=owes_checks_since
    )
    if not moved:
        raise Conflict("Somebody else changed the state of this service at the same moment. Look again.")
    service.state, service.paused_until, service.owes_checks_since = state, paused_until, owes_checks_since
    if was == ServiceState.LIVE:
        recurring_checks.release(service)
    status.refresh(service)
    facts = {"service": service.slug, "state": state}
    said = {"reason": reason.strip()}
    audit.record(access, verbs.SERVICE_STATE_CHANGED, service, scope=service.scope, facts=facts, texts=said)


def locked(service: Service) -> Service:
    """The service as it stands now, with its scope and owner, locked where the database can."""
    return _locked_all([service.pk])[service.pk]


def hold(owned: Collection[Service]) -> None:
    """Locks these services, for an action that changes each by itself; their answers come next (docs/adr/0004)."""
    if owned:
        _locked_all([service.pk for service in owned])


def _locked_all(keys: Collection[int]) -> dict[int, Service]:
    queryset = Service.objects.select_related("scope__team", "owner").select_for_update(of=("self",))
    return {service.pk: service for service in queryset.filter(pk__in=keys).order_by("pk")}


def refuse_stale(service: Service, revision: int) -> None:
    """Raises Conflict when the service is not at the revision the person saw."""
    if service.revision == revision:
        return
    changes = service_queries.changes_since(service, revision)
    said = "; ".join(str(change) for change in changes) or "This service was changed"
    raise Conflict(
        f"{said} in between. Nothing you typed is lost.",
        saved={field: service.governed_content().get(field) for change in changes for field in change.fields},
        saved_by=", ".join(dict.fromkeys(change.who for change in changes)),
    )


def _move(
    access: Access, service: Service, state: str, reason: str, *, paused_until: datetime.date | None = None
) -> Service:
    with transaction.atomic():
        service = locked(service)
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        set_state(access, service, state, reason, paused_until=paused_until)
    return service


def _resumed(service: Service) -> bool:
    try:
        with transaction.atomic():
            set_state(None, locked(service), ServiceState.LIVE)
    except DomainError as refusal:
        log.warning("%s stays as it is: %s", service.slug, refusal)
        return False
    return True


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
    _put(service, wanted.owner, rules.tidied(wanted.facts), wanted.restricted)
    service.revision, service.content_digest = 1, canonical.digest(service.governed_content())
    return service


def _first_status(service: Service) -> ServiceStatus:
    standing = status_queries.standing_at_first(service).as_fields()
    return ServiceStatus(service=service, version=1, changed_at=clock.now(), **standing)


def _registered(service: Service) -> audit.Entry:
    recorded: dict[str, audit.Fact] = {"service": service.slug, "team": service.team.slug, "tier": service.tier}
    recorded |= {"revision": 1, "digest": service.content_digest}
    return audit.Entry(verbs.SERVICE_REGISTERED, service, service.scope, recorded, {"reason": service.tier_reason})


def _changed(service: Service, revision: int, fields: list[str], *, is_reviewed: bool) -> audit.Entry:
    """Saves what was put on the row, and all that follows from it; returns the event that it leaves."""
    if {"tier", "tier_reason"} & set(fields):
        service.tier_confirmed_by = service.tier_confirmed_at = None
    _write(service, revision, fields)
    left_out, brought_in = applicability.reapply(service) if is_reviewed else ([], [])
    if is_reviewed:
        applicability.recount(service)
    status.refresh(service)
    recorded: dict[str, audit.Fact] = {"service": service.slug, "fields": fields, "revision": service.revision}
    recorded |= {"digest": service.content_digest, "left_out": left_out, "brought_in": brought_in}
    return audit.Entry(verbs.SERVICE_CHANGED, service, service.scope, recorded)


def _declared(service: Service, name: str) -> Any:
    value = getattr(service, name)
    return tuple(value) if isinstance(value, list) else value


def _put(service: Service, owner: User, facts: rules.Facts, restricted: bool) -> None:
    """Sets what is declared on the row, without saving."""
    for name in facts.__dataclass_fields__:
        value = getattr(facts, name)
        setattr(service, name, list(value) if isinstance(value, tuple) else value)
    service.owner = owner
    service.scope.restricted = restricted


def _write(service: Service, revision: int, fields: Collection[str]) -> None:
    """Saves the declared fields as the revision after the one seen; the condition decides between two at once."""
    names = (*rules.Facts.__dataclass_fields__, "owner", "tier_confirmed_by", "tier_confirmed_at")
    values: dict[str, Any] = {name: getattr(service, name) for name in names}
    service.revision, service.content_digest = revision + 1, canonical.digest(service.governed_content())
    values |= {"revision": service.revision, "content_digest": service.content_digest}
    if not Service.objects.filter(pk=service.pk, revision=revision).update(**values):
        raise Conflict("Somebody else changed this service at the same moment. Nothing you typed is lost.")
    if "restricted" in fields:
        Scope.objects.filter(pk=service.scope_id).update(restricted=service.scope.restricted)


def _slug(wanted: Registration) -> str:
    return wanted.slug.strip().lower()


def _slug_refusals(slug: str, name: str, around: service_queries.Surroundings) -> texts.Refusals:
    if refusal := rules.slug_refusal(slug):
        return {"slug": [refusal]}
    if holder := around.holders.get(slug):
        other = service_queries.free_slug(name) or service_queries.free_slug(slug)
        return {"slug": [f"{slug} belongs to {holder}. Choose another, such as {other}."]}
    return {}


def _owner_refusals(owner: User, team: Team, members: Collection[tuple[int, int]]) -> texts.Refusals:
    if (owner.pk, team.pk) in members:
        return {}
    return {"owner": [f"{owner.name} is not in {team.name}. Choose somebody of the team."]}


def refuse_retired(service: Service) -> None:
    """Raises DomainError for a service that is retired."""
    if service.state == ServiceState.RETIRED:
        raise DomainError("The service is retired; what was declared about it stays as it is.")


def _reason_refusals(reason: str) -> texts.Refusals:
    refusal = texts.refusal(reason.strip(), 1000, one_line=False) if reason.strip() else "Say why."
    return {"reason": [refusal]} if refusal else {}


def _refuse_move(state: str, target: str) -> None:
    if refusal := rules.move_refusal(state, target):
        raise DomainError(refusal)
