"""Reading a CSV of services or owners."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.errors import DomainError
from portal.exports import plain_cell, safe_cell
from readiness.rules import imports
from readiness.rules.services import Facts

HEAD = "service,domain,person,role"
ROW = "claims,drift,a@example.com,accountable"


def read(text: str | bytes, kind: str = imports.OWNERS) -> list[tuple[int, dict[str, str]]]:
    content = text if isinstance(text, bytes) else text.encode()
    return [(line.number, dict(line.cells)) for line in imports.read(content, kind, plain_cell)]


def refusal(text: str | bytes, kind: str = imports.OWNERS) -> str:
    with pytest.raises(DomainError) as refused:
        read(text, kind)
    return " ".join(refused.value.errors["file"])


CELLS = {"service": "claims", "domain": "drift", "person": "a@example.com", "role": "accountable"}


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}\n",
        f"{HEAD}\r\n{ROW}\r\n",
        f"{HEAD}\r{ROW}\r".replace(",", ";"),
        '"service","domain","person","role"\r\n"claims","drift","a@example.com","accountable"\r\n',
        f"\ufeff{HEAD}\n{ROW}",
        f"{HEAD}\n{ROW}".replace(",", ";"),
        f"{HEAD}\n{ROW}".replace(",", "\t"),
        f" Service , DOMAIN,Person,role\n {ROW} ",
        f"{HEAD}\n\n,,,\n{ROW}".replace("\n\n,,,", ""),
    ],
)
def test_files_of_every_spreadsheet_are_read(text: str) -> None:
    assert read(text) == [(2, CELLS)]


def test_empty_rows_are_passed_over_and_lines_are_those_of_the_file() -> None:
    assert [number for number, _ in read(f'{HEAD}\n\n,,,\n{ROW}\n"a\nb",drift,x,y\n{ROW}\n')] == [4, 5, 7]


def test_an_apostrophe_of_our_own_exports_is_taken_off() -> None:
    assert read(f"{HEAD}\n'=1+1,'@x,'plain,+49")[0][1] == {
        "service": "=1+1",
        "domain": "@x",
        "person": "'plain",
        "role": "+49",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "lacks the columns service, domain, person, role"),
        (f"{HEAD}\n", "no rows below its header"),
        ("service,domain,person\nx,y,z", "lacks the column role"),
        (f"{HEAD},<script>\n{ROW},x", "There is no column “<script>”"),
        (f"{HEAD},role\n{ROW},x", "The column role stands twice"),
        (f'{HEAD}\n"unclosed,x,y,z', "Line 2 cannot be read"),
        (f"{HEAD}\n{ROW}".encode("utf-16"), "UTF-16"),
        (f"{HEAD}\nGröße,x,y,z".encode("latin-1"), "Line 2 is not UTF-8"),
        (f"{HEAD}\n\0,x,y,z", "no text file"),
        (b"x" * (1024**2 + 1), "1 MB is the most"),
        (HEAD + f"\n{ROW}" * 1001, "1,001 rows; 1,000 is the most"),
    ],
)
def test_what_cannot_be_read_says_why(content: str | bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_thousand_rows_are_read() -> None:
    assert len(read(HEAD + f"\n{ROW}" * 1000)) == 1000


def test_a_row_of_another_length_is_refused_by_itself() -> None:
    lines = imports.read(f"{HEAD}\n{ROW},more\n{ROW}".encode(), imports.OWNERS, plain_cell)

    assert [line.problem for line in lines] == ["This row has 5 cells, the first line has 4.", ""]


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    with contextlib.suppress(DomainError):
        imports.read(content, imports.SERVICES, plain_cell)


def test_cells_become_facts() -> None:
    cells = {
        "slug": "claims",
        "name": "Claims",
        "tier": "2",
        "tier_reason": "Why",
        "sourcing": "Third-party API",
        "caching": "Yes",
        "streaming": "0",
        "regulations": "GDPR; eu-ai-act-limited",
    }

    facts, errors = imports.facts_of(cells)

    assert errors == {}
    assert facts == Facts(
        name="Claims",
        tier=2,
        tier_reason="Why",
        sourcing="third-party-api",
        caching=True,
        regulations=("gdpr", "eu-ai-act-limited"),
    )


def test_columns_that_are_left_out_keep_what_stands_and_empty_cells_empty_it() -> None:
    standing = Facts(name="Old", tier=1, tier_reason="Why", sourcing="hybrid", caching=True, serving_stack="Gateway")

    facts, _ = imports.facts_of({"name": "New", "serving_stack": ""}, standing)

    assert (facts.name, facts.caching, facts.serving_stack, facts.tier) == ("New", True, "", 1)


def test_what_is_neither_yes_nor_no_is_said_at_its_column() -> None:
    assert imports.facts_of({"caching": "perhaps"})[1] == {"caching": ["“perhaps” is neither yes nor no."]}
    assert imports.restricted_of({"restricted": "maybe"})[1] == {"restricted": ["“maybe” is neither yes nor no."]}


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)


@example(name="'=1+1", reason="''@x", stack="-5", caching=True, regulations=set())
@given(
    name=texts,
    reason=texts,
    stack=texts,
    caching=st.booleans(),
    regulations=st.sets(st.sampled_from(["gdpr", "hipaa"])),
)
def test_what_our_file_says_is_read_back_as_it_was(
    name: str, reason: str, stack: str, caching: bool, regulations: set[str]
) -> None:
    facts = Facts(
        name=name,
        tier=3,
        tier_reason=reason,
        sourcing="hybrid",
        caching=caching,
        serving_stack=stack,
        regulations=tuple(sorted(regulations)),
    )
    row = imports.row_of(facts, slug="claims", team="t", owner="a@example.com", restricted=True)
    cells = dict(zip(imports.COLUMNS[imports.SERVICES], [plain_cell(safe_cell(cell)) for cell in row], strict=True))

    assert imports.facts_of(cells)[0] == facts
    assert imports.restricted_of(cells) == (True, {})
