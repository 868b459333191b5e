"""The chain itself, event by event, in constant memory.

Rows are read in slices by number, without objects: a million events take seconds, and what costs most is reading them.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from django.db import models
from django.db.models.functions import Cast
from pydantic_core import from_json

from portal import audit
from portal.models import AuditEvent, AuditHead, AuditText, Scope, User
from portal.record_verification.findings import Problem, Tally

SLICE = 2000
"""Events read at a time."""
COLUMNS = (
    "number",
    "previous",
    "digest",
    "body",
    "actor_id",
    "verb",
    "target_kind",
    "target_id",
    "scope_id",
    "via",
    "moment",
)
Row = tuple[int, str, str, str, int | None, str, str, str, int | None, str, str]
Words = dict[str, tuple[str, str, str | None]]
"""An event's texts: name → salt, value, and when it was erased."""
NO_WORDS: Words = {}
SAID = ("v", "number", "at", "actor", "verb", "target", "scope", "via")
"""What the body says and the columns repeat."""


def problems(head: AuditHead, tally: Tally) -> Iterator[Problem]:
    """Everything that is wrong with the chain up to this head, in order of number."""
    names = Names()
    number, digest = 0, audit.genesis(str(head.deployment))
    for rows, texts in _slices(head.number):
        for row in rows:
            words = texts.get(row[0], NO_WORDS)
            if row[0] != number + 1 or row[1] != digest or not _holds(row, words, names):
                yield from _link(row, number, digest)
                yield from _content(row, words, names)
            number, digest = row[0], row[2]
        _count(tally, rows, texts)
    if number != head.number:
        yield Problem(number + 1, f"events up to {head.number} are missing; the record ends at {number}.")
    elif digest != head.digest:
        yield Problem(number, "the head holds another digest than the last event.")
    yield from _beyond_the_head()


class Names:
    """The opaque ids of people and scopes by key: few, and asked for at every event."""

    def __init__(self) -> None:
        self.people: dict[int | None, str | None] = {None: audit.NOBODY}
        self.scopes: dict[int | None, str | None] = {None: None}

    def person(self, key: int | None) -> str | None:
        """The public id of a person."""
        if key not in self.people:
            self.people |= {pk: str(name) for pk, name in User.objects.values_list("pk", "public_id")}
        return self.people.get(key)

    def scope(self, key: int | None) -> str | None:
        """The public id of a scope."""
        if key not in self.scopes:
            self.scopes |= {pk: str(name) for pk, name in Scope.objects.values_list("pk", "public_id")}
        return self.scopes.get(key)


def _slices(last: int) -> Iterator[tuple[list[Row], dict[int, Words]]]:
    events = AuditEvent.objects.order_by("number").annotate(moment=Cast("at", models.TextField()))
    number = 0
    while rows := list(events.filter(number__gt=number, number__lte=last).values_list(*COLUMNS)[:SLICE]):
        texts: dict[int, Words] = {}
        between = AuditText.objects.filter(event_id__gt=number, event_id__lte=rows[-1][0])
        between = between.annotate(gone=Cast("erased_at", models.TextField()))
        for event, name, salt, value, gone in between.values_list("event_id", "name", "salt", "value", "gone"):
            texts.setdefault(event, {})[name] = (salt, value, gone)
        yield rows, texts
        number = rows[-1][0]


def _count(tally: Tally, rows: list[Row], texts: dict[int, Words]) -> None:
    tally.events += len(rows)
    erased = [text[2] for words in texts.values() for text in words.values()]
    tally.texts += len(erased)
    tally.erased += len(erased) - erased.count(None)


