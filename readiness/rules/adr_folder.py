"""Taking in a folder of decision records: which file becomes which number, how the links between them hold. Pure."""

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from portal import canonical
from portal.rules import document_fields, texts
from readiness.choices import DecisionRecordState as State
from readiness.rules import adr_reading
from readiness.rules import decision_records as rules
from readiness.rules.adr_reading import AdrFile
from readiness.rules.adr_references import Reference

Outcome = Literal["new", "same", "refused", "left out"]
TEXTS = (".md", ".markdown")
NO_RECORDS = re.compile(
    r"(?:readme|index|contributing|(?:adr|decision|madr)?[-_]?template.*|.*[-_]template)", re.IGNORECASE
)
HELD = {State.ACCEPTED, State.DEPRECATED, State.SUPERSEDED}
"""The states of a record that was accepted once, and so may have ended others."""


@dataclass
class FileReport:
    """What becomes of one file. `notes` are what its owner should know, `errors` why it cannot be taken in."""

    path: str
    outcome: Outcome = "new"
    number: int = 0
    title: str = ""
    state: State = State.PROPOSED
    decided_on: datetime.date | None = None
    superseded_by: int | None = None
    content: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """Where the record will stand, in words."""
        return f"{self.state.label} by {self.superseded_by}" if self.superseded_by else self.state.label


@dataclass(frozen=True)
class Report:
    """What a folder does, file by file. `applied`: done; `is_stale`: it would now do something else than shown."""

    files: tuple[FileReport, ...]
    applied: bool = False
    is_stale: bool = False

    @property
    def refused(self) -> int:
        """How many files cannot be taken in; nothing of the folder is then."""
        return self.counted("refused")

    @property
    def new(self) -> list[FileReport]:
        """The files that become records, those that others end after those that end them."""
        return [one for one in self.files if one.outcome == "new"]

    @property
    def digest(self) -> str:
        """What the folder does, to compare what is confirmed with what was shown."""
        return canonical.digest(
            [
                [one.path, one.outcome, one.number, one.title, one.standing, one.content]
                for one in self.files
                if one.outcome != "left out"
            ]
        )

    def counted(self, outcome: str) -> int:
        """How many files have this outcome."""
        return sum(1 for one in self.files if one.outcome == outcome)


@dataclass
class _Read:
    """A file with what it said and what becomes of it."""

    file: AdrFile
    report: FileReport


def plan(files: Sequence[tuple[str, bytes]], existing: Mapping[int, tuple[str, str]]) -> Report:
    """What these files would become in a service. `existing`: title and digest of the text of its records, by number.

    A file that says what a record of the service says already is that record, and does nothing.
    """
    reports = [FileReport(path) for path, _ in files]
    read = [_Read(file, one) for (_, body), one in zip(files, reports, strict=True) if (file := _read(one, body))]
    _number(read, existing)
    _link(read)
    for one in read:
        _finish(one)
    return Report(tuple(sorted(reports, key=lambda one: (one.number or 10**9, one.path))))


def text_digest(content: Mapping[str, Any]) -> str:
    """The digest of a record's text, without what it names as superseded."""
    return canonical.digest({key: value for key, value in content.items() if key != rules.SUPERSEDES.key})


def _read(report: FileReport, body: bytes) -> AdrFile | None:
    name = report.path.rsplit("/", 1)[-1]
    hidden = any(part.startswith((".", "__MACOSX")) for part in report.path.split("/"))
    if hidden or not name.casefold().endswith(TEXTS) or NO_RECORDS.fullmatch(name.rsplit(".", 1)[0]):
        report.outcome = "left out"
        report.notes.append("It is no decision record.")
        return None
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.errors.append("It is no text in UTF-8. Save it as UTF-8.")
    else:
        if text.strip():
            return adr_reading.read(report.path, text)
        report.errors.append("It is empty.")
    report.outcome = "refused"
    return None


def _number(read: Sequence[_Read], existing: Mapping[int, tuple[str, str]]) -> None:
    """Numbers stay where they are free; the other files follow in order."""
    known = {said: number for number, said in existing.items()}
    taken = set(existing)
    waiting = []
    for one in sorted(read, key=lambda one: (one.file.number is None, one.file.number or 0, one.file.path)):
        if number := known.get((one.file.title, text_digest(one.file.content))):
            one.report.outcome, one.report.number = "same", number
            one.report.notes.append(f"Record {number} says the same already.")
        elif one.file.number and one.file.number not in taken:
            taken.add(one.file.number)
            one.report.number = one.file.number
        else:
            waiting.append(one)
    for one in waiting:
        one.report.number = max(taken, default=0) + 1
        taken.add(one.report.number)
        if one.file.number:
            one.report.notes.append(f"Number {one.file.number} is taken; it becomes {one.report.number}.")


