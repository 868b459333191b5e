"""Writing revisions: one helper for every governed thing."""

from typing import Any, Protocol, TypeVar

from portal import canonical
from portal.models.audit import AuditEvent
from portal.models.revisions import AbstractRevision
from portal.permissions import Access

R = TypeVar("R", bound=AbstractRevision)


class Governed(Protocol):
    """A head row: it counts its revisions and holds the digest of its content."""

    pk: Any
    revision: int
    content_digest: str


def add(kind: type[R], subject: Governed, content: Any, event: AuditEvent, access: Access | None) -> R:
    """Keeps the subject's content as its next revision, tied to the event. The head's counter moves with it.

    The caller has set `subject.revision` and `subject.content_digest` by its own conditional update; the unique
    constraint on (subject, number) refuses a second writer of the same number.
    """
    text = canonical.dumps(content)
    return kind.objects.create(  # type: ignore[misc]  # the concrete class adds `subject`
        subject=subject,
        number=subject.revision,
        content=text,
        digest=canonical.digest(content),
        author=access.person if access else None,
        event=event,
    )
