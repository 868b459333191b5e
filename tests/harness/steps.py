"""The steps of `./test`: each is a command that runs, is timed and is counted."""

import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.databases import ROOT

NO_TESTS_FOUND = 5
"""pytest's exit code when it selected nothing."""


@dataclass(frozen=True)
class Outcome:
    """What a step came to: how many of its tests passed, failed and were skipped, and how long it took."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    reason: str = ""

    def __str__(self) -> str:
        word = "FAILED" if self.failed else "skipped" if self.skipped and not self.passed else "ok"
        counts = [f"{self.passed} passed", f"{self.failed} failed", f"{self.skipped} skipped"]
        told = ", ".join(count for count in counts if not count.startswith("0 "))
        return f"{word:8}{self.name:44}{self.seconds:7.1f} s  {told}{': ' if self.reason else ''}{self.reason}"


@dataclass
class Run:
    """One run of `./test`: where it writes, and what its steps came to so far."""

    folder: Path
    outcomes: list[Outcome] = field(default_factory=list)

    def check(self, name: str, command: Sequence[str]) -> None:
        """Run a command that either passes or fails; show its output only when it fails."""
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            print(f"\n--- {name} ---\n{done.stdout}", flush=True)
        failed = int(done.returncode != 0)
        self._add(Outcome(name, 1 - failed, failed, seconds=time.monotonic() - started))

    def pytest(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Run tests, showing them as they run."""
        report = self.folder / f"{len(self.outcomes)}.xml"
        print(f"\n--- {name} ---", flush=True)
        started = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        code = _exit_code(command, self.environment(environment or {}))
        seconds = time.monotonic() - started
        if code == NO_TESTS_FOUND:
            self.skip(name, "there are no such tests", seconds)
            return
        passed, failed, skipped = _counts(report)
        if code != 0 and not failed:
            failed = 1  # pytest itself could not go on
        self._add(Outcome(name, passed, failed, skipped, seconds))

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What tests run in: the databases that one step has filled serve the next."""
        return _environment({"GATEHOUSE_TEST_FOLDER": str(self.folder), **more})

    def skip(self, name: str, reason: str, seconds: float = 0.0) -> None:
        """Note that a step could not run, and why."""
        self._add(Outcome(name, skipped=1, seconds=seconds, reason=reason))

    def summary(self) -> int:
        """Print what the steps came to, and the totals on a last line; return the exit code.

        On CI a step that could not run is a failure: nobody is there to read that it was left out.
        """
        print("\n" + "\n".join(str(outcome) for outcome in self.outcomes))
        passed, failed, skipped = (
            sum(getattr(outcome, count) for outcome in self.outcomes) for count in ("passed", "failed", "skipped")
        )
        if skipped and os.environ.get("CI", "").lower() in {"1", "true"}:
            print("Nothing may be skipped on CI.")
            failed += skipped
            skipped = 0
        print(f"{sum(outcome.seconds for outcome in self.outcomes):.0f} seconds in all")
        print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
        return int(failed > 0 or passed == 0)

    def _add(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        print(outcome, flush=True)


def _exit_code(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end; when we are stopped, let it end what it has started before we go."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return child.wait()
    except BaseException as stopped:
        if not isinstance(stopped, KeyboardInterrupt):  # Ctrl-C has reached the child as well
            child.send_signal(signal.SIGINT)
        child.wait()
        raise


def _counts(report: Path) -> tuple[int, int, int]:
    if not report.exists():
        return 0, 0, 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in suites:
        for count in totals:
            totals[count] += int(suite.get(count, "0"))
    failed = totals["failures"] + totals["errors"]
    return totals["tests"] - failed - totals["skipped"], failed, totals["skipped"]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this environment without what would make the tests run on somebody's own database or settings."""
    own = re.compile("DATABASE_URL|REDIS_URL|DATA_DIR|DEMO|DEBUG|EMAIL_URL|BASE_URL|SECRET_KEY|DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not own.fullmatch(name)}
    return kept | {"ENV_FILE": os.devnull, "PYTHONPATH": str(ROOT)} | dict(more)