def _link(read: Sequence[_Read]) -> None:
    """Makes the links between the files hold both ways; what names none of them is kept as words."""
    find = _finder(read)
    for one in read:
        one.report.title, one.report.state = one.file.title, one.file.state
        one.report.decided_on, one.report.content = one.file.decided_on, dict(one.file.content)
        one.report.notes += one.file.notes
    ended: dict[str, _Read] = {}
    for one in read:
        if one.file.superseded_by:
            _ended_by(one, find(one.file.superseded_by), ended)
    for one in read:
        _ends([(reference, find(reference)) for reference in one.file.supersedes], one, ended)
    for one in read:
        if later := ended.get(one.file.path):
            one.report.state, one.report.superseded_by = State.SUPERSEDED, later.report.number
        _check_ring(one, ended)
    for one in read:
        mine = [older for older in read if ended.get(older.file.path) is one]
        _name_superseded(one, mine)


def _finder(read: Sequence[_Read]) -> Callable[[Reference], _Read | None]:
    by_name: dict[str, list[_Read]] = {}
    by_number: dict[int, list[_Read]] = {}
    for one in read:
        by_name.setdefault(one.file.path.rsplit("/", 1)[-1], []).append(one)
        if one.file.number:
            by_number.setdefault(one.file.number, []).append(one)

    def find(reference: Reference) -> _Read | None:
        named = by_name.get(reference.file, [])
        numbered = by_number.get(reference.number or 0, [])
        found = named if len(named) == 1 else numbered
        return found[0] if len(found) == 1 else None

    return find


def _ended_by(older: _Read, later: _Read | None, ended: dict[str, _Read]) -> None:
    if later is None:
        words = older.file.superseded_by.words if older.file.superseded_by else ""
        _keep_words(older, "Status", f"superseded by {words}")
    elif later is older:
        older.report.errors.append("It says that it superseded itself.")
    elif later.file.state not in HELD:
        words = f"It says that {later.file.path} took its place, which is {later.file.state.label.lower()} only."
        older.report.errors.append(f"{words} Correct one of them.")
    else:
        ended[older.file.path] = later


def _ends(named: Iterable[tuple[Reference, _Read | None]], one: _Read, ended: dict[str, _Read]) -> None:
    """What a file says it supersedes: done where both were accepted, waiting where it is proposed itself."""
    for reference, older in named:
        if older is None or older is one:
            _keep_words(one, "Supersedes", reference.words)
        elif one.file.state in HELD and older.file.state in (State.ACCEPTED, State.SUPERSEDED):
            other = ended.setdefault(older.file.path, one)
            if other is not one:
                one.report.notes.append(f"{older.file.path} says that another took its place; that stays so.")
                _keep_words(one, "Supersedes", reference.words)
            elif older.file.state == State.ACCEPTED:
                older.report.notes.append(f"{one.file.path} says that it took its place: it is superseded.")
        elif one.file.state == State.PROPOSED and older.file.state == State.ACCEPTED:
            numbers = [*rules.named(one.report.content), older.report.number]
            one.report.content[rules.SUPERSEDES.key] = rules.line(numbers)
        else:
            _keep_words(one, "Supersedes", reference.words)


def _keep_words(one: _Read, title: str, words: str) -> None:
    """Keeps a link whose other end is not in the folder, or does not agree, as what it says."""
    if not words or any(words in str(row.get("text", "")) for row in one.report.content.get("other", ())):
        return
    kept = [*one.report.content.get("other", ()), {"title": title, "text": words}]
    one.report.content["other"] = kept
    one.report.notes.append(f"“{words[:80]}” names no other file that fits; it is kept as words.")


def _check_ring(one: _Read, ended: Mapping[str, _Read]) -> None:
    seen, later = {one.file.path}, ended.get(one.file.path)
    while later is not None and later.file.path not in seen:
        seen.add(later.file.path)
        later = ended.get(later.file.path)
    if later is one:
        one.report.errors.append("It took the place of what took its place. Correct one of them.")


def _name_superseded(one: _Read, older: Collection[_Read]) -> None:
    if older:
        numbers = [*rules.named(one.report.content), *(each.report.number for each in older)]
        one.report.content[rules.SUPERSEDES.key] = rules.line(numbers)


def _finish(one: _Read) -> None:
    """Says what the rules refuse of a file, by field, as they would for who types it."""
    report = one.report
    if words := texts.name_refusal(report.title, rules.LONGEST_TITLE, "It has no title."):
        report.errors.append(f"Title: {words}")
    labels = {field.key: field.label for field in rules.FIELDS}
    refused = document_fields.refusals(rules.FIELDS, report.content)
    report.errors += [f"{labels[key]}: {words}" for key, found in refused.items() for words in found]
    if report.errors:
        report.outcome = "refused"
