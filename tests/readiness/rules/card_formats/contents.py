"""Any content that a card can have, for tests of its formats."""

from typing import Any

from hypothesis import strategies as st

from portal.rules import document_fields
from portal.rules.document_fields import DocumentField, FieldKind
from readiness.rules import model_cards as rules

PIECES = (
    "# Limitations",
    "## Users",
    "### Recommendations",
    "---",
    "--- ",
    "===",
    "```",
    "~~~",
    "    # indented",
    "- one\n  - two\n    - three",
    "> # quoted",
    "| a | b |\n|---|---|\n| 1 | \\| |",
    "<!-- gatehouse:limitations -->",
    "<!-- /gatehouse:limitations -->",
    "<!-- a comment -->",
    "<div>\n# inside\n</div>",
    "Größe, 数据, داده‌ها",
    "[More Information Needed]",
    "a | b \\ c <br> d &#32; e",
    "license: mit",
    "[ref]: https://example.com",
    "#",
    "",
)
SIGNS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
FREE = st.text(SIGNS, max_size=30)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), FREE), max_size=6).map("\n".join)
LINES = st.one_of(FREE, st.sampled_from([piece for piece in PIECES if "\n" not in piece]), st.just("F1 #"))
NUMBERS = st.one_of(st.decimals(-1000, 1000, places=3).map(str), st.sampled_from(["1e-7", "0.910", "007", "+5", "1_0"]))


def _cell(column: document_fields.Column) -> st.SearchStrategy[str]:
    if column.choices:
        return st.sampled_from(["", *dict(column.choices)])
    if column.is_number:
        return st.one_of(st.just(""), NUMBERS)
    return TEXTS if column.is_wide else LINES


def _value(field: DocumentField) -> st.SearchStrategy[Any]:
    if field.is_table:
        row = st.fixed_dictionaries({column.key: _cell(column) for column in field.columns})
        return st.lists(row, max_size=4)
    return LINES if field.kind == FieldKind.LINE else TEXTS


def _is_taken(content: dict[str, Any]) -> bool:
    return not document_fields.refusals(rules.FIELDS, content)


contents = (
    st.fixed_dictionaries(
        {}, optional={field.key: _value(field) for field in rules.FIELDS if field != rules.FRONT_MATTER}
    )
    .map(lambda content: document_fields.tidied(rules.FIELDS, content))
    .filter(_is_taken)
)
