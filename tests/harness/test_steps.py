"""What `./test` says at its end can be believed: failures count, and so does what did not run."""

import sys
from pathlib import Path

import pytest

from tests.harness.steps import Run

PASSES, FAILS = [sys.executable, "-c", "pass"], [sys.executable, "-c", "raise SystemExit('broken on purpose')"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("CI", raising=False)
    return Run(tmp_path)


def written(folder: Path, *lines: str) -> list[str]:
    file = folder / "test_some.py"
    file.write_text("import pytest\n" + "\n".join(lines) + "\n")
    return [str(file), "-p", "no:randomly", "-p", "no:cacheprovider"]


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_a_failing_check_shows_why_and_fails_the_run(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    run.check("one", PASSES)
    run.check("two", FAILS)

    assert run.summary() == 1
    shown = capfd.readouterr().out
    assert "broken on purpose" in shown
    assert shown.splitlines()[-1] == "1 passed, 1 failed"


def test_each_test_is_counted(run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run.pytest("some", written(tmp_path, "def test_a(): pass", "def test_b(): assert False", "def test_c(): pass"))

    assert run.summary() == 1
    assert last_line(capfd) == "2 passed, 1 failed"


def test_a_run_that_breaks_before_its_tests_has_failed(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run.check("one", PASSES)
    run.pytest("some", [*written(tmp_path, "def test_a(): pass"), "--no-such-option"])

    assert run.summary() == 1
    assert last_line(capfd) == "1 passed, 1 failed"


SKIPPED = ("def test_a(): pass", "@pytest.mark.skip", "def test_b(): pass")


def test_what_was_skipped_is_neither_passed_nor_failed(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run.pytest("some", written(tmp_path, *SKIPPED))
    run.skip("PostgreSQL", "apt-get install postgresql")

    assert run.summary() == 0
    shown = capfd.readouterr().out
    assert "apt-get install postgresql" in shown
    assert shown.splitlines()[-1] == "1 passed, 0 failed, 2 skipped"


def test_on_ci_nothing_may_be_skipped(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.pytest("some", written(tmp_path, *SKIPPED))
    monkeypatch.setenv("CI", "true")

    assert run.summary() == 1
    assert last_line(capfd) == "1 passed, 1 failed"


def test_a_run_of_nothing_has_not_passed(run: Run) -> None:
    assert run.summary() == 1
