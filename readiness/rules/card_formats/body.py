"""The text of a README.md as fields of a card, and the reverse. Pure.

A known heading brings its text to a field. A heading below it that stands for nothing itself goes along, as a heading
within the field. What belongs to no field becomes a further section, with its heading. Where a card says something
that would come back otherwise from its headings alone, such as a heading that stands for another field, its parts are
marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.rules import document_fields
from portal.rules.document_fields import FieldKind
from readiness.rules import model_cards as rules
from readiness.rules.card_formats import headings, marks, sections, tables
from readiness.rules.card_formats.marks import Part
from readiness.rules.card_formats.reading import Placed
from readiness.rules.card_formats.sections import Section

INTRODUCTION = "Introduction"
TEXTS = {one.key: one for one in rules.FIELDS if not one.is_table and one.key != rules.FRONT_MATTER.key}
_LOWEST, _HIGHEST = 6, 3


@dataclass
class _Target:
    """What a heading's text went to: pieces of a field, or of one further section."""

    label: str
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.pieces)


@dataclass
class _Above:
    """A heading that is still open: its own level, the target it leads to, and its level within that."""

    level: int
    target: _Target | None
    shown: int


class Body:
    """Reads sections one after the other into fields and further sections."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.fields: dict[str, _Target] = {}
        self.other: list[tuple[str, _Target]] = []
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.placed: list[Placed] = []
        self._open: list[_Above] = []

    def take_part(self, part: Part) -> None:
        """A marked part, word for word."""
        if part.field in TEXTS:
            self.fields.setdefault(part.field, _Target(TEXTS[part.field].label)).pieces.append(part.text)
        elif part.field == rules.OTHER.key and part.said:
            self.other.append((part.said, _Target(rules.OTHER.label, [part.text] if part.text else [])))
        elif part.field == rules.RISKS.key:
            self.rows.setdefault(part.field, []).extend(tables.read(rules.RISKS.columns, part.text) or ())
        elif part.field == rules.FRONT_MATTER.key:
            self.fields[part.field] = _Target(rules.FRONT_MATTER.label, [part.text])

    def take(self, section: Section) -> None:
        """The next section."""
        if not section.level:
            self._further(INTRODUCTION, section)
            return
        self._open = [above for above in self._open if above.level < section.level]
        if section.level == 1 and headings.is_title_of(section.title, self.model):
            self._open.append(_Above(1, None, 0))
            if section.text:
                self._further(INTRODUCTION, section)
            return
        known = headings.field_of(section.title)
        if known and self._to_field(*known, section):
            return
        above = self._open[-1] if self._open else None
        if above and above.target:
            self._along(above, section)
        elif not section.text and headings.is_group(section.title):
            self._open.append(_Above(section.level, None, 0))
        else:
            target = self._further(section.title, section)
            is_title = section.level == 1 and not self._open
            self._open.append(_Above(section.level, None if is_title else target, 2))

    def _to_field(self, key: str, is_whole: bool, section: Section) -> bool:
        if key == rules.RISKS.key:
            return self._to_rows(section)
        if TEXTS[key].kind == FieldKind.LINE and "\n" in section.text:
            return False
        target = self.fields.setdefault(key, _Target(TEXTS[key].label))
        shown = 2
        if section.text and (target.pieces or not is_whole):
            target.pieces.append(f"### {section.title}")
            shown = 3
        target.pieces += [section.text] if section.text else []
        self._open.append(_Above(section.level, target, shown))
        if section.text:
            self.placed.append(Placed(section.title, target.label))
        return True

    def _to_rows(self, section: Section) -> bool:
        found = tables.read(rules.RISKS.columns, section.text)
        if not found or not all(row.get("risk") for row in found):
            return False
        self.rows.setdefault(rules.RISKS.key, []).extend(found)
        self._open.append(_Above(section.level, None, 0))
        self.placed.append(Placed(section.title, rules.RISKS.label))
        return True

    def _along(self, above: _Above, section: Section) -> None:
        shown = min(max(above.shown + section.level - above.level, _HIGHEST), _LOWEST)
        target = above.target
        assert target is not None  # noqa: S101  # its caller looked
        target.pieces.append(f"{'#' * shown} {section.title}".rstrip())
        target.pieces += [section.text] if section.text else []
        self._open.append(_Above(section.level, target, shown))
        self.placed.append(Placed(section.title or "A heading without words", target.label, "with its heading"))

    def _further(self, title: str, section: Section) -> _Target:
        target = _Target(rules.OTHER.label, [section.text] if section.text else [])
        self.other.append((title or INTRODUCTION, target))
        self.placed.append(Placed(title or "A heading without words", rules.OTHER.label))
        return target


def read(text: str, model: str) -> tuple[dict[str, Any], list[Placed]]:
    """The content that a text says, and what of it was put where."""
    body = Body(model)
    parts, rest = marks.parted(text)
    for part in parts:
        body.take_part(part)
    found, had_comments = sections.parted(rest)
    for section in found:
        body.take(section)
    other = [{"title": title, "text": target.text} for title, target in body.other]
    said = {key: target.text for key, target in body.fields.items()}
    if had_comments:
        body.placed.append(Placed("Comments", "nowhere", "they do not show on a page, and are left out"))
    return {**said, **body.rows, rules.OTHER.key: other}, body.placed


def written(content: Mapping[str, Any], model: str) -> str:
    """The text that says this content, but for its metrics and front matter."""
    wanted = {key: value for key, value in content.items() if key != rules.METRICS.key}
    wanted.pop(rules.FRONT_MATTER.key, None)
    plain = _joined(wanted, model, is_marked=False)
    again = document_fields.tidied(rules.FIELDS, read(plain, model)[0])
    return plain if again == wanted else _joined(wanted, model, is_marked=True)


def _joined(content: Mapping[str, Any], model: str, *, is_marked: bool) -> str:
    heading = f"# Model card for {model}"
    title = marks.written(heading, Part("title", "")) if is_marked else heading
    said = [(f"## {label}", part) for label, part in _parts(content)]
    if is_marked:
        return "\n\n".join([title, *(marks.written(label, part) for label, part in said)]) + "\n"
    plain = [f"{label}\n\n{part.text}".rstrip("\n") if part.text else label for label, part in said]
    return "\n\n".join([title, *plain]) + "\n"


def _parts(content: Mapping[str, Any]) -> Sequence[tuple[str, Part]]:
    found: list[tuple[str, Part]] = []
    for one in rules.FIELDS:
        value = content.get(one.key)
        if not value:
            continue
        if one.key in TEXTS:
            found.append((one.label, Part(one.key, value)))
        elif one.key == rules.RISKS.key:
            found.append((one.label, Part(one.key, tables.written(one.columns, value))))
        elif one.key == rules.OTHER.key:
            found += [(row["title"], Part(one.key, row.get("text", ""), row["title"])) for row in value]
    return found
