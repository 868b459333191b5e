"""Writing revisions, and reading them as of a place in the record: the same way for every governed thing."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from portal import canonical
from portal.models import User
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
    return add_all(kind, [(subject, content, event)], access)[0]


def add_all(kind: type[R], kept: Iterable[tuple[Governed, Any, AuditEvent]], access: Access | None) -> list[R]:
    """The same for several subjects, each with its content and its event."""
    author = access.person if access else None
    return kind._default_manager.bulk_create(
        [_revision(kind, subject, content, event, author) for subject, content, event in kept]
    )


def _revision(kind: type[R], subject: Governed, content: Any, event: AuditEvent, author: User | None) -> R:
    fields: dict[str, Any] = {
        "subject": subject,
        "number": subject.revision,
        "content": canonical.dumps(content),
        "digest": canonical.digest(content),
        "author": author,
        "event": event,
    }
    return kind(**fields)


def as_of(revisions: QuerySet[R], number: int) -> QuerySet[R]:
    """Of each subject in these revisions the newest one whose event is not later than event `number`."""
    earlier: dict[str, Any] = {"subject_id": OuterRef("subject_id"), "event_id__lte": number}
    newest = revisions.model._default_manager.filter(**earlier).order_by("-number").values("pk")[:1]
    return revisions.filter(pk=Subquery(newest))
