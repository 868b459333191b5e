"""Throw-away PostgreSQL and Redis servers: real processes on free ports of the loopback address, gone afterwards."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.harness import programs

HOST = "127.0.0.1"
PATIENCE = 90.0
"""Seconds that a server may take to start or to stop; the machine may have much else to do."""

POSTGRES_SETTINGS = {
    # Nothing here outlives the run, so nothing need reach the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "listen_addresses": HOST,
    "timezone": "UTC",
}


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        return int(door.getsockname()[1])


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server for the length of the block; yield the URL of an empty database in it."""
    with _folder("gatehouse-postgresql-") as folder:
        owner = _give_to_unprivileged_user(folder)
        password = secrets.token_hex(16)
        data = _new_cluster(folder, password, owner)
        port = free_port()
        settings = POSTGRES_SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        url = f"postgresql://gatehouse:{password}@{HOST}:{port}/postgres"
        command = [_program("postgres"), "-D", str(data), *options]
        with process(command, folder / "log", stop_by=signal.SIGINT, **owner) as server:
            wait_until(lambda: _postgresql_answers(url), server, folder / "log")
            yield url


@contextlib.contextmanager
def redis_server(port: int = 0) -> Iterator[str]:
    """Run a Redis server for the length of the block, on a free port unless told which; yield its URL.

    The URL names no database number.
    """
    with _folder("gatehouse-redis-") as folder:
        port = port or free_port()
        command = [_program("redis-server"), "--port", str(port), "--bind", HOST, "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--databases", "4096"]
        with process(command, folder / "log") as server:
            wait_until(lambda: _redis_answers(port), server, folder / "log")
            yield f"redis://{HOST}:{port}"


@contextlib.contextmanager
def process(
    command: list[str], log: Path, *, stop_by: signal.Signals = signal.SIGTERM, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one process for the length of the block, in a session of its own, its output in `log`.

    It is asked to stop by its own process id; whatever of its session is left after `PATIENCE` is killed.
    """
    with log.open("ab") as output:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **options
        )
    try:
        yield running
    finally:
        stop(running, by=stop_by)


def stop(running: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM) -> None:
    """End a process that `process` started, and what it left behind in its session."""
    running.send_signal(by)  # which does nothing to one that has ended
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait(PATIENCE)


def wait_until(answers: Callable[[], bool], running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a process to answer; raise `RuntimeError` with its log when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if running.poll() is not None:
            break
        if answers():
            return
        time.sleep(0.05)
    state = "still runs, but does not answer" if running.poll() is None else f"ended with {running.returncode}"
    raise RuntimeError(f"{running.args!r} {state}:\n{log.read_text(errors='replace')}")


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give_to_unprivileged_user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: hand the folder over, and return how to start processes as its new owner."""
    who: dict[str, Any] = dict(programs.unprivileged())
    if who:
        shutil.chown(folder, who["user"], who["group"])
    return who | {"cwd": folder}


def _new_cluster(folder: Path, password: str, owner: dict[str, Any]) -> Path:
    data, secret = folder / "data", folder / "password"
    secret.write_text(password)
    if "user" in owner:
        shutil.chown(secret, owner["user"], owner["group"])
    command = [_program("initdb"), "--pgdata", str(data), "--username", "gatehouse", "--pwfile", str(secret)]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **owner)
    return data


def _program(name: str) -> str:
    found = programs.find(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not on this machine")
    return found


def _postgresql_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _redis_answers(port: int) -> bool:
    client = redis.Redis(HOST, port)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()
