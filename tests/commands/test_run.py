"""`./run`, in a folder of its own: what it makes, what it says, and how it ends."""

import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.harness import portals, results, servers

pytestmark = pytest.mark.journey

FOLDERS = ("incidents", "portal", "readiness", "static", "templates")
FILES = ("Procfile", "manage.py", "requirements.txt", "run")


@pytest.fixture
def folder(repository: Path, tmp_path: Path) -> Path:
    """A new installation, whose libraries are those that the tests run with."""
    for name in FOLDERS:
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(repository / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (tmp_path / ".venv" / part).symlink_to(Path(sys.prefix) / part)
    shutil.copy2(repository / "requirements.txt", tmp_path / ".venv")
    return tmp_path


@dataclass(frozen=True)
class Installation:
    """One `./run --empty` that serves."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        """Return what it has said so far."""
        return (self.folder / "log").read_text()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Installation]:
    port = servers.free_port()
    url = f"http://localhost:{port}"
    log = folder / "log"
    command = ["sh", "run", "--empty", "--no-system"]
    # Ctrl-C in a terminal is this signal too.
    with servers.process(command, log, stop_by=signal.SIGINT, cwd=folder, env=environment(port)) as process:
        servers.wait_until(lambda: portals.answers(url + "/healthz"), process, log)
        yield Installation(folder, url, process)


def environment(port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "PATH"}}
    return kept | {"PORT": str(port)}


def again(folder: Path, *arguments: str, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "run", *arguments], cwd=folder, env=environment(port), capture_output=True, text=True, timeout=30
    )


@pytest.fixture
def installation(folder: Path) -> Iterator[Installation]:
    with serving(folder) as running:
        yield running


def test_an_empty_start_serves_and_prints_the_first_administrators_link(installation: Installation) -> None:
    link = next(word for word in installation.log().split() if word.startswith(installation.url + "/"))

    assert requests.get(installation.url + "/readyz", timeout=10).json()["status"] == "ok"
    assert requests.get(link, timeout=10).status_code == 200
    assert "example.com" not in installation.log()


def test_the_secret_is_random_and_for_the_owners_eyes(installation: Installation) -> None:
    file = installation.folder / ".env"
    secret = next(line for line in file.read_text().splitlines() if line.startswith("SECRET_KEY="))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(secret) > 60
    assert stat.S_IMODE((installation.folder / "var").stat().st_mode) == 0o700


def test_a_second_run_in_the_folder_says_where_the_first_one_is(installation: Installation) -> None:
    second = again(installation.folder, port=servers.free_port())

    assert second.returncode == 1
    assert f"already running in this folder, at {installation.url}" in second.stderr
    assert f"kill {installation.process.pid}" in second.stderr


def test_it_ends_with_all_its_processes_and_starts_again_within_five_seconds(folder: Path) -> None:
    with serving(folder) as first:
        pass
    with pytest.raises(requests.ConnectionError):
        requests.get(first.url + "/healthz", timeout=2)

    bare = min(seconds_of_a_bare_start(folder) for _ in range(3))
    seconds = min(seconds_to_serving(folder) for _ in range(3))
    # On a machine that has much else to do a bare start of Django is slow too, and the limit grows with it.
    limit = max(5.0, 4 * bare)
    results.tell("V14", f"{seconds:.1f}-s-to-serving-again", f"{limit:.1f}", kept=seconds <= limit)


def seconds_of_a_bare_start(folder: Path) -> float:
    started = time.monotonic()
    command = [".venv/bin/python", "manage.py", "check"]
    subprocess.run(command, cwd=folder, env=environment(1), capture_output=True, check=True)
    return time.monotonic() - started


def seconds_to_serving(folder: Path) -> float:
    started = time.monotonic()
    with serving(folder):
        return time.monotonic() - started


def test_a_taken_port_is_named_with_the_way_out(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        taken = again(folder, "--empty", port=number)

    assert taken.returncode == 1
    assert f"Port {number} cannot be used" in taken.stderr
    assert "PORT=8123 ./run" in taken.stderr
    assert not (folder / ".env").exists()


@pytest.mark.parametrize("port", ["0x10", "eight", "70000"])
def test_a_port_that_is_none_is_refused(folder: Path, port: str) -> None:
    refused = subprocess.run(
        ["sh", "run", "--empty"], cwd=folder, env=environment(1) | {"PORT": port}, capture_output=True, text=True
    )

    assert refused.returncode == 1
    assert port in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_argument_is_answered_with_the_known_ones(folder: Path) -> None:
    refused = again(folder, "--emty", port=servers.free_port())

    assert refused.returncode == 1
    assert "Unknown argument: --emty" in refused.stderr
    assert "./run --empty" in refused.stderr


def test_empty_is_refused_where_the_demonstration_is(folder: Path) -> None:
    (folder / ".env").write_text("SECRET_KEY=x\nDEMO=true\n")

    refused = again(folder, "--empty", port=servers.free_port())

    assert refused.returncode == 1
    assert "demo data" in refused.stderr


def test_the_demonstration_is_not_served_to_other_machines(folder: Path) -> None:
    refused = subprocess.run(
        ["sh", "run"],
        cwd=folder,
        env=environment(servers.free_port()) | {"LISTEN": "0.0.0.0"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert refused.returncode == 1
    assert "this machine only" in refused.stderr
