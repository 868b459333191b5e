"""The step that our pages give to pipelines, run by bash as it stands there: only a go lets a release pass."""

import contextlib
import html
import http.server
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import callers, launches, portal
from tests.harness import servers
from tests.harness.portals import Portal

pytestmark = pytest.mark.journey

NO_ANSWERS = (
    (200, "<!doctype html><title>Sign in</title>"),
    (200, ""),
    (200, "{}"),
    (200, "null"),
    (200, '["allow"]'),
    (200, '{"verdict":"deny"}{"verdict":"allow"}'),
    (200, '{"verdict":"allowed"}'),
    (302, ""),
    (500, '{"verdict":"allow"}'),
    (503, "busy"),
)
"""What may come back when it is not our gate that answers, by status and body."""


@pytest.fixture
def scene(story_portal: Portal) -> launches.Scene:
    """A release that nobody has decided on yet."""
    return launches.scene()


@pytest.fixture(params=["shell", "action", "API", "README"])
def step(request: pytest.FixtureRequest, story_portal: Portal, scene: launches.Scene, repository: Path) -> str:
    """The step as it is copied from one of the places that give it."""
    if request.param == "README":
        told = re.search(r"```sh\n(set -o pipefail\n.*?)```", (repository / "README.md").read_text(), re.DOTALL)
        assert told
        return told[1].replace("http://localhost:8000", story_portal.url)
    visitor = story_portal.sign_in(scene.engineer.email, portal.PASSWORD)
    if request.param == "API":
        return _shown(visitor.get("/api/docs/").text, "step")
    page = visitor.post("/tokens/make/", {"name": os.urandom(4).hex(), "may": "read", "team": "", "days": "1"}).text
    return _shown(page, "shell") if request.param == "shell" else _shown(page, "action").partition("run: |\n")[2]


def test_only_a_go_lets_a_release_pass(step: str, scene: launches.Scene) -> None:
    token = callers.caller(scene.engineer).secret
    denied = _run(step, scene, token)
    assert denied.returncode, denied
    assert "no-decision" in denied.stderr

    launches.decide(scene)
    assert _run(step, scene, token).returncode == 0
    for wrong in ({"release": "9.9.9"}, {"release": ""}, {"token": "gh_wrong"}, {"token": ""}):
        assert _run(step, scene, **{"token": token, **wrong}).returncode, wrong


def test_a_go_with_conditions_lets_it_pass_and_shows_them(step: str, scene: launches.Scene) -> None:
    launches.rated(scene, "api.endpoints", "red")
    launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    passed = _run(step, scene, callers.caller(scene.engineer).secret)
    assert passed.returncode == 0, passed
    assert '"conditions":[{"text":' in passed.stderr


def test_an_answer_that_is_none_stops_the_release(step: str, scene: launches.Scene, story_portal: Portal) -> None:
    for status, body in NO_ANSWERS:
        with _answering(status, body) as elsewhere:
            assert _run(step.replace(story_portal.url, elsewhere), scene, "gh_any").returncode, (status, body)


def test_a_server_that_is_down_stops_the_release(step: str, scene: launches.Scene, story_portal: Portal) -> None:
    nobody = f"http://{servers.HOST}:{servers.free_port()}"
    assert _run(step.replace(story_portal.url, nobody), scene, "gh_any").returncode


def _shown(page: str, name: str) -> str:
    """The text of a block of code, by its id."""
    found = re.search(rf'<pre[^>]* id="{name}"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found, f"the page has no block called {name}"
    return html.unescape(found[1])


def _run(step: str, scene: launches.Scene, token: str, release: str = "3.2.0") -> subprocess.CompletedProcess[str]:
    """Runs the step as a runner does that stops at the first command that fails, and knows nothing of pipes."""
    script = step.replace("SERVICE", scene.service.slug).replace("environment=production", "environment=staging")
    given = {"PATH": os.environ["PATH"], "GATEHOUSE": token, "RELEASE": release}
    return subprocess.run(["bash", "-e", "-c", script], env=given, capture_output=True, text=True, timeout=60)


@contextlib.contextmanager
def _answering(status: int, body: str) -> Iterator[str]:
    """Something that is no Gatehouse: it answers everything with this."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer((servers.HOST, 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{servers.HOST}:{server.server_port}"
        server.shutdown()
