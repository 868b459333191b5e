"""Declaring a service's targets."""

from django.db import transaction

from portal import audit, canonical, permissions, revisions
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import applicability, status
from readiness.models import Service, ServiceTarget, TargetRevision
from readiness.queries import targets as target_queries
from readiness.rules import targets as rules
from readiness.rules.measures import Targets


def change(access: Access, *, service: Service, targets: Targets, revision: int) -> ServiceTarget:
    """Declares all targets at once; None leaves one open. `revision` is the one the person saw.

    Measured items of open reviews are decided anew. Raises Conflict, naming who changed what in between, when the
    revision has moved on; DomainError with every refused field.
    """
    with transaction.atomic():
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        head = ServiceTarget.objects.select_for_update().get(service=service)
        _refuse_stale(head, revision)
        if errors := rules.refusals(targets):
            raise DomainError.of(errors)
        fields = [name for name in rules.WORDS if getattr(head, name) != getattr(targets, name)]
        if not fields:
            return head
        _write(head, targets, fields)
        service.target = head  # what is decided anew below reads the new numbers
        applicability.recount(service)
        status.refresh(service)
        recorded: dict[str, audit.Fact] = {"service": service.slug, "fields": fields}
        recorded |= {"revision": head.revision, "digest": head.content_digest}
        event = audit.record(access, verbs.TARGETS_CHANGED, service, scope=service.scope, facts=recorded)
        revisions.add(TargetRevision, head, head.governed_content(), event, access)
    return head


def _write(head: ServiceTarget, targets: Targets, fields: list[str]) -> None:
    """Saves the numbers as the next revision; the condition decides between two at once."""
    for name in fields:
        setattr(head, name, getattr(targets, name))
    head.revision += 1
    head.content_digest = canonical.digest(head.governed_content())
    names = (*fields, "revision", "content_digest")
    standing = ServiceTarget.objects.filter(pk=head.pk, revision=head.revision - 1)
    if not standing.update(**{name: getattr(head, name) for name in names}):
        raise Conflict("Somebody else changed the targets at the same moment. Nothing you typed is lost.")


def _refuse_stale(head: ServiceTarget, revision: int) -> None:
    if head.revision == revision:
        return
    changes = target_queries.changes_since(head, revision)
    said = "; ".join(str(change) for change in changes)
    raise Conflict(
        f"{said or 'The targets were changed'} in between. Nothing you typed is lost.",
        saved_by=", ".join(dict.fromkeys(change.who for change in changes)),
    )