def _holds(row: Row, words: Words, names: Names) -> bool:
    """Whether digest and content of an event are as they must be, told without reading the JSON.

    The body is canonical, so all of it but the facts and the request follows from the columns and the texts. False for
    a few that hold as well (an erased text, a fact with a brace in it): `_link` and `_content` look closer.
    """
    number, previous, digest, body, actor, verb, kind, target, scope, via, moment = row
    try:
        leaf = sha256(b"\x00" + body.encode()).digest()
        if sha256(b"\x02" + bytes.fromhex(previous) + leaf).hexdigest() != digest:
            return False
        committed = _committed(words) if words else ""
    except ValueError:
        return False
    start = f'{{"actor":"{names.people.get(actor) or names.person(actor)}","at":"{recorded(moment)}","facts":{{'
    place = f'"{names.scopes.get(scope) or names.scope(scope)}"' if scope else "null"
    end = (
        f'","scope":{place},"target":{{"id":"{target}","kind":"{kind}"}},"texts":{{{committed}}},'
        f'"v":1,"verb":"{verb}","via":"{via}"}}'
    )
    middle = f'}},"number":{number},"request":"'
    facts = body.find(middle, len(start))
    return (
        facts >= 0
        and body.startswith(start)
        and body.endswith(end)
        and body.find("{", len(start), facts) == body.find("}", len(start), facts) == -1
        and body.find('"', facts + len(middle), len(body) - len(end)) == -1
    )


def _committed(words: Words) -> str:
    """The commitments to these texts, as the body holds them: by name, in order."""
    told = [
        f'"{name}":"{sha256(bytes.fromhex(salt) + value.encode()).hexdigest()}"'
        for name, (salt, value, _) in words.items()
    ]
    return told[0] if len(told) == 1 else ",".join(sorted(told))


def _link(row: Row, number: int, digest: str) -> Iterator[Problem]:
    """Whether the event follows the one before it, and its digest follows from its body."""
    if row[0] != number + 1:
        yield Problem(number + 1, f"it is missing; event {row[0]} comes after event {number}.")
    if row[1] != digest:
        yield Problem(row[0], "it does not follow the event before it: the digest named as previous is another.")
    if not _is_hex(row[1]) or audit.chained(row[1], row[3]) != row[2]:
        yield Problem(row[0], "its digest is not that of its content: one of the two was changed.")


def _content(row: Row, words: Words, names: Names) -> Iterator[Problem]:
    """Whether the columns repeat the body, and the texts are those the body commits to."""
    number, _, _, text, actor, verb, kind, target, scope, via, moment = row
    try:
        body = from_json(text)
        said = [body[name] for name in SAID]
        committed = dict(body["texts"])
    except (ValueError, KeyError, TypeError):
        yield Problem(number, "its content cannot be read.")
        return
    aim = {"id": target, "kind": kind}
    kept = [1, number, recorded(moment), names.person(actor), verb, aim, names.scope(scope), via]
    if differing := [name for name, one, other in zip(SAID, said, kept, strict=True) if one != other]:
        yield Problem(number, f"its columns do not repeat its content ({', '.join(differing)}).")
    if others := ", ".join(sorted(committed.keys() ^ words.keys())):
        yield Problem(number, f"its texts are not those it names ({others}).")
    for name, (salt, value, erased) in words.items():
        gone = erased and not salt and not value
        if name in committed and not gone and (not _is_hex(salt) or audit.commitment(salt, value) != committed[name]):
            yield Problem(number, f"its text “{name}” was changed.")


def _is_hex(text: str) -> bool:
    return re.fullmatch(r"(?:[0-9a-f]{2})*", text) is not None


def _beyond_the_head() -> Iterator[Problem]:
    """Events that the head does not know. The newest is read first: heads move with their event, never before it."""
    newest = AuditEvent.objects.order_by("-number").values_list("number", flat=True).first() or 0
    head = AuditHead.objects.values_list("number", flat=True).get(pk=1)
    if newest > head:
        yield Problem(head + 1, f"it stands beyond the head, which ends the record at {head}.")


def recorded(moment: str) -> str:
    """A database's own text of a moment in UTC, as the body writes it: `2026-11-12T15:02:07.123456Z`."""
    if len(moment) == 26 and moment[-3] != "+":
        return f"{moment[:10]}T{moment[11:]}Z"
    seconds, _, fraction = moment.removesuffix("+00").partition(".")
    return f"{seconds[:10]}T{seconds[11:]}.{fraction:0<6}Z"
