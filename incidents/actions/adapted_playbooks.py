"""Adapting a playbook for a service, and going back to the steps that ship; every revision is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from incidents import verbs
from incidents.models import AdaptedPlaybook, AdaptedPlaybookRevision, AlertPlaybook
from incidents.rules import adapted_playbooks as rules
from portal import audit, canonical, clock, permissions, revisions
from portal.audit import Verb
from portal.errors import Conflict, DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.models import Service

LONGEST_NOTE = 300
SHIPPED_ALREADY = "The steps that ship are followed already."
NEWER = "Somebody adapted this playbook in between. Look at what stands now, then say yours again."


def adapt(
    access: Access,
    *,
    service: Service,
    playbook: AlertPlaybook,
    steps: Sequence[Mapping[str, str]],
    note: str,
    seen: int,
) -> AdaptedPlaybook:
    """Puts these steps in place of what ships, read at revision `seen` (0: none yet), for incidents from now on.

    Raises NotPermitted, Conflict where somebody was faster, and DomainError at `steps` or `note`.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, service.scope)
    rows, note = rules.tidied(steps), texts.tidied(note)
    errors = rules.refusals(playbook.playbook, rows)
    if words := texts.refusal(note, LONGEST_NOTE) if note else "Say why, in a few words.":
        errors["note"] = [words]
    if errors:
        raise DomainError.of(errors)
    shipped = rules.shipped(playbook.playbook, is_third_party=service.traits.is_third_party)
    with transaction.atomic():
        row = _begun(access, service, playbook, seen)
        fields = {"steps": rows, "note": note, "is_in_use": True, "shipped": shipped}
        return _moved(access, row, verbs.PLAYBOOK_ADAPTED, fields)


def use_shipped(access: Access, *, adapted: AdaptedPlaybook, note: str, seen: int) -> AdaptedPlaybook:
    """Goes back to the steps that ship; what was adapted stays in its revisions. Raises as `adapt`."""
    permissions.require(access, Capability.DOCUMENT_WRITE, adapted.scope)
    note = texts.tidied(note)
    if words := texts.refusal(note, LONGEST_NOTE) if note else "Say why, in a few words.":
        raise DomainError.of({"note": [words]})
    if not adapted.is_in_use:
        raise DomainError(SHIPPED_ALREADY)
    with transaction.atomic():
        if adapted.revision != seen:
            raise Conflict(NEWER)
        return _moved(access, adapted, verbs.PLAYBOOK_RETURNED, {"note": note, "is_in_use": False})


def _begun(access: Access, service: Service, playbook: AlertPlaybook, seen: int) -> AdaptedPlaybook:
    """The row as it was read at `seen`; a new one where there was none."""
    row = AdaptedPlaybook.objects.filter(service=service, playbook=playbook.key).first()
    if (row.revision if row else 0) != seen:
        raise Conflict(NEWER)
    if row is None:
        row = AdaptedPlaybook(service=service, playbook=playbook.key)
        row.adapted_by, row.adapted_at = access.person, clock.now()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as clash:
            raise Conflict(NEWER) from clash
    return row


def _moved(access: Access, row: AdaptedPlaybook, verb: Verb, fields: Mapping[str, Any]) -> AdaptedPlaybook:
    """Writes these columns as the next revision, if nobody else did."""
    if not AdaptedPlaybook.objects.filter(pk=row.pk, revision=row.revision).update(revision=F("revision") + 1):
        raise Conflict(NEWER)
    for name, value in fields.items():
        setattr(row, name, value)
    row.revision += 1
    row.adapted_by, row.adapted_at = access.person, clock.now()
    row.content_digest = canonical.digest(row.governed_content())
    row.save()
    facts: dict[str, audit.Fact] = {"service": row.service.slug, "playbook": row.playbook}
    facts |= {"revision": row.revision, "digest": row.content_digest}
    event = audit.record(access, verb, row, scope=row.scope, facts=facts, texts={"note": row.note})
    revisions.add(AdaptedPlaybookRevision, row, row.governed_content(), event, access)
    return row
