"""Changing what is declared about services, one or several, and confirming a tier."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal import audit, canonical, clock, permissions, revisions
from portal.errors import Conflict, DomainError
from portal.models import Scope, Team, User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import applicability, service_locks, status
from readiness.choices import ServiceState
from readiness.models import Service, ServiceRevision
from readiness.queries import open_incidents
from readiness.queries import services as service_queries
from readiness.rules import services as rules


@dataclass(frozen=True)
class Change:
    """What is to be declared about a service instead. `revision` is the one the person saw."""

    service: Service
    owner: User
    facts: rules.Facts
    restricted: bool
    revision: int


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
    standing = service_locks.locked_all([one.service.pk for one in wanted])
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
    hidden_or_shown = [service.pk for service, _, fields in changed if "restricted" in fields]
    others = open_incidents.hanging_on(hidden_or_shown)
    status.hold_by_key({*(one.pk for one in asked_anew), *hidden_or_shown, *others})
    entries = [_changed(service, seen, fields, is_reviewed=service.pk in reviewed) for service, seen, fields in changed]
    for other in Service.objects.filter(pk__in=open_incidents.hanging_on(hidden_or_shown)).order_by("pk"):
        status.refresh(other)
    events = audit.record_all(access, entries)
    kept = [(one[0], one[0].governed_content(), event) for one, event in zip(changed, events, strict=True)]
    revisions.add_all(ServiceRevision, kept, access)
    return [standing[one.service.pk] for one in wanted]


def change_refusals(
    service: Service, owner: User, facts: rules.Facts, members: Collection[tuple[int, int]]
) -> texts.Refusals:
    """All that speaks against declaring this about a service, by field. `members` says who is in which team."""
    refused = owner_refusals(owner, service.team, members) if owner != service.owner else {}
    return rules.refusals(rules.tidied(facts)) | refused


def declared(service: Service) -> rules.Facts:
    """What is declared about a service now, as a change to it begins."""
    return rules.Facts(**{name: _declared(service, name) for name in rules.Facts.__dataclass_fields__})


def redeclared(service: Service, owner: User, facts: rules.Facts, restricted: bool) -> list[str]:
    """Puts what is declared on the row, without saving it; returns the names of the fields that differ now."""
    before = canonical.plain(service.governed_content())
    put(service, owner, rules.tidied(facts), restricted)
    return rules.changed_fields(before, canonical.plain(service.governed_content()))


def confirm_tier(access: Access, *, service: Service, revision: int) -> Service:
    """An approver confirms the tier as declared in the revision they saw; never the person who declared it."""
    with transaction.atomic():
        service = service_locks.locked(service)
        permissions.require(access, Capability.TIER_CONFIRM, service.scope)
        refuse_stale(service, revision)
        if service.tier_confirmed_by_id is not None:
            raise Conflict(f"Tier {service.tier} is confirmed already.")
        declared_by = service_queries.tier_declared_by(service)
        if declared_by is not None and declared_by.identity == access.person.identity:
            raise DomainError(f"You declared tier {service.tier} yourself. Another approver confirms it.")
        now = clock.now()
        Service.objects.filter(pk=service.pk).update(tier_confirmed_by=access.person, tier_confirmed_at=now)
        service.tier_confirmed_by, service.tier_confirmed_at = access.person, now
        facts: dict[str, audit.Fact] = {"service": service.slug, "tier": service.tier}
        audit.record(access, verbs.TIER_CONFIRMED, service, scope=service.scope, facts=facts)
    return service


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


def put(service: Service, owner: User, facts: rules.Facts, restricted: bool) -> None:
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


def owner_refusals(owner: User, team: Team, members: Collection[tuple[int, int]]) -> texts.Refusals:
    """Why this person cannot own a service of the team, at `owner`. `members` says who is in which team."""
    if (owner.pk, team.pk) in members:
        return {}
    return {"owner": [f"{owner.name} is not in {team.name}. Choose somebody of the team."]}


def refuse_retired(service: Service) -> None:
    """Raises DomainError for a service that is retired."""
    if service.state == ServiceState.RETIRED:
        raise DomainError("The service is retired; what was declared about it stays as it is.")
