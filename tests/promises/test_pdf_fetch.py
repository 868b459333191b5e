"""R33: PDF rendering reads nothing it was not given."""

import http.server
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.pdf.errors import LimitExceeded, ResourceRefused
from portal.pdf.process import Limits, RenderingProcess
from tests.harness import results
from tests.promises.pdf_payloads import PAYLOADS

ROOT = Path(__file__).resolve().parents[2]
IGNORED = {30, 33, 34, 35}
"""Payloads (counted from 0) whose feature the renderer does not know: it asks for nothing, and fetches nothing."""


class Visits(http.server.BaseHTTPRequestHandler):
    """Counts who comes."""

    seen: list[str]

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_error(404)


@pytest.fixture
def site() -> Iterator[Any]:
    with http.server.HTTPServer(("127.0.0.1", 0), Visits) as server:
        server.seen = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("open sesame")
    return path


@pytest.fixture
def report(site: Any, secret: Path) -> dict[str, Any]:
    where = {"file": secret.as_uri(), "path": str(secret), "port": site.server_port}
    where["http"] = f"http://127.0.0.1:{site.server_port}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.promises.pdf_audit"],
        input=json.dumps(where),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {**json.loads(done.stdout), "visits": site.seen}


def test_r33_forty_payloads_open_no_file_and_no_connection(report: dict[str, Any]) -> None:
    assert len(PAYLOADS) == len(report["outcomes"]) == 40
    opens = len(report["opened"]) + len(report["visits"])
    assert report["canary"], "the audit hook sees nothing, so the next line would prove nothing"
    results.tell("R33", f"{opens} opens", 0, kept=opens == 0)


def test_r33_whatever_is_asked_for_ends_the_rendering(report: dict[str, Any]) -> None:
    outcomes = dict(enumerate(report["outcomes"]))
    assert {number for number, outcome in outcomes.items() if outcome != "ResourceRefused"} == IGNORED
    assert {outcomes[number] for number in IGNORED} == {"nothing"}


def test_r33_the_rendering_process_refuses_them_too_and_lives(site: Any, secret: Path) -> None:
    where = {"file": secret.as_uri(), "port": site.server_port, "http": f"http://127.0.0.1:{site.server_port}"}
    with RenderingProcess() as renderer:
        for payload in PAYLOADS[1:20:2]:
            with pytest.raises(ResourceRefused):
                renderer.render(payload.format(**where))
        assert renderer.render("<p>still here</p>").pages == 1
    assert site.seen == []


def test_r33_the_process_has_20_seconds_and_300_megabytes() -> None:
    assert (Limits().seconds, Limits().megabytes) == (20, 300)
    endless = f"<table>{'<tr><td>x' * 400_000}</table>"
    with RenderingProcess(Limits(seconds=2)) as renderer, pytest.raises(LimitExceeded):
        renderer.render(endless)
    with RenderingProcess(Limits(megabytes=120)) as renderer, pytest.raises(LimitExceeded, match="more memory"):
        renderer.render(endless)


def test_r33_weasyprint_is_new_enough() -> None:
    major = int(importlib.metadata.version("weasyprint").split(".")[0])
    assert major >= 69
