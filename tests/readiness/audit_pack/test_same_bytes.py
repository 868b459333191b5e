"""The same facts give the same bytes, whatever the machine is set to, and a part knows nothing of its pack."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from portal.pdf import resources
from portal.pdf.parts import Part
from portal.pdf.process import RenderingProcess
from portal.pdf.resources import Resource
from readiness.packs import pages as pack_pages
from readiness.packs import rendering as pack_rendering
from readiness.packs.rendering import Memory
from readiness.rules.pack_contents import PackContents
from tests.readiness.audit_pack.conftest import Built

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import hashlib, io, locale, os, time
import django
django.setup()
os.environ["TZ"] = os.environ["ZONE"]  # Django has set its own
time.tzset()
locale.setlocale(locale.LC_ALL, "")
from django.utils import translation
from portal.pdf.process import RenderingProcess
from readiness.packs import rendering as pack_rendering
from tests.factories import pack
out = io.BytesIO()
with RenderingProcess() as renderer, translation.override("de"):
    pack_rendering.write_pdf(out, pack.contents(pack.payment_screening()), renderer, pack_rendering.Memory())
print(hashlib.sha256(out.getvalue()).hexdigest(), time.tzname[0], hash("seed"))
"""


class Counting:
    """A renderer that counts what it is asked for."""

    def __init__(self, renderer: RenderingProcess) -> None:
        self._renderer = renderer
        self.pages: list[str] = []

    def render(self, html: str, own: Mapping[str, Resource] | None = None) -> Part:
        self.pages.append(html)
        return self._renderer.render(html, own)

    def services(self) -> list[str]:
        return [html for html in self.pages if "<h2 id=" in html and "-1" in html and "At a glance" in html]


def test_another_process_hash_seed_zone_and_locale_give_the_same_bytes() -> None:
    first = _in_a_process(PYTHONHASHSEED="1", ZONE="UTC", LC_ALL="C.UTF-8")
    second = _in_a_process(PYTHONHASHSEED="2", ZONE="Pacific/Chatham", LC_ALL="C")
    assert first[0] == second[0]
    assert first[1] != second[1]
    assert first[2] != second[2]


def test_kept_parts_give_the_same_bytes_and_are_not_rendered_again(renderer: RenderingProcess, built: Built) -> None:
    counting = Counting(renderer)
    assert _sha(_write(built.contents, counting, built.store)) == _sha(built.pdf)
    assert counting.services() == []
    assert len(counting.pages) <= 6


def test_only_the_service_that_changed_is_rendered(renderer: RenderingProcess, built: Built) -> None:
    service = built.contents.services[1]
    changed = replace(service, glance=replace(service.glance, deputy="Someone Else"))
    contents = replace(built.contents, services=(built.contents.services[0], changed, built.contents.services[2]))
    counting = Counting(renderer)
    pdf = _write(contents, counting, built.store)
    assert len(counting.services()) == 1
    assert "Someone Else" in counting.services()[0]
    assert _sha(pdf) != _sha(built.pdf)


def test_a_part_does_not_depend_on_the_pack_it_is_in(built: Built) -> None:
    for service in built.contents.services:
        for document in pack_pages.service(service):
            for words in ("GH-2026-0417", "2026-10-05", "Alderholm Group", "Internal Audit"):
                assert words not in document.html
    later = replace(built.contents, cover=replace(built.contents.cover, number="GH-2026-0999"))
    assert [pack_rendering.service_digest(s) for s in later.services] == [
        pack_rendering.service_digest(s) for s in built.contents.services
    ]


def test_parts_rendered_side_by_side_give_the_same_pack(renderer: RenderingProcess, built: Built) -> None:
    store = Memory()
    with pack_rendering.Crew() as crew:
        assert _sha(_write(built.contents, crew, store)) == _sha(built.pdf)
    counting = Counting(renderer)
    assert _sha(_write(built.contents, counting, store)) == _sha(built.pdf)
    assert len(counting.pages) <= 6


def test_another_version_of_the_software_makes_every_part_anew(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pack_rendering.service_digest(built.contents.services[2])
    resources.base_digest.cache_clear()
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"next {name}")
    after = pack_rendering.service_digest(built.contents.services[2])
    monkeypatch.undo()
    resources.base_digest.cache_clear()
    assert after != before
    assert pack_rendering.service_digest(built.contents.services[2]) == before


def _in_a_process(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split()


def _write(contents: PackContents, renderer: pack_rendering.Renderer, store: Memory) -> bytes:
    out = io.BytesIO()
    pack_rendering.write_pdf(out, contents, renderer, store)
    return out.getvalue()


def _sha(pdf: bytes) -> str:
    return sha256(pdf).hexdigest()
