"""The portal as it really runs: the processes of the Procfile over a database of their own, on a free port."""

import contextlib
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import requests

from portal import demo
from tests.harness import servers
from tests.harness.databases import ROOT, Database

REDIS_DATABASES = count(1)
"""Redis database numbers that portals of this process have not used yet."""


@dataclass(frozen=True)
class Portal:
    """A running portal: where it answers, what it stores in, and its processes."""

    url: str
    database: Database
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None

    def sign_in(self, email: str, password: str | None = None) -> "Visitor":
        """Sign in through the real form, with the demonstration's password unless another is given."""
        from django.urls import reverse

        visitor = Visitor(self.url)
        page = visitor.post(
            reverse("account_login"), {"login": email, "password": password or demo_password()}, allow_redirects=False
        )
        if page.status_code != 302:
            raise AssertionError(f"{email} could not sign in: {page.status_code}\n{page.text}")
        return visitor

    def log(self) -> str:
        """Return what the processes have printed so far."""
        return "".join(log.read_text(errors="replace") for log in sorted(self.database.data.glob("*.log")))


class Visitor(requests.Session):
    """A browser without a screen: keeps its cookies and signs what it posts against forgery."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.portal = url
        self.headers["Referer"] = url

    def request(self, method: Any, url: Any, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request; a path is meant on the portal."""
        if method.upper() not in {"GET", "HEAD", "OPTIONS"}:
            options["headers"] = {"X-CSRFToken": self._token(), **(options.get("headers") or {})}
        return super().request(method, self.portal + url if url.startswith("/") else url, *arguments, **options)

    def _token(self) -> str:
        from django.conf import settings
        from django.urls import reverse

        if settings.CSRF_COOKIE_NAME not in self.cookies:
            self.get(reverse("account_login"))
        return self.cookies.get(settings.CSRF_COOKIE_NAME) or ""


@contextlib.contextmanager
def running(database: Database, *, worker: bool = True, **environment: str) -> Iterator[Portal]:
    """Run the Procfile's web process, and its worker with beat, for the length of the block."""
    port = servers.free_port()
    url = f"http://localhost:{port}"
    variables = database.environment(GATEHOUSE_BIND=f"{servers.HOST}:{port}", BASE_URL=url, **_broker(), **environment)
    commands = _procfile()
    with contextlib.ExitStack() as stack:
        processes = {
            name: stack.enter_context(_started(name, commands[name], database, variables))
            for name in (["web", "worker"] if worker else ["web"])
        }
        web = processes["web"]
        servers.wait_until(lambda: answers(url + "/healthz"), web, database.data / "web.log")
        yield Portal(url, database, web, processes.get("worker"))


@contextlib.contextmanager
def working(database: Database, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the Procfile's worker with its beat alone. What kills it on the way is the test's business."""
    variables = database.environment(**{**_broker(), **environment})
    with _started("worker", _procfile()["worker"], database, variables) as worker:
        yield worker


def answers(url: str) -> bool:
    """Say whether something answers there at all, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def demo_password() -> str:
    """Return the one password of the demonstration's people."""
    return demo.PASSWORD


def _procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}


def _broker() -> dict[str, str]:
    """Give each portal a Redis database of its own when the tests run on Redis."""
    server = os.environ.get("REDIS_URL")
    if not server:
        return {}
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return {"REDIS_URL": f"{server}/{worker * 200 + next(REDIS_DATABASES)}"}


def _started(
    name: str, command: str, database: Database, environment: dict[str, str]
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    # A worker takes seconds to stop politely, and all that it knows is in a database which goes away with it.
    stop_by = signal.SIGKILL if name == "worker" else signal.SIGTERM
    log = database.data / f"{name}.log"
    return servers.process(["sh", "-c", command], log, stop_by=stop_by, cwd=ROOT, env=environment)
