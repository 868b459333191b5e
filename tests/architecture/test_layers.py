"""Data walks one way through the house: the import contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path


def test_imports_point_the_way_that_the_contracts_say(repository: Path) -> None:
    # In a process of its own: import-linter puts the folder and its own logging into the process that it runs in.
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()", "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
