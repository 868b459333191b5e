"""The states of a service's life: reviewed, live, paused until a day, retired."""

import datetime
import logging

from django.db import transaction

from portal import audit, clock, permissions
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import recurring_checks, service_locks, status
from readiness.choices import ServiceState
from readiness.models import Service
from readiness.rules import services as rules

log = logging.getLogger(__name__)


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
    facts: dict[str, audit.Fact] = {"service": service.slug, "state": state}
    if was == ServiceState.LIVE and (not_owed := recurring_checks.release(service)):
        facts["not_owed"] = not_owed
    status.refresh(service)
    said = {"reason": reason.strip()}
    audit.record(access, verbs.SERVICE_STATE_CHANGED, service, scope=service.scope, facts=facts, texts=said)


def _move(
    access: Access, service: Service, state: str, reason: str, *, paused_until: datetime.date | None = None
) -> Service:
    with transaction.atomic():
        service = service_locks.locked(service)
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        set_state(access, service, state, reason, paused_until=paused_until)
    return service


def _resumed(service: Service) -> bool:
    try:
        with transaction.atomic():
            set_state(None, service_locks.locked(service), ServiceState.LIVE)
    except DomainError as refusal:
        log.warning("%s stays as it is: %s", service.slug, refusal)
        return False
    return True


def _reason_refusals(reason: str) -> texts.Refusals:
    refusal = texts.refusal(reason.strip(), 1000, one_line=False) if reason.strip() else "Say why."
    return {"reason": [refusal]} if refusal else {}


def _refuse_move(state: str, target: str) -> None:
    if refusal := rules.move_refusal(state, target):
        raise DomainError(refusal)
