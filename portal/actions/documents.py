"""Keeping documents: begun, revised, said to be still true. The same for every kind, whose own actions call it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal import audit, canonical, clock, permissions
from portal.access import access_of
from portal.audit import Verb
from portal.errors import Conflict, DomainError
from portal.models import AuditEvent, User
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from portal.permissions import Access, Capability
from portal.rules import document_fields, freshness, texts
from portal.rules.document_fields import DocumentField

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Kind:
    """How a kind of document is kept: its name in sentences, its fields, its rows, how the record calls its acts."""

    name: str
    fields: tuple[DocumentField, ...]
    revisions: type[AbstractDocumentRevision]
    reviews: type[AbstractDocumentReview]
    begun: Verb
    revised: Verb
    reviewed: Verb


@dataclass(frozen=True)
class Written:
    """What a person wrote: the content by field, why, who keeps it and how often it is reviewed.

    `is_review`: the writer went over all of it, so the next review is counted from today.
    """

    content: Mapping[str, Any]
    note: str = ""
    keeper: User | None = None
    review_every: int | None = None
    is_review: bool = False


def begin(access: Access, kind: Kind, document: AbstractDocument, written: Written) -> None:
    """Writes the first revision of a document whose other columns the kind has set. It counts as a review.

    Raises DomainError at the field that is refused. Call it inside the kind's transaction, last.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, document.scope)
    document.content = _content(kind, written)
    document.keeper = _keeper(document, written.keeper or access.person)
    _time(document, written)
    _put(access, document)
    _reviewed_now(access, document)
    document.revision = 1
    document.content_digest = canonical.digest(document.governed_content())
    document.remind_at = document.reminder(clock.now()).next_at
    document.save(force_insert=True)
    event = _keep(access, kind, kind.begun, document, written.note, [field.key for field in kind.fields])
    _keep_review(access, kind, document, event)


def revise(access: Access, kind: Kind, document: AbstractDocument, written: Written, *, seen: int) -> list[str]:
    """Writes the next revision; the keys of what changed, none where nothing did. `seen` is the revision begun from.

    Fields that somebody else changed in between stay theirs, unless both changed the same one: Conflict at that field.
    The kind may have changed columns of its own on `document`; they are saved with it. Raises DomainError at the field
    that is refused.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, document.scope)
    standing = type(document)._default_manager.select_for_update().get(pk=document.pk)
    mine = _content(kind, written)
    document.content = mine if standing.revision == seen else _merged(kind, standing, mine, seen)
    document.revision = standing.revision
    document.keeper = _keeper(document, written.keeper or standing.keeper)
    _time(document, written)
    if canonical.digest(document.governed_content()) == standing.content_digest:
        return []
    changed = document_fields.changed(kind.fields, standing.content, document.content)
    _put(access, document)
    document.revision += 1
    document.content_digest = canonical.digest(document.governed_content())
    if written.is_review:
        _reviewed_now(access, document)
    else:
        document.review_on = freshness.due_on(standing.reviewed_on, document.review_every)
    document.remind_at = document.reminder(clock.now()).next_at
    _move(document)
    keys = [field.key for field in changed]
    event = _keep(access, kind, kind.revised, document, written.note, keys)
    if written.is_review:
        _keep_review(access, kind, document, event)
    return keys or ["terms"]


def move(
    access: Access,
    kind: Kind,
    verb: Verb,
    document: AbstractDocument,
    *,
    note: str = "",
    is_review: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Keeps a change of the kind's own columns as the next revision; the content stays word for word as it is.

    The kind has changed the columns on `document`, read in this transaction, and has asked who may. `is_review`: who
    moves it went over it, so the next review is counted from today. `facts` go into the record beside the usual ones.
    Raises Conflict where somebody else saved it at the same moment, DomainError at `note`.
    """
    if words := texts.refusal(note.strip(), LONGEST_NOTE):
        raise DomainError.of({"note": [words]})
    document.revision += 1
    document.content_digest = canonical.digest(document.governed_content())
    if is_review:
        _reviewed_now(access, document)
    document.remind_at = document.reminder(clock.now()).next_at
    _move(document)
    event = _keep(access, kind, verb, document, note, [], facts)
    if is_review:
        _keep_review(access, kind, document, event)


