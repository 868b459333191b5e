"""The rendering process keeps within its limits, has no secrets, and ends without taking anything with it."""

import os
import time
from pathlib import Path

import pytest

from portal.pdf.errors import LimitExceeded, RenderingFailed, ResourceRefused
from portal.pdf.process import Limits, RenderingProcess

HUGE = f"<table>{'<tr><td>x' * 60_000}</table>"


def test_the_limits_are_those_of_the_promise() -> None:
    assert (Limits().seconds, Limits().megabytes) == (20, 300)


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_works() -> None:
    started = time.monotonic()
    with RenderingProcess(Limits(seconds=1)) as renderer:
        with pytest.raises(LimitExceeded, match="1 seconds of processor time"):
            renderer.render(HUGE)
        assert renderer.render("<p>small</p>").pages == 1
    assert time.monotonic() - started < 30


def test_each_page_has_the_whole_time_for_itself() -> None:
    page = f"<table>{'<tr><td>x' * 800}</table>"
    with RenderingProcess(Limits(seconds=3)) as renderer:
        for _ in range(10):  # together more than three seconds
            assert renderer.render(page).pages > 5


def test_a_page_that_takes_too_much_memory_is_refused() -> None:
    with RenderingProcess(Limits(megabytes=100)) as renderer, pytest.raises(LimitExceeded, match="more memory"):
        renderer.render(HUGE)


def test_a_refused_resource_is_named_and_the_process_goes_on(renderer: RenderingProcess) -> None:
    with pytest.raises(ResourceRefused, match="file:///etc/passwd"):
        renderer.render('<img src="file:///etc/passwd">')
    assert renderer.render("<p>next</p>").pages == 1


def test_the_process_is_given_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    with RenderingProcess() as renderer:
        renderer.render("<p>.</p>")
        environment = b"\n".join(Path(f"/proc/{child}/environ").read_bytes() for child in _children())
    assert b"FONTCONFIG_FILE" in environment
    assert b"SECRET_KEY" not in environment
    assert b"DJANGO" not in environment


def test_closing_leaves_no_process_and_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = _children()
    renderer = RenderingProcess()
    renderer.render("<p>.</p>")
    assert len(_children()) == len(before) + 1
    renderer.close()
    assert _children() == before
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_cannot_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with RenderingProcess() as renderer, pytest.raises(RenderingFailed, match="did not start"):
        renderer.render("<p>.</p>")


def _children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
