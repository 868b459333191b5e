"""Registering a service, changing what is declared about it, confirming its tier, and the states of its life."""

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from portal import audit, canonical, clock, permissions, revisions
from portal.errors import Conflict, DomainError
from portal.models import Membership, Scope, Team, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import applicability, status, targets
from readiness.choices import EnvironmentKind, ServiceState
from readiness.models import Environment, Service, ServiceRevision, ServiceStatus, ServiceTarget
from readiness.queries import services as service_queries
from readiness.queries import status as status_queries
from readiness.rules import services as rules
from readiness.rules import texts
from readiness.rules.measures import Targets

log = logging.getLogger(__name__)

DEFAULT_ENVIRONMENTS = (("production", EnvironmentKind.PRODUCTION), ("staging", EnvironmentKind.STAGING))
"""Name and kind of the environments that a service begins with."""


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

    `environments` are names with their kinds; `promised` the targets, which may also be declared later. Raises
    NotPermitted without SERVICE_REGISTER in the team, DomainError with every refused field.
    """
    facts, slug = rules.tidied(facts), slug.strip().lower()
    with transaction.atomic():
        permissions.require(access, Capability.SERVICE_REGISTER, team_id=team.pk)
        if errors := registration_refusals(access, team=team, slug=slug, owner=owner, facts=facts):
            raise DomainError.of(errors)
        service = _create(team, slug, owner, facts, restricted)
        places = [
            Environment(service=service, name=name, kind=kind, position=place)
            for place, (name, kind) in enumerate(environments)
        ]
        Environment.objects.bulk_create(places)
        ServiceTarget.objects.create(service=service)
        standing = status_queries.standing_at_first(service).as_fields()
        ServiceStatus.objects.create(service=service, version=1, changed_at=clock.now(), **standing)
        recorded: dict[str, audit.Fact] = {"service": slug, "team": team.slug, "tier": facts.tier, "revision": 1}
        event = audit.record(
            access,
            verbs.SERVICE_REGISTERED,
            service,
            scope=service.scope,
            facts={**recorded, "digest": service.content_digest},
            texts={"reason": facts.tier_reason},
        )
        revisions.add(ServiceRevision, service, service.governed_content(), event, access)
        if promised is not None:
            targets.change(access, service=service, targets=promised, revision=0)
    return service


def registration_refusals(
    access: Access, *, team: Team | None, slug: str, owner: User | None, facts: rules.Facts
) -> texts.Refusals:
    """All that speaks against registering this, by field; empty when nothing does. Changes nothing.

    A team or an owner that is not known yet is passed over: whoever asks says so.
    """
    slug_refusals = _slug_refusals(slug.strip().lower(), facts.name, access)
    owner_refusals = _owner_refusals(owner, team) if owner and team else {}
    return rules.refusals(rules.tidied(facts)) | slug_refusals | owner_refusals


def change(
    access: Access, *, service: Service, owner: User, facts: rules.Facts, restricted: bool, revision: int
) -> Service:
    """Changes what is declared. `revision` is the one the person saw.

    Open reviews are asked again which items apply. A changed tier or reason needs confirming anew. Raises Conflict,
    naming who changed what in between, when the revision has moved on; DomainError with every refused field.
    """
    facts = rules.tidied(facts)
    with transaction.atomic():
        service = locked(service)
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        if service.state == ServiceState.RETIRED:
            raise DomainError("The service is retired; what was declared about it stays as it is.")
        refuse_stale(service, revision)
        errors = rules.refusals(facts) | (_owner_refusals(owner, service.team) if owner != service.owner else {})
        if errors:
            raise DomainError.of(errors)
        before = canonical.plain(service.governed_content())
        _put(service, owner, facts, restricted)
        fields = rules.changed_fields(before, canonical.plain(service.governed_content()))
        if not fields:
            return service
        if {"tier", "tier_reason"} & set(fields):
            service.tier_confirmed_by = service.tier_confirmed_at = None
        _write(service, revision)
        left_out, brought_in = applicability.reapply(service)
        applicability.recount(service)
        status.refresh(service)
        recorded: dict[str, audit.Fact] = {"service": service.slug, "fields": fields, "revision": service.revision}
        recorded |= {"digest": service.content_digest, "left_out": left_out, "brought_in": brought_in}
        event = audit.record(access, verbs.SERVICE_CHANGED, service, scope=service.scope, facts=recorded)
        revisions.add(ServiceRevision, service, service.governed_content(), event, access)
    return service


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
    moved = Service.objects.filter(pk=service.pk, state=was).update(state=state, paused_until=paused_until)
    if not moved:
        raise Conflict("Somebody else changed the state of this service at the same moment. Look again.")
    service.state, service.paused_until = state, paused_until
    status.refresh(service)
    facts = {"service": service.slug, "state": state}
    said = {"reason": reason.strip()}
    audit.record(access, verbs.SERVICE_STATE_CHANGED, service, scope=service.scope, facts=facts, texts=said)


def locked(service: Service) -> Service:
    """The service as it stands now, with its scope and owner, locked where the database can."""
    queryset = Service.objects.select_related("scope__team", "owner").select_for_update(of=("self",))
    return queryset.get(pk=service.pk)


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


def _create(team: Team, slug: str, owner: User, facts: rules.Facts, restricted: bool) -> Service:
    service = Service(slug=slug, scope=Scope.objects.create(team=team, restricted=restricted))
    _put(service, owner, facts, restricted)
    service.revision, service.content_digest = 1, canonical.digest(service.governed_content())
    try:
        with transaction.atomic():
            service.save(force_insert=True)
    except IntegrityError as clash:
        raise DomainError("This short name was taken a moment ago.", {"slug": ["This short name is taken."]}) from clash
    return service


def _put(service: Service, owner: User, facts: rules.Facts, restricted: bool) -> None:
    """Sets what is declared on the row, without saving."""
    for name in facts.__dataclass_fields__:
        value = getattr(facts, name)
        setattr(service, name, list(value) if isinstance(value, tuple) else value)
    service.owner = owner
    service.scope.restricted = restricted


def _write(service: Service, revision: int) -> None:
    """Saves the declared fields as the revision after the one seen; the condition decides between two at once."""
    names = (*rules.Facts.__dataclass_fields__, "owner", "tier_confirmed_by", "tier_confirmed_at")
    values: dict[str, Any] = {name: getattr(service, name) for name in names}
    service.revision, service.content_digest = revision + 1, canonical.digest(service.governed_content())
    values |= {"revision": service.revision, "content_digest": service.content_digest}
    if not Service.objects.filter(pk=service.pk, revision=revision).update(**values):
        raise Conflict("Somebody else changed this service at the same moment. Nothing you typed is lost.")
    Scope.objects.filter(pk=service.scope_id).update(restricted=service.scope.restricted)


def _slug_refusals(slug: str, name: str, access: Access) -> texts.Refusals:
    if refusal := rules.slug_refusal(slug):
        return {"slug": [refusal]}
    if holder := service_queries.holder_of(slug, access):
        other = service_queries.free_slug(name or slug)
        return {"slug": [f"{slug} belongs to {holder}. Choose another, such as {other}."]}
    return {}


def _owner_refusals(owner: User, team: Team) -> texts.Refusals:
    current = Membership.objects.current(clock.now().date())
    if owner.is_active and current.filter(person=owner, team=team).exists():
        return {}
    return {"owner": [f"{owner.name} is not in {team.name}. Choose somebody of the team."]}


def _reason_refusals(reason: str) -> texts.Refusals:
    refusal = texts.refusal(reason.strip(), 1000, one_line=False) if reason.strip() else "Say why."
    return {"reason": [refusal]} if refusal else {}


def _refuse_move(state: str, target: str) -> None:
    if refusal := rules.move_refusal(state, target):
        raise DomainError(refusal)
