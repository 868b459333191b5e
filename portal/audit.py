"""The audit record: every change of state becomes an event, in the same transaction as the change.

The chain: `leaf = SHA-256(0x00 || body)` as a leaf of RFC 6962, `digest = SHA-256(0x02 || previous || leaf)`. Names and
free text stand beside the chain as salted commitments: a person's words can be erased, and the chain still verifies.
"""

import hashlib
import re
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError, models, transaction

from portal import canonical, clock, origin
from portal.errors import RecordUnavailable
from portal.models import AuditEvent, AuditHead, AuditText, Scope
from portal.permissions import Access
from portal.registry import Registry

Fact = str | int | bool | None | list[str] | list[int]
VERB_NAME = re.compile(r"^[a-z-]+\.[a-z-]+$")
LONGEST_FACT = 200
"""Characters: a fact is a key, a number, a state or an opaque id. Anything longer is somebody's words, and a text."""
NOBODY = "portal"
"""Whom the body names where no person acted: the portal itself."""


@dataclass(frozen=True)
class Verb:
    """A kind of event: its name, the sentence a reader sees, and what it may carry.

    `sentence` may name facts and texts in braces. `facts` are keys, numbers, states and opaque ids, chained in clear;
    `texts` are names and free words, chained as commitments. Anything not listed is refused, before it is chained.
    """

    name: str
    sentence: str
    facts: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The first half of the name: what it happened to."""
        return self.name.partition(".")[0]

    @property
    def named(self) -> frozenset[str]:
        """The facts and texts that the sentence names."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.sentence) if name)


@dataclass(frozen=True)
class VerbGroup:
    """Verbs that one looks for together: their label, and the first halves of their names."""

    label: str
    kinds: tuple[str, ...]


verbs: Registry[Verb] = Registry("audit verbs")
verb_groups: Registry[VerbGroup] = Registry("groups of audit verbs")


def verb(name: str, sentence: str, *, facts: str = "", texts: str = "") -> Verb:
    """Declares a verb; facts and texts are names parted by spaces. Called once for each, at import.

    Raises ValueError for a name that is no `thing.happened`, or a sentence that names what the verb does not carry.
    """
    declared = Verb(name, sentence, frozenset(facts.split()), frozenset(texts.split()))
    if not VERB_NAME.match(name) or declared.facts & declared.texts:
        raise ValueError(f"“{name}” is no verb: a name like review.started, each fact or text once.")
    if strange := declared.named - declared.facts - declared.texts:
        raise ValueError(f"The sentence of {name} names {', '.join(sorted(strange))}, which it does not carry.")
    return verbs.add(name, declared)


def verb_group(key: str, label: str, *kinds: str) -> None:
    """Groups verbs by the first half of their names, for the filter of the audit trail."""
    verb_groups.add(key, VerbGroup(label, kinds))


def verbs_of(key: str) -> list[str]:
    """The names of the verbs in a group."""
    kinds = verb_groups[key].kinds
    return [declared.name for declared in verbs if declared.kind in kinds]


@dataclass(frozen=True)
class Entry:
    """An event that is to be appended: what happened to what, and what it carries. Empty texts are left out."""

    verb: Verb
    target: models.Model
    scope: Scope | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def record(
    access: Access | None,
    verb: Verb,
    target: models.Model,
    *,
    scope: Scope | None = None,
    facts: Mapping[str, Fact] | None = None,
    texts: Mapping[str, str] | None = None,
) -> AuditEvent:
    """Appends one event to the chain and returns it. Call it last in the action's transaction: it takes the one lock.

    `access` is who acts (None: the portal itself). Raises RecordUnavailable when the event cannot be written, so that
    the change it belongs to is rolled back; ValueError for a fact or text the verb does not list.
    """
    return record_all(access, [Entry(verb, target, scope, facts or {}, texts or {})])[0]


def record_all(access: Access | None, entries: Sequence[Entry]) -> list[AuditEvent]:
    """Appends several events of one transaction in their order, in as few statements as one; raises as `record`."""
    for entry in entries:
        _refuse_unlisted(entry)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of its change.")
    try:
        return _append(access, entries)
    except (DatabaseError, AuditHead.DoesNotExist) as error:
        raise RecordUnavailable("The audit record could not be written; nothing was changed.") from error


