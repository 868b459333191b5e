"""Databases of their own for tests that commit for real.

The append-only tables refuse to be emptied, so such a test never shares a database: it gets a copy of a template
that was migrated and filled once, by the same command that `./run` uses. SQLite copies files, PostgreSQL databases.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[2]

PROCESSES = "tests.settings_of_processes"
"""The settings of the processes that a test starts."""
Content = Literal["empty", "demo"]
"""What a template holds: the catalogue alone, or the demonstration as well."""


@dataclass(frozen=True)
class Database:
    """One database and the folder of the files that belong to it."""

    url: str
    data: Path

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a process needs in its environment to run the portal on this database, with real settings.

        Nothing of the machine's own `.env` gets in. The secret is that of the test process, so sessions hold in both.
        """
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": PROCESSES,
            "ENV_FILE": os.devnull,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": self.url,
            "DATA_DIR": str(self.data),
            **more,
        }

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run `manage.py` on this database in a process of its own; return what it printed, raise when it failed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Let Django in this process, in all its threads, talk to this database for the length of the block."""
        before, connection = connections.settings["default"], connections["default"]
        connections.settings["default"] = before | {"NAME": _name(self.url)}
        connections["default"] = connections.create_connection("default")
        try:
            with override_settings(**self._settings()):
                yield
        finally:
            connections["default"].close()
            connections.settings["default"] = before
            connections["default"] = connection

    def _settings(self) -> dict[str, Any]:
        """Files go where this database's files are, and passwords are kept so that the portal's processes know them."""
        return {
            "DATA_DIR": self.data,
            "MEDIA_ROOT": self.data / "files",
            "PASSWORD_HASHERS": ["tests.harness.hashing.Quick"],
        }


class Templates:
    """The filled databases that others are copied from, made once for a test run and all its worker processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / ("postgresql" if _server() else "sqlite")

    @contextlib.contextmanager
    def copy(self, content: Content) -> Iterator[Database]:
        """Yield a new copy of the template with this content; it is gone after the block."""
        template = self._made(content)
        name = f"gatehouse_test_{secrets.token_hex(6)}"
        data = self.folder / name
        shutil.copytree(template.data, data, ignore=shutil.ignore_patterns("static"))
        (data / "static").symlink_to(template.data / "static")
        url = _copied(template.url, name, data)
        try:
            yield Database(url, data)
        finally:
            _dropped(url)
            shutil.rmtree(data, ignore_errors=True)

    def make(self) -> None:
        """Make every template that is not there yet, so that no test waits for one; the largest first."""
        for content in reversed(get_args(Content)):
            self._made(content)

    def _made(self, content: Content) -> Database:
        self.folder.mkdir(parents=True, exist_ok=True)
        data, made = self.folder / f"template-{content}", self.folder / f"template-{content}.json"
        with (self.folder / f"lock-{content}").open("w") as lock:  # who wants the small one waits for no large one
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                made.write_text(json.dumps(_new_template(content, data)))
        told = json.loads(made.read_text())
        if told["error"]:
            raise RuntimeError(told["error"])
        return Database(told["url"], data)


def _new_template(content: Content, data: Path) -> dict[str, str]:
    """Make a template; what went wrong is kept too, so that every test says it and none tries again."""
    url = _created(f"gatehouse_template_{content}_{secrets.token_hex(4)}", data)
    try:
        Database(url, data).manage("prepare", DEMO=str(content == "demo"))
    except RuntimeError as error:
        return {"url": url, "error": str(error)}
    return {"url": url, "error": ""}


def _server() -> str | None:
    """Return the PostgreSQL server's URL when the tests run on PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else None


def _name(url: str) -> str:
    path = urlsplit(url).path
    return path.removeprefix("/")


def _created(name: str, data: Path) -> str:
    data.mkdir(parents=True)
    server = _server()
    if server is None:
        return f"sqlite:///{data / 'db.sqlite3'}"
    _on_server(server, f'CREATE DATABASE "{name}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _copied(template: str, name: str, data: Path) -> str:
    server = _server()
    if server is None:
        return f"sqlite:///{data / 'db.sqlite3'}"  # the file came along with its folder
    _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{_name(template)}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _dropped(url: str) -> None:
    server = _server()
    if server is not None:
        _on_server(server, f'DROP DATABASE "{_name(url)}" WITH (FORCE)')


def _on_server(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
