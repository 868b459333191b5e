"""A chapter that another part of the product contributes to an audit pack, in blocks that print the same everywhere.

Recurring checks (7), model cards (8), architecture decisions (9), runbooks and drills (10), incidents (11) and action
items (12) come this way, by the registry `pack_sections`. A chapter nobody contributes stays and says that nothing is
recorded. All text is plain: what looks like markup is printed as it stands.
"""

from dataclasses import dataclass
from enum import StrEnum

CHAPTERS = {
    7: "Recurring checks",
    8: "Model card",
    9: "Architecture decisions",
    10: "Runbooks and drills",
    11: "Incidents",
    12: "Action items",
}
"""The chapters that are contributed: number and title."""

OPENS_A_PAGE = frozenset({7, 8})


class Mark(StrEnum):
    """A shape that stands before a word. The names are those of static/pack/marks/."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    WAIVED = "waived"
    UNANSWERED = "unanswered"
    NOT_APPLICABLE = "na"
    FIRING = "firing"
    CLEAR = "clear"
    UNKNOWN = "unknown"
    TICKED = "ticked"
    OPEN = "open"
    LEFT_OUT = "left-out"
    DONE = "done"
    LATE = "late"
    FAILED = "failed"
    MISSED = "missed"
    NOT_DONE = "not-done"
    NOT_DUE = "not-due"
    VOID = "void"

    @property
    def word(self) -> str:
        """What stands beside the shape where nothing else is said."""
        return _WORDS[self]


_WORDS = {
    Mark.GREEN: "Green",
    Mark.YELLOW: "Yellow",
    Mark.RED: "Red",
    Mark.WAIVED: "Waived, on credit",
    Mark.UNANSWERED: "Unanswered",
    Mark.NOT_APPLICABLE: "Not applicable",
    Mark.FIRING: "Firing",
    Mark.CLEAR: "Clear",
    Mark.UNKNOWN: "Unknown",
    Mark.TICKED: "Ticked",
    Mark.OPEN: "Not ticked",
    Mark.LEFT_OUT: "Left out",
    Mark.DONE: "Done",
    Mark.LATE: "Done late",
    Mark.FAILED: "Failed",
    Mark.MISSED: "Missed",
    Mark.NOT_DONE: "Not done, reason given",
    Mark.NOT_DUE: "Not due yet",
    Mark.VOID: "Void",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words, a smaller second line, a mark before them, a digest below; in a strip column a mark alone."""

    text: str = ""
    second: str = ""
    mark: Mark | None = None
    digest: str = ""
    is_key: bool = False
    spans: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title and width in whole or half millimetres; those of a table add up to 168."""

    title: str
    width: float
    is_number: bool = False
    is_strip: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titled columns, with a small heading above and a remark below. Each row's first cell is its name."""

    kind = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heading: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels in the rail, values beside them."""

    kind = "facts"
    rows: tuple[tuple[str, Cell], ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A label in the rail and paragraphs beside it; `title` is bold, `subtitle` small below it.

    `prose` is Markdown that somebody wrote, printed as its page shows it.
    """

    kind = "text"
    paragraphs: tuple[str, ...] = ()
    label: str = ""
    title: str = ""
    subtitle: str = ""
    digest: str = ""
    prose: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why or how in a `note`, the exact command where there is one, and what one then sees.

    `note` and `expect` are Markdown that somebody wrote.
    """

    text: str
    command: str = ""
    note: str = ""
    expect: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """A label in the rail and a list beside it, numbered or with dashes."""

    kind = "steps"
    label: str
    steps: tuple[Step, ...]
    is_numbered: bool = True


@dataclass(frozen=True, slots=True)
class Legend:
    """The marks that the tables below use, with their words."""

    kind = "legend"
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A third-level heading within the chapter; it stands in the side bar and in the contents."""

    kind = "heading"
    text: str


Block = Table | Facts | Text | Steps | Legend | Heading


@dataclass(frozen=True, slots=True)
class Section:
    """One contribution to a chapter. Several contributions to one chapter are printed one after the other."""

    number: int
    blocks: tuple[Block, ...]
    lead: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it says more than a sentence or two, such as that there is nothing."""
        return any(block.kind != Text.kind for block in self.blocks)

    @property
    def title(self) -> str:
        """The chapter's title; KeyError for a number that nobody may contribute to."""
        return CHAPTERS[self.number]
