"""Where a page ends: what is long goes on over it, and nothing leaves half of it empty."""

import datetime
import io

import pypdf
import pytest

from portal.pdf.process import RenderingProcess
from readiness.packs import document_printing
from readiness.rules.pack_sections import Block, Cell, Facts, Step, Steps, Text
from readiness.rules.printed_documents import PrintedDocument

WRITTEN = datetime.datetime(2026, 11, 12, 9, 0, tzinfo=datetime.UTC)
ABOVE = Facts(tuple((f"Fact {number}", Cell("As it is.")) for number in range(20)))


def pages_of(renderer: RenderingProcess, *blocks: Block) -> list[str]:
    printed = PrintedDocument("Runbook: Go back", "Cards", 1, "Ann", WRITTEN, [ABOVE, *blocks], "")
    read = pypdf.PdfReader(io.BytesIO(document_printing.pdf(printed, renderer)))
    return [" ".join(page.extract_text().split()) for page in read.pages]


@pytest.mark.parametrize(
    "block",
    [
        Steps("What to do", tuple(Step(f"Step {number} of all", "fraudctl status") for number in range(30))),
        Text(
            label="What to do", prose="\n\n".join(f"Step {number} of all. " + "It is so. " * 9 for number in range(30))
        ),
    ],
    ids=["steps", "prose"],
)
def test_steps_and_prose_begin_where_there_is_room_and_go_on_over_the_page(
    renderer: RenderingProcess, block: Block
) -> None:
    pages = pages_of(renderer, block)
    assert "What to do" in pages[0]
    assert "Step 0 of all" in pages[0]
    assert [number for number in range(30) if f"Step {number} of all" not in " ".join(pages)] == []


def test_what_one_sees_after_a_step_is_read_as_its_page_shows_it(renderer: RenderingProcess) -> None:
    step = Step("Ask the gate", "curl gate", note="It *always* answers.", expect="`allow`")
    (page,) = pages_of(renderer, Steps("What to do", (step,)))
    assert "It always answers." in page
    assert "One sees: allow" in page


def test_no_line_stands_alone_on_the_last_page(renderer: RenderingProcess) -> None:
    lines = [Text(label=f"Label {number}", prose="Words.") for number in range(60)]
    for count in range(8, 16):
        last = pages_of(renderer, *lines[:count])[-1]
        assert last.count("Label") != 1
