"""One rendering process for all tests of a module: starting it costs more than most of what they render."""

from collections.abc import Iterator

import pytest

from portal.pdf.process import RenderingProcess


@pytest.fixture(scope="package")
def renderer() -> Iterator[RenderingProcess]:
    with RenderingProcess() as process:
        yield process