PROBED = Verb("record.probed", "")


def probe() -> None:
    """Appends an event and takes it back. Raises RecordUnavailable when the record could not take it."""
    with origin.arriving("probe"), transaction.atomic():
        record(None, PROBED, AuditHead(pk=1))
        transaction.set_rollback(True)


def _refuse_unlisted(entry: Entry) -> None:
    verb = entry.verb
    if unlisted := (entry.facts.keys() - verb.facts) | (_said(entry).keys() - verb.texts):
        raise ValueError(f"{verb.name} does not carry {', '.join(sorted(unlisted))}.")
    for name, fact in entry.facts.items():
        if any(len(part) > LONGEST_FACT for part in _words(fact)):
            raise ValueError(f"{verb.name}: {name} is longer than a fact is; give it as a text.")


def _said(entry: Entry) -> dict[str, str]:
    return {name: text for name, text in entry.texts.items() if text}


def _words(fact: Fact) -> list[str]:
    parts = fact if isinstance(fact, list) else [fact]
    return [part for part in parts if isinstance(part, str)]


def _append(access: Access | None, entries: Sequence[Entry]) -> list[AuditEvent]:
    head = AuditHead.objects.select_for_update().get(pk=1)
    events: list[AuditEvent] = []
    texts: list[AuditText] = []
    for entry in entries:
        before = events[-1] if events else head
        event, said = _event(access, entry, before)
        events.append(event)
        texts += said
    AuditEvent.objects.bulk_create(events)
    AuditText.objects.bulk_create(texts)
    if events:
        last = events[-1]
        moved = AuditHead.objects.filter(pk=1, number=head.number).update(number=last.number, digest=last.digest)
        if moved != 1:
            raise RecordUnavailable("Another event took this place in the record; nothing was changed.")
    return events


def _event(access: Access | None, entry: Entry, before: AuditHead | AuditEvent) -> tuple[AuditEvent, list[AuditText]]:
    """The event that follows the one before, and the words that stand beside it."""
    came, said = origin.current(), _said(entry)
    if came.address:
        said.setdefault("address", came.address)
    event = AuditEvent(
        number=before.number + 1,
        at=clock.now(),
        actor=access.person if access else None,
        verb=entry.verb.name,
        target_kind=entry.target._meta.model_name or "",
        target_id=identifier(entry.target),
        scope=entry.scope,
        via=came.via,
        previous=before.digest,
    )
    texts = [AuditText(event=event, name=name, salt=secrets.token_hex(32), value=text) for name, text in said.items()]
    commitments = {text.name: commitment(text.salt, text.value) for text in texts}
    event.body = _body(event, came.request, entry.facts, commitments)
    event.digest = chained(before.digest, event.body)
    return event, texts


def _body(event: AuditEvent, request: str, facts: Mapping[str, Fact], commitments: Mapping[str, str]) -> str:
    """The event as canonical JSON: what is chained."""
    return canonical.dumps(
        {
            "v": 1,
            "number": event.number,
            "at": event.at,
            "actor": event.actor.public_id if event.actor else NOBODY,
            "verb": event.verb,
            "target": {"kind": event.target_kind, "id": event.target_id},
            "scope": event.scope.public_id if event.scope else None,
            "via": event.via,
            "request": request,
            "facts": facts,
            "texts": commitments,
        }
    )


def identifier(target: models.Model) -> str:
    """The opaque name by which the record knows a row."""
    return str(getattr(target, "public_id", target.pk))


def commitment(salt: str, text: str) -> str:
    """What the chain holds in place of a text: SHA-256 of salt and text."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def leaf(body: str) -> bytes:
    """The event's leaf hash, as in RFC 6962."""
    return hashlib.sha256(b"\x00" + body.encode()).digest()


def chained(previous: str, body: str) -> str:
    """The digest of an event that follows the digest `previous` (hex)."""
    return hashlib.sha256(b"\x02" + bytes.fromhex(previous) + leaf(body)).hexdigest()


def genesis(deployment: str) -> str:
    """The digest the first event follows: bound to this installation, so that two records cannot be swapped."""
    return hashlib.sha256(b"gatehouse record " + deployment.encode()).hexdigest()
