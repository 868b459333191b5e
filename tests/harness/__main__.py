"""`./test`: everything that has to hold, in one command. See `--help`."""

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.harness import programs, servers
from tests.harness.databases import ROOT
from tests.harness.steps import Run

BIN = Path(sys.executable).parent
MODULE = [sys.executable, "-m"]
PINS = "requirements.txt"
SOURCES = ["portal", "readiness", "incidents", "tests/harness"]
UNIT = "not journey and not axe and not deep and not benchmark"
BROWSER = "(journey or axe) and not deep"
FRONT_TO_BACK = ["-p", "no:randomly"]
TWO_AT_ONCE = ["-n", "2", "--dist", "worksteal"]


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; return the exit code."""
    asked = _parser().parse_args(arguments)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="gatehouse-tests-") as folder, contextlib.ExitStack() as stack:
        run = Run(Path(folder))
        missing = _programs(Path(folder), install=not asked.no_system)
        other = None if asked.audit else _other_database(run, missing, stack)
        if asked.audit:
            run.check("known vulnerabilities (pip-audit)", [*MODULE, "pip_audit", "--require-hashes", "-r", PINS])
        elif asked.bench:
            _both(run, "benchmarks", ["-m", "benchmark", "-s", *FRONT_TO_BACK], other)
        elif asked.deep:
            _both(run, "the long promises", ["-m", "deep", "-s", "--hypothesis-profile=exploring"], other)
        elif asked.tests:
            _chosen(run, asked, other)
        else:
            _begin_databases(run, other, stack)
            _checks(run)
            _tests(run, missing, other, everything=asked.all)
        return run.summary()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./test", description="Checks and tests Gatehouse.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="everything on PostgreSQL and Redis as well")
    which.add_argument("--bench", action="store_true", help="the benchmarks")
    which.add_argument("--deep", action="store_true", help="the promises that take long")
    which.add_argument("--audit", action="store_true", help="known vulnerabilities in the libraries; needs the network")
    parser.add_argument("--postgres", action="store_true", help="run the tests named on PostgreSQL and Redis")
    parser.add_argument("--no-system", action="store_true", help="install no system packages")
    parser.add_argument("tests", nargs="*", help="files or folders of tests to run, and nothing else")
    return parser


def _programs(folder: Path, *, install: bool) -> set[str]:
    """Install what is missing where that is possible; return what is still missing."""
    missing = programs.missing()
    if missing and install:
        print(f"Installing for the tests: {' '.join(programs.PACKAGES[program] for program in missing)}", flush=True)
        if not programs.install(missing, folder / "install.log"):
            print(f"That did not work. By hand, as root: {programs.advice(missing)}", flush=True)
    return set(programs.missing())


def _other_database(run: Run, missing: set[str], stack: contextlib.ExitStack) -> dict[str, str] | None:
    """Start PostgreSQL and Redis; return the environment that makes tests use them, or None where they are missing."""
    if missing & {"postgres", "redis-server"}:
        run.skip("PostgreSQL and Redis", programs.advice({"postgres", "redis-server"} & missing))
        return None
    database = stack.enter_context(servers.postgresql())
    broker = stack.enter_context(servers.redis_server())
    return {"DATABASE_URL": database, "REDIS_URL": broker}


def _begin_databases(run: Run, other: dict[str, str] | None, stack: contextlib.ExitStack) -> None:
    """Let the databases that tests get copies of be filled while the checks run, which keep one processor busy."""
    for name, environment in {"sqlite": {}, "postgresql": other}.items():
        if environment is not None:
            command = [*MODULE, "tests.harness.filling"]
            stack.enter_context(
                servers.process(command, run.folder / f"filling-{name}.log", cwd=ROOT, env=run.environment(environment))
            )


def _checks(run: Run) -> None:
    templates = [str(path) for path in Path("templates").rglob("*.html")]
    run.check("format (ruff)", [*MODULE, "ruff", "format", "--check", "."])
    run.check("lint (ruff)", [*MODULE, "ruff", "check", "."])
    run.check("types (mypy)", [*MODULE, "mypy", *SOURCES])
    run.check("templates (djade)", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates])


def _tests(run: Run, missing: set[str], other: dict[str, str] | None, *, everything: bool) -> None:
    run.pytest("unit and API tests, SQLite", ["-m", UNIT, *TWO_AT_ONCE])
    if other is not None:
        marks = UNIT if everything else f"postgres and {UNIT}"
        name = "all of them, PostgreSQL and Redis" if everything else "constraints and races, PostgreSQL"
        run.pytest(name, ["-m", marks, *TWO_AT_ONCE], other)
    if missing & {"chromium", "pdftotext"}:
        run.skip("browser journeys", programs.advice({"chromium", "pdftotext"} & missing))
        return
    run.pytest("browser journeys and accessibility", ["-m", BROWSER, *FRONT_TO_BACK, *TWO_AT_ONCE])
    if everything and other is not None:
        journeys = ["-m", "journey and not deep", *FRONT_TO_BACK, *TWO_AT_ONCE]
        run.pytest("browser journeys, PostgreSQL and Redis", journeys, other)


def _chosen(run: Run, asked: argparse.Namespace, other: dict[str, str] | None) -> None:
    if not asked.postgres:
        run.pytest("the tests named, SQLite", asked.tests)
    elif other is not None:
        run.pytest("the tests named, PostgreSQL and Redis", asked.tests, other)


def _both(run: Run, name: str, arguments: list[str], other: dict[str, str] | None) -> None:
    run.pytest(f"{name}, SQLite", arguments)
    if other is not None:
        run.pytest(f"{name}, PostgreSQL and Redis", arguments, other)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
