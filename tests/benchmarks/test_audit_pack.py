"""V6 to V8: how long a pack takes and how much memory, against one rendering of the whole in the same run.

pytest tests/benchmarks/test_audit_pack.py -m benchmark -s -p no:randomly
"""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from portal.pdf.process import Limits, RenderingProcess
from portal.pdf.rendering import Renderer
from readiness import pack_pages, pack_rendering
from readiness.pack_rendering import Memory
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
from readiness import pack_rendering
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


def of_services(count: int) -> PackContents:
    """A pack of that many services, each as full as the first of the sample and with a name of its own."""
    return pack.contents(*(_renamed(pack.claims_triage(), number) for number in range(count)))


def test_v6_parts_in_two_processes_take_a_third_of_one_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = of_services(ABOUT_200_PAGES)
    with monkeypatch.context() as plain:
        plain.setattr("gc.disable", lambda: None)  # the floor is WeasyPrint as it comes
        whole = _timed(lambda: _in_one(contents))
    parts = _timed(lambda: _by_parts(contents, Memory()))
    results.tell("V6", f"{parts / whole:.2f}x", "0.30x", kept=parts <= 0.30 * whole)


def test_v7_the_same_pack_after_one_of_its_services_changed_takes_a_tenth() -> None:
    contents, store = of_services(ABOUT_500_PAGES), Memory()
    first = _timed(lambda: _by_parts(contents, store))
    service = contents.services[0]
    changed = replace(service, glance=replace(service.glance, deputy="Somebody else"))
    later = replace(contents, services=(changed, *contents.services[1:]))
    again = _timed(lambda: _by_parts(later, store))
    results.tell("V7", f"{again / first:.2f}x", "0.10x", kept=again <= 0.10 * first)


def test_v8_memory_does_not_grow_with_the_pack() -> None:
    small_pages, small = _peak(2, 2)
    large_pages, large = _peak(38, 4)
    assert small_pages < 70 < 1_000 < large_pages
    kept = large <= 1.5 * small and large <= Limits().megabytes
    results.tell("V8", f"{large} MB for {large_pages} pages, {large / small:.2f}x", "300 MB, 1.5x", kept=kept)


def _renamed(service: ServiceChapterData, number: int) -> ServiceChapterData:
    return replace(service, slug=f"service-{number}", name=f"{service.name} {number}", short_name=f"Claims {number}")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _in_one(contents: PackContents) -> None:
    """The floor: everything in one rendering, tagged as well."""
    documents = [document for service in contents.services for document in pack_pages.service(service)]
    own = {name: resource for document in documents for name, resource in document.own.items()}
    bodies = [document.html.partition("<body>")[2].partition("</body>")[0] for document in documents]
    Renderer().render(f'<html lang="en"><body>{"".join(bodies)}</body></html>', own)


def _by_parts(contents: PackContents, store: Memory) -> None:
    pack_rendering.prepare(contents, store, processes=2)
    with RenderingProcess() as renderer:
        pack_rendering.write_pdf(io.BytesIO(), contents, renderer, store)


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