def confirm(access: Access, kind: Kind, document: AbstractDocument, *, seen: int, note: str = "") -> None:
    """Somebody went over the document and says that it is still true: the next review is counted from today.

    `seen` is the revision they read: Conflict where it was revised since. Raises DomainError at `note`.
    """
    with transaction.atomic():
        permissions.require(access, Capability.DOCUMENT_REVIEW, document.scope)
        if words := texts.refusal(note, document_fields.LONGEST_TEXT, one_line=False):
            raise DomainError.of({"note": [words]})
        _reviewed_now(access, document)
        document.remind_at = document.reminder(clock.now()).next_at
        names = ("reviewed_by", "reviewed_on", "reviewed_revision", "review_on", "remind_at")
        standing = type(document)._default_manager.filter(pk=document.pk, revision=seen)
        document.reviewed_revision = seen
        if not standing.update(**{name: getattr(document, name) for name in names}):
            raise Conflict(f"This {kind.name} was revised while you read it. Look at what changed, then say so again.")
        facts = {**document.recorded_facts(), "revision": seen, "digest": document.content_digest}
        facts["review_on"] = str(document.review_on)
        event = audit.record(
            access, kind.reviewed, document, scope=document.scope, facts=facts, texts={"note": note.strip()}
        )
        _keep_review(access, kind, document, event, note)


def _content(kind: Kind, written: Written) -> dict[str, Any]:
    content = document_fields.tidied(kind.fields, written.content)
    errors = document_fields.refusals(kind.fields, content)
    if words := texts.refusal(written.note.strip(), LONGEST_NOTE):
        errors["note"] = [words]
    if errors:
        raise DomainError.of(errors)
    return content


def _merged(kind: Kind, standing: AbstractDocument, mine: Mapping[str, Any], seen: int) -> dict[str, Any]:
    """My content with what others wrote since `seen` in fields that I left alone; both at one field is a Conflict."""
    revisions: Any = kind.revisions
    since = revisions.objects.filter(subject=standing, number__gte=seen).select_related("author")
    rows = {row.number: row for row in since}
    if seen not in rows:
        raise Conflict(f"This {kind.name} has no revision {seen}. Open it anew.")
    base = json.loads(rows[seen].content)["fields"]
    both = document_fields.merged(kind.fields, base=base, standing=standing.content, mine=mine)
    if not both.clashes:
        return dict(both.content)
    who = ", ".join(dict.fromkeys(row.author.name for number, row in rows.items() if number > seen and row.author))
    field = both.clashes[0]
    raise Conflict(
        f"{who} changed {field.label} in between. Nothing you typed is lost: compare both, then save again.",
        field=field.key,
        saved=standing.content.get(field.key, ""),
        saved_by=who,
    )


def _keeper(document: AbstractDocument, person: User) -> User:
    if not person.is_active or not access_of(person).sees(document.scope):
        raise DomainError.of({"keeper": ["Choose somebody who can see this service."]})
    return person


def _time(document: AbstractDocument, written: Written) -> None:
    every = written.review_every
    if every is None:
        return
    if every not in dict(freshness.EVERY):
        raise DomainError.of({"review_every": ["Choose how often it is reviewed."]})
    document.review_every = every


def _put(access: Access, document: AbstractDocument) -> None:
    document.written_by = access.person
    document.written_at = clock.now()


def _reviewed_now(access: Access, document: AbstractDocument) -> None:
    document.reviewed_by = access.person
    document.reviewed_on = clock.now().date()
    document.reviewed_revision = document.revision or 1
    document.review_on = freshness.due_on(document.reviewed_on, document.review_every)


def _move(document: AbstractDocument) -> None:
    """Saves the head while it stands at the revision before; of two at once the second is told."""
    fields = {
        field.attname: getattr(document, field.attname)
        for field in document._meta.concrete_fields
        if not field.primary_key
    }
    standing = type(document)._default_manager.filter(pk=document.pk, revision=document.revision - 1)
    if not standing.update(**fields):
        raise Conflict("Somebody else saved it at the same moment. Nothing you typed is lost: save again.")


def _keep(
    access: Access,
    kind: Kind,
    verb: Verb,
    document: AbstractDocument,
    note: str,
    changed: list[str],
    more: Mapping[str, Any] | None = None,
) -> AuditEvent:
    facts = {**document.recorded_facts(), "revision": document.revision, "digest": document.content_digest}
    facts |= {"fields": changed, **(more or {})}
    event = audit.record(access, verb, document, scope=document.scope, facts=facts, texts={"note": note.strip()})
    kept: dict[str, Any] = {
        "subject": document,
        "number": document.revision,
        "content": canonical.dumps(document.governed_content()),
        "digest": document.content_digest,
        "author": access.person,
        "event": event,
        "note": note.strip(),
    }
    kind.revisions._default_manager.create(**kept)
    return event


def _keep_review(access: Access, kind: Kind, document: AbstractDocument, event: AuditEvent, note: str = "") -> None:
    """A review by itself, or one that a revision is at the same time: then both hang on its event."""
    row: dict[str, Any] = {"document": document, "revision": document.reviewed_revision, "event": event}
    row |= {"note": note.strip(), "by": access.person, "on": document.reviewed_on, "review_on": document.review_on}
    kind.reviews._default_manager.create(**row)
