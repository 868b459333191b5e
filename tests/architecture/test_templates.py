"""Every template keeps to the look: icons that exist, classes that are drawn, nothing inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRINTED = "audit_pack"
PAGES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if PRINTED not in path.parts and "emails" not in path.parts
)
SYMBOLS = set(re.findall(r'<symbol id="i-([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
SHEETS = "".join(path.read_text() for path in (ROOT / "static/css").glob("*.css"))
DRAWN = set(re.findall(r"\.((?:gh|is)-[\w-]+)", SHEETS))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_icon_exists(path: Path) -> None:
    text = path.read_text()
    used = set(re.findall(r"""{% icon ["']([\w-]+)["']""", text)) | set(
        re.findall(r"""symbol2?=["']([\w-]+)["']""", text)
    )
    assert {name for name in used if not name.endswith("-")} <= SYMBOLS


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_class_is_drawn_somewhere(path: Path) -> None:
    classes = " ".join(re.findall(r'class="([^"]*)"', path.read_text()))
    whole = re.sub(r"[\w-]*\{[{%].*?[}%]\}[\w-]*", " ", classes)
    used = set(re.findall(r"(?<![\w-])gh-[\w-]+", whole))
    assert used - DRAWN == set()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in script or 'type="application/json"' in script
