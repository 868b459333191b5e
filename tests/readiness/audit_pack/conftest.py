"""The sample pack, made once for all tests that read it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pypdf
import pytest

from portal.pdf.process import RenderingProcess
from readiness.packs import rendering as pack_rendering
from readiness.rules.pack_contents import PackContents
from tests.factories import pack


@dataclass(frozen=True)
class Built:
    """A pack and its PDF, read back."""

    contents: PackContents
    pdf: bytes
    store: pack_rendering.Memory

    @cached_property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(self.pdf), strict=True)

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page, in one line, with plain spaces."""
        return [" ".join(page.extract_text().split()) for page in self.reader.pages]

    @cached_property
    def text(self) -> str:
        return " ".join(self.pages)


@pytest.fixture(scope="session")
def renderer() -> Iterator[RenderingProcess]:
    with RenderingProcess() as process:
        yield process


@pytest.fixture(scope="session")
def built(renderer: RenderingProcess) -> Built:
    return build(renderer, pack.contents())


@pytest.fixture(scope="session")
def hostile(renderer: RenderingProcess) -> Built:
    return build(renderer, pack.contents(pack.hostile()))


def build(renderer: RenderingProcess, contents: PackContents) -> Built:
    out, store = io.BytesIO(), pack_rendering.Memory()
    pack_rendering.write_pdf(out, contents, renderer, store)
    return Built(contents, out.getvalue(), store)
