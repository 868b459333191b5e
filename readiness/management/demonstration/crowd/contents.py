"""What the digests of a service's record were made of."""

import json
from collections.abc import Iterator
from typing import Any

from portal import audit, canonical
from portal.models import AuditText
from portal.models.revisions import AbstractRevision
from readiness.choices import EvidenceKind
from readiness.management.demonstration.crowd.patterns import Pattern
from readiness.models import Evidence, Finding, LaunchDecision, Waiver
from readiness.rules import governed

Content = tuple[str, bytes, str]
"""A digest, the salt before the text, and the text."""


def digested(pattern: Pattern) -> dict[str, tuple[bytes, str]]:
    """Every digest in these rows that follows from a text: its salt and the text."""
    return {digest: (salt, text) for row in pattern.all() for digest, salt, text in _of(row)}


def _of(row: Any) -> Iterator[Content]:
    match row:
        case AbstractRevision():
            yield row.digest, b"", row.content
        case AuditText() if row.salt:
            yield audit.commitment(row.salt, row.value), bytes.fromhex(row.salt), row.value
        case Evidence():
            yield row.content_digest, b"", canonical.dumps(row.governed_content())
            if (drill := row.drill) is not None:
                named = (drill.public_id, drill.result, drill.minutes, drill.performed_at, drill.way_back_digest)
                yield row.digest, b"", canonical.dumps([EvidenceKind.DRILL.value, *named])
        case Waiver() | Finding():
            yield row.content_digest, b"", canonical.dumps(row.governed_content())
        case LaunchDecision():
            yield row.snapshot_digest, b"", row.snapshot
            rested = governed.rests_on(row.verdict, json.loads(row.snapshot)["governed"])
            yield row.governed_digest, b"", canonical.dumps(rested)
