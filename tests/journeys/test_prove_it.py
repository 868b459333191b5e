"""Journey 5: compliance asks for an audit pack, watches it being made by the real worker, and checks what it got."""

import hashlib
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from readiness.models import AuditPack, LaunchDecision
from tests.harness import browsers, programs
from tests.harness.portals import Portal

pytestmark = pytest.mark.journey

TITLE = "Document search"
SLUG = "document-search"
MAKING = 180_000
"""Milliseconds that the worker may take to make a small pack."""


@pytest.fixture
def compliance(page: Page, running_portal: Portal) -> Page:
    browsers.enter(page, running_portal.sign_in("compliance@example.com"))
    return page


def asked_for(page: Page) -> AuditPack:
    """The pack after its form was sent: its page shows how far it is."""
    page.goto("/audit-packs/")
    page.get_by_role("link", name="Ask for a pack").first.click()
    page.get_by_label(TITLE).check()
    page.get_by_label("For whom, what for").fill("The auditors of 2026")
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    return AuditPack.objects.latest("number")


def downloaded(page: Page, words: str, folder: Path) -> Path:
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile(words)).click()
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    return file


def test_a_pack_is_asked_for_watched_downloaded_and_verified(
    compliance: Page, running_portal: Portal, tmp_path: Path
) -> None:
    pack = asked_for(compliance)
    expect(compliance.get_by_role("heading", name="Ready")).to_be_visible(timeout=MAKING)
    pdf, archive = downloaded(compliance, "^PDF", tmp_path), downloaded(compliance, "^Archive", tmp_path)

    pack.refresh_from_db()
    assert hashlib.sha256(pdf.read_bytes()).hexdigest() == pack.pdf_sha256
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == pack.archive_sha256
    pages = text_of(pdf)
    it_reads_as_a_report(pages, LaunchDecision.objects.get(service__slug=SLUG, environment__name="staging"))
    its_contents_are_where_they_say(pdf, pages)
    its_files_are_those_of_its_lists(archive, pdf, pack)
    assert "Intact" in running_portal.database.manage("verify_record", "--files")


def text_of(pdf: Path) -> list[str]:
    """The words of each page, as another program reads them."""
    command = [programs.find("pdftotext") or "pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def it_reads_as_a_report(pages: list[str], decision: LaunchDecision) -> None:
    assert len(pages) > 10
    assert TITLE in pages[0]
    assert "The auditors of 2026" in pages[0]
    for number, page in enumerate(pages[1:], 2):
        assert f"Page {number} of {len(pages)}" in page
    whole = " ".join(pages)
    assert decision.decided_by.name in whole
    assert decision.snapshot_digest[:8] in whole.replace(" ", "")


def its_contents_are_where_they_say(pdf: Path, pages: list[str]) -> None:
    """Every bookmark leads to a page with its words, and the page of contents gives the same number."""
    marks = list(bookmarks(pdf))
    assert {level for level, _, _ in marks} >= {1, 2}
    starts = {label: number for _, label, number in marks}
    contents = " ".join(pages[starts["Contents"] - 1 : starts["Summary"] - 1])
    place = 0
    for _, label, number in marks:
        words = label.partition(" ")[2] if label[0].isdigit() else label
        if label not in ("Cover", "Contents"):
            assert "".join(words.partition(",")[0].split()) in "".join(pages[number - 1].split()), (
                f"{label} is not on page {number}"
            )
            found = re.compile(rf"{re.escape(label)}[ .]* {number}\b").search(contents, place)
            assert found, f"{label} is not in the contents with page {number}"
            place = found.end()


def bookmarks(pdf: Path) -> Iterator[tuple[int, str, int]]:
    """Level, words and page of each."""
    reader = PdfReader(pdf)

    def entries(outline: list[Any], level: int) -> Iterator[tuple[int, str, int]]:
        for entry in outline:
            if isinstance(entry, list):
                yield from entries(entry, level + 1)
            else:
                yield level, str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1

    return entries(reader.outline, 1)


def its_files_are_those_of_its_lists(archive: Path, pdf: Path, pack: AuditPack) -> None:
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"] == {name: digest for name, digest in digests.items() if name != "manifest.json"}
    assert digests[manifest["pdf"]] == hashlib.sha256(pdf.read_bytes()).hexdigest()
    assert digests["record.sha256"] == manifest["record_digest"] == pack.record_digest
    listed = (line.split("  ", 1) for line in files["record.sha256"].decode().splitlines())
    assert all(digests[name] == digest for digest, name in listed)
    assert any(name.startswith("evidence/") for name in files)
