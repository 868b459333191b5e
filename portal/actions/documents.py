"""Keeping documents: begun, revised, said to be still true. The same for every kind, whose own actions call it."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from portal import audit, canonical, clock, permissions
from portal.access import access_of
from portal.audit import Verb
from portal.document_kinds import Kind
from portal.errors import Conflict, DomainError
from portal.models import AuditEvent, User
from portal.models.documents import AbstractDocument
from portal.permissions import Access, Capability
from portal.queries import documents as queries
from portal.rules import document_fields, freshness, merging, texts
from portal.rules.merging import Merged, Said

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Written:
    """What a person wrote: the content by field, why, who keeps it and how often it is reviewed.

    `is_review`: the writer went over all of it, so the next review is counted from today. `terms`: the kind's own, by
    column. A term that is not said stays as it is.
    """

    content: Mapping[str, Any]
    note: str = ""
    keeper: User | None = None
    review_every: int | None = None
    is_review: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clash:
    """A field or a term that two people changed, each in their way: what is saved and by whom, and what was not."""

    key: str
    label: str
    saved: Any
    saved_by: str
    mine: Any

    @property
    def words(self) -> str:
        """What is said at its field."""
        who = self.saved_by or "Somebody"
        return f"{who} changed {self.label} in between. Nothing you typed is lost: compare both, then save again."


class Clashed(Conflict):
    """Others changed the same fields since the writer began, or what the writer says to have read. Nothing is saved.

    `together` is what to write on with from revision `seen`, which stands now: all of mine, and in what I left alone
    what others wrote. `theirs` are the labels of that, with who wrote them; it was not read, so it is not reviewed.
    """

    def __init__(self, clashes: Sequence[Clash], *, together: Said, theirs: Mapping[str, str], seen: int) -> None:
        if clashes:
            first = clashes[0]
            super().__init__(first.words, field=first.key, saved=first.saved, saved_by=first.saved_by)
            self.errors = {clash.key: [clash.words] for clash in clashes}
        else:
            super().__init__(_unread(theirs), field="is_review")
        self.clashes = {clash.key: clash for clash in clashes}
        self.together, self.theirs, self.seen = together, theirs, seen


def _unread(theirs: Mapping[str, str]) -> str:
    changed = ", ".join(f"{label} ({who or 'somebody'})" for label, who in theirs.items())
    return f"Others changed in between what you have not read: {changed}. Go over it as it stands, then say so again."


def begin(access: Access, kind: Kind, document: AbstractDocument, written: Written) -> None:
    """Writes the first revision of a document whose other columns the kind has set. It counts as a review.

    Raises DomainError at the field that is refused. Call it inside the kind's transaction, last.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, document.scope)
    _write(kind, document, written, access.person)
    _put(access, document)
    _reviewed_now(access, document)
    document.revision = 1
    document.content_digest = canonical.digest(document.governed_content())
    document.remind_at = document.reminder(clock.now()).next_at
    document.save(force_insert=True)
    event = _keep(access, kind, kind.begun, document, written.note, [field.key for field in kind.fields])
    _keep_review(access, kind, document, event)


def hold(document: AbstractDocument) -> None:
    """Reads the row again as it stands, locked where the database can: what is changed then is changed on that."""
    standing = type(document)._default_manager.select_for_update().get(pk=document.pk)
    for column in document._meta.concrete_fields:
        setattr(document, column.attname, getattr(standing, column.attname))


def refuse_older(kind: Kind, document: AbstractDocument, seen: int) -> None:
    """Raises Conflict where a document that is held was revised since the revision that somebody read."""
    if document.revision != seen:
        raise _revised_since(kind)


def revise(access: Access, kind: Kind, document: AbstractDocument, written: Written, *, seen: int) -> list[str]:
    """Writes the next revision; the keys of what changed, none where nothing did. `seen` is the revision begun from.

    Fields and terms that somebody else changed in between stay theirs, unless both changed the same one, or the writer
    says to have gone over all of it: Clashed. Raises DomainError at the field that is refused. `document` says what
    stands then.
    """
    permissions.require(access, Capability.DOCUMENT_WRITE, document.scope)
    hold(document)
    mine = copy.copy(document)
    _write(kind, mine, written, document.keeper)
    changed = _lay_over(kind, document, mine, seen, is_review=written.is_review)
    if not changed:
        return []
    _put(access, document)
    document.revision += 1
    document.content_digest = canonical.digest(document.governed_content())
    if written.is_review:
        _reviewed_now(access, document)
    else:
        document.review_on = freshness.due_on(document.reviewed_on, document.review_every)
    document.remind_at = document.reminder(clock.now()).next_at
    _move(document)
    fields = [field.key for field in kind.fields if field.key in changed]
    event = _keep(access, kind, kind.revised, document, written.note, fields)
    if written.is_review:
        _keep_review(access, kind, document, event)
    return changed


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

    The kind has changed the columns on `document`, which it holds, and has asked who may. `is_review`: who moves it
    went over it, so the next review is counted from today. `facts` go into the record beside the usual ones.
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
            raise _revised_since(kind)
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


def _write(kind: Kind, document: AbstractDocument, written: Written, otherwise: User) -> None:
    """Puts what was written into the row, where nothing of it is refused; `otherwise` keeps it if nobody is named."""
    document.content = _content(kind, written)
    document.keeper = _keeper(document, written.keeper or otherwise)
    _time(document, written)
    for column, value in written.terms.items():
        setattr(document, column, value)


def _lay_over(
    kind: Kind, document: AbstractDocument, mine: AbstractDocument, seen: int, *, is_review: bool
) -> list[str]:
    """Lays what I wrote over what stands in `document`; the keys of what changes.

    Both at one key are Clashed, and so is a review of what others wrote since.
    """
    begun = queries.begun_from(kind, document, seen)
    standing, said = kind.said(document.governed_content()), kind.said(mine.governed_content())
    both = merging.merged(base=begun.said, standing=standing, mine=said)
    if both.clashes or (is_review and both.theirs):
        raise _clashed(kind, document, begun, both, standing=standing, mine=said)
    changed = [key for key in said if both.content[key] != standing[key]]
    keys = (field.key for field in kind.fields)
    document.content = {key: both.content[key] for key in keys if both.content[key]}
    for term in kind.written_terms:
        if term.key in changed:
            setattr(document, term.key, getattr(mine, term.key))
    return changed


def _clashed(
    kind: Kind, document: AbstractDocument, begun: queries.Begun, both: Merged, *, standing: Said, mine: Said
) -> Clashed:
    clashes = [
        Clash(
            key,
            kind.label(key),
            kind.in_words(key, standing[key]),
            begun.writers.get(key, ""),
            kind.in_words(key, mine[key]),
        )
        for key in both.clashes
    ]
    theirs = {kind.label(key): begun.writers.get(key, "") for key in both.theirs}
    return Clashed(clashes, together=both.content, theirs=theirs, seen=document.revision)


def _revised_since(kind: Kind) -> Conflict:
    return Conflict(f"This {kind.name} was revised while you read it. Look at what changed, then say so again.")


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
