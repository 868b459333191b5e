"""Decision records as files that other tools read: MADR 4, one or all of a service."""

from readiness.models import DecisionRecord, Service
from readiness.rules import adr_writing
from readiness.rules import decision_records as rules


def file(record: DecisionRecord) -> tuple[str, str]:
    """The name and the text of a record's file."""
    later = record.superseded_by
    text = adr_writing.write(
        record.title,
        record.state,
        record.decided_on,
        record.content,
        superseded_by=(later.number, later.title) if later else None,
        supersedes=rules.named(record.content),
    )
    return adr_writing.file_name(record.number, record.title), text


def files(service: Service) -> list[tuple[str, str]]:
    """The files of all records of a service, by number: one statement."""
    return [file(record) for record in service.decision_records.select_related("superseded_by").order_by("number")]
