"""Files come by picker, drop or paste, and what is too large is refused in words before it travels."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.portal.scripts.conftest import Show

pytestmark = pytest.mark.journey

DROP = """
<div class="gh-drop" data-drop data-max-bytes="2048"><button type="button" data-choose>Choose a file</button>
<input type="file" name="file" aria-label="File"><p data-drop-note role="status"></p></div>"""
HANDED_OVER = """([kind, name, size]) => {
  const data = new DataTransfer();
  data.items.add(new File(["x".repeat(size)], name));
  const zone = document.querySelector("[data-drop]");
  const event = kind === "drop"
    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  zone.dispatchEvent(event);
}"""


def file(name: str, size: int) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def chosen(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelector('input[type=file]').files].map((file) => file.name)")
    return found


def test_a_chosen_file_is_named(show: Show) -> None:
    page = show(DROP)
    page.get_by_label("File").set_input_files(file("load-test.html", 2000))
    expect(page.get_by_text("load-test.html, 2 KB")).to_be_visible()


def test_a_file_that_is_too_large_is_refused_with_the_way_out(show: Show) -> None:
    page = show(DROP)
    page.get_by_label("File").set_input_files(file("load-test.mov", 5000))
    words = "load-test.mov was not taken. It is 5 KB; files may have up to 2 KB. Add a link to it."
    expect(page.get_by_text(words)).to_be_visible()
    assert chosen(page) == []


def test_too_many_files_are_refused_with_the_way_out(show: Show) -> None:
    page = show(
        DROP.replace("data-max-bytes", 'data-max-files="2" data-max-bytes').replace("<input", "<input multiple")
    )
    page.get_by_label("File").set_input_files([file(f"{number}.md", 10) for number in range(3)])
    expect(page.get_by_text("These are 3 files; 2 are taken at once. Pack them into a ZIP.")).to_be_visible()
    assert chosen(page) == []
    page.get_by_label("File").set_input_files([file(f"{number}.md", 10) for number in range(2)])
    assert chosen(page) == ["0.md", "1.md"]


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_may_be_dropped_or_pasted(show: Show, kind: str) -> None:
    page = show(DROP)
    page.evaluate(HANDED_OVER, [kind, "benchmarks.html", 100])
    assert chosen(page) == ["benchmarks.html"]


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_large_file_is_refused_whatever_way_it_came(show: Show, kind: str) -> None:
    page = show(DROP)
    page.evaluate(HANDED_OVER, [kind, "film.mov", 9000])
    expect(page.get_by_text("film.mov was not taken")).to_be_visible()
    assert chosen(page) == []


def test_a_digest_is_copied_whole(show: Show) -> None:
    whole = "9f2c" + "0" * 56 + "e41a"
    page = show(f'{{% digest "{whole}" of="the file" %}}', permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy SHA-256").click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == whole
