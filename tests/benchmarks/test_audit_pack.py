"""V6 to V8: how long a pack takes and how much memory, against one rendering of the whole in the same run.

    pytest tests/benchmarks/test_audit_pack.py -m benchmark -s -p no:randomly

The floor of V6 is the same document by one call of WeasyPrint as it comes: the same pages (but the contents, whose
numbers it could not know), style, fonts and tags, with header, footer and page numbers as margin boxes, garbage
collected as Python does. Both sides are timed in turns, and their processor time is told beside the clock's: where the
machine has no two cores free, the clock cannot show what two processes gain.
"""

import io
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from portal.pdf.process import Limits
from portal.pdf.resources import Resource
from readiness.packs import pages as pack_pages
from readiness.packs import rendering as pack_rendering
from readiness.packs.rendering import Memory
from readiness.rules.pack_contents import PackContents, ServiceChapterData
from tests.factories import pack
from tests.harness import results

pytestmark = pytest.mark.benchmark
ROOT = Path(__file__).resolve().parents[2]
ABOUT_200_PAGES, ABOUT_500_PAGES = 7, 20
PEAK = """
import resource, sys
import django
django.setup()
from portal.pdf.process import RenderingProcess
from readiness.packs import rendering as pack_rendering
from tests.benchmarks.test_audit_pack import of_services
contents, store = of_services(int(sys.argv[1])), pack_rendering.Memory()
last = contents.services[int(sys.argv[2]) - 1]
with RenderingProcess() as renderer, open("/dev/null", "wb") as out:
    for service in contents.services[: int(sys.argv[2])]:
        part = pack_rendering.service_part(service, renderer, store)
    for service in contents.services[int(sys.argv[2]) :]:
        moved = {name.replace(last.slug, service.slug): place for name, place in part.anchors.items()}
        store.keep(pack_rendering.service_digest(service), type(part)(part.pdf, part.pages, part.bookmarks, moved))
    pages = pack_rendering.write_pdf(out, contents, renderer, store)
with open("/proc/self/status") as status:  # getrusage would count the process that this one was forked from
    own = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
print(pages, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
"""
"""The peak of the merging and of the rendering process; parts beyond the second argument are copies of the last."""
WHOLE = """
import io, logging, sys
import django
django.setup()
logging.disable(logging.CRITICAL)
from portal.pdf import resources
from tests.benchmarks.test_audit_pack import MARGIN_BOXES, of_services, whole
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse
html, own = whole(of_services(int(sys.argv[1])))
known = {**resources.shipped(), **own}
class FromMemory(URLFetcher):
    def fetch(self, url, headers=None):
        return URLFetcherResponse(url, known[url].body, {"Content-Type": known[url].media_type})
fetcher, fonts = FromMemory(), FontConfiguration()
style = CSS(string=resources.stylesheet() + MARGIN_BOXES, url_fetcher=fetcher, font_config=fonts, base_url="pack:css/")
out = io.BytesIO()
HTML(string=html, url_fetcher=fetcher, base_url="pack:html/").write_pdf(
    out, stylesheets=[style], font_config=fonts, pdf_tags=True, pdf_version="1.7"
)
assert out.getvalue().startswith(b"%PDF")
"""
"""One call of WeasyPrint, nothing else."""
MARGIN_BOXES = """
@page { @top-right { content: "Audit pack GH-2026-0417"; font: 7pt "Pack Sans" }
  @top-left { content: string(name) "   " string(chapter); font: 7pt "Pack Sans" }
  @bottom-left { content: "Confidential, Alderholm Group"; font: 7pt "Pack Sans" }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 600 7pt "Pack Sans" } }
h1 { string-set: name content() } h2 { string-set: chapter content() }
"""
TURNS = 3


def of_services(count: int) -> PackContents:
    """A pack of that many services, each as full as the first of the sample and with a name of its own."""
    return pack.contents(*(_renamed(pack.claims_triage(), number) for number in range(count)))


def test_v6_parts_in_two_processes_take_a_third_of_one_rendering() -> None:
    contents = of_services(ABOUT_200_PAGES)
    parts, whole = [], []
    for _ in range(TURNS):
        whole.append(_timed(lambda: _in_one(contents)))
        parts.append(_timed(lambda: _by_parts(contents, Memory())))
    ratio = statistics.median(one.clock for one in parts) / statistics.median(one.clock for one in whole)
    work = statistics.median(one.work for one in parts) / statistics.median(one.work for one in whole)
    print(f"processor time {work:.2f}x, so {work / 2:.2f}x is what two free cores can give")
    results.tell("V6", f"{ratio:.2f}x", "0.30x", kept=ratio <= 0.30)


def test_v7_the_same_pack_after_one_of_its_services_changed_takes_a_tenth() -> None:
    contents, store = of_services(ABOUT_500_PAGES), Memory()
    first = _timed(lambda: _by_parts(contents, store)).clock
    service = contents.services[0]
    changed = replace(service, glance=replace(service.glance, deputy="Somebody else"))
    later = replace(contents, services=(changed, *contents.services[1:]))
    again = _timed(lambda: _by_parts(later, store)).clock
    results.tell("V7", f"{again / first:.2f}x", "0.10x", kept=again <= 0.10 * first)


def test_v8_memory_does_not_grow_with_the_pack() -> None:
    small_pages, small = _peak(2, 2)
    large_pages, large = _peak(38, 4)
    assert small_pages < 70 < 1_000 < large_pages
    kept = large <= 1.5 * small and large <= Limits().megabytes
    results.tell("V8", f"{large} MB for {large_pages} pages, {large / small:.2f}x", "300 MB, 1.5x", kept=kept)


def _renamed(service: ServiceChapterData, number: int) -> ServiceChapterData:
    return replace(service, slug=f"service-{number}", name=f"{service.name} {number}", short_name=f"Claims {number}")


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock, and of processor time of this process and its children."""

    clock: float
    work: float


def _timed(act: Callable[[], object]) -> Timed:
    start, worked = time.perf_counter(), _worked()
    act()
    return Timed(time.perf_counter() - start, _worked() - worked)


def _worked() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _in_one(contents: PackContents) -> None:
    """The floor, in a process of its own so that nothing of it stays behind."""
    subprocess.run(
        [sys.executable, "-c", WHOLE, str(len(contents.services))],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": os.environ["PATH"]},
        check=True,
    )


def whole(contents: PackContents) -> tuple[str, dict[str, Resource]]:
    """Every page but the contents as one HTML document, with the pictures of all."""
    services = [document for service in contents.services for document in pack_pages.service(service)]
    documents = [
        pack_pages.cover(contents),
        pack_pages.reading(contents),
        pack_pages.summary(contents),
        *services,
        *pack_pages.manifest(contents),
        pack_pages.verification(contents),
    ]
    own = {name: resource for document in documents for name, resource in document.own.items()}
    bodies = [document.html.partition("<body>")[2].partition("</body>")[0] for document in documents]
    pages = "".join(f'<div class="run">{body}</div>' for body in bodies)
    return f'<!doctype html><html lang="en"><head><title>Whole</title></head><body>{pages}</body></html>', own


def _by_parts(contents: PackContents, store: Memory) -> None:
    with pack_rendering.Crew() as crew:
        pack_rendering.write_pdf(io.BytesIO(), contents, crew, store)


def _peak(services: int, rendered: int) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(services), str(rendered)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    pages, peak = done.stdout.split()
    return int(pages), int(peak)
