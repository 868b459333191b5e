"""A file of evidence leaves the portal: that is an event too."""

from django.db import transaction

from portal import audit
from portal.permissions import Access
from readiness import verbs
from readiness.models import CheckOccurrence, Drill, Evidence, Service


def note(
    access: Access, thing: Evidence | Drill | CheckOccurrence, *, service: Service, title: str, sha256: str
) -> None:
    """Puts on record that this person took the file of a piece of evidence, a drill or a recurring check."""
    facts: dict[str, audit.Fact] = {"service": service.slug, "evidence": str(thing.public_id), "sha256": sha256}
    with transaction.atomic():
        audit.record(access, verbs.EVIDENCE_DOWNLOADED, thing, scope=service.scope, facts=facts, texts={"title": title})
