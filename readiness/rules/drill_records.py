"""What may be put on record as a drill (product.md, Drills)."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from portal import dates
from portal.rules import texts
from readiness.choices import DrillKind, DrillResult

LONGEST_NOTE = 4000
MOST_MINUTES = Decimal("99999.9")


@dataclass(frozen=True)
class DrillRecord:
    """A drill as somebody tells of it. `has_file`: a file comes with it; `performed_at` is aware."""

    kind: str
    result: str
    in_production: bool
    from_version: str
    to_version: str
    performed_at: datetime.datetime
    minutes: Decimal
    note: str = ""
    link: str = ""
    has_file: bool = False


def refusals(record: DrillRecord, now: datetime.datetime) -> texts.Refusals:
    """What is wrong with it, by field; empty when it can be kept.

    A rollback is drilled outside production, and goes back to another version. A drill takes time. One that failed
    says what went wrong.
    """
    found: texts.Refusals = {}
    _add(found, "kind", "" if record.kind in DrillKind.values else "Choose what was rehearsed.")
    _add(found, "result", "" if record.result in DrillResult.values else "Say how it went.")
    if record.kind == DrillKind.ROLLBACK and record.in_production:
        _add(found, "environment", "A rollback is drilled outside production. Choose another environment.")
    _add(found, "from_version", _line(record.from_version, "Say from which version."))
    _add(found, "to_version", _line(record.to_version, "Say to which version."))
    if record.kind == DrillKind.ROLLBACK and record.to_version and record.to_version == record.from_version:
        _add(found, "to_version", "That is the version it went from. Name the one it went back to.")
    if not dates.can_be_meant(record.performed_at):
        _add(found, "performed_at", dates.OUTSIDE)
    elif record.performed_at > now:
        _add(found, "performed_at", "This moment is still to come.")
    if not 0 < record.minutes <= MOST_MINUTES:
        _add(found, "minutes", "Give the minutes it took, above 0.")
    if record.result == DrillResult.FAILED and not record.note:
        _add(found, "note", "Say what went wrong.")
    _add(found, "note", texts.refusal(record.note, LONGEST_NOTE, one_line=False))
    _add(found, "link", texts.web_address_refusal(record.link))
    if not record.link and not record.has_file:
        _add(found, "file", "Attach what was written down, or give a link to it.")
    return found


def _line(text: str, when_empty: str) -> str:
    return texts.refusal(text, 120) if text else when_empty


def _add(found: texts.Refusals, field: str, words: str) -> None:
    if words:
        found.setdefault(field, []).append(words)
