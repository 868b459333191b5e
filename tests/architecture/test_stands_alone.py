"""Readiness stands without incidents: it boots, decides and answers, and what incidents would know is not monitored."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.only_on("sqlite")  # what is installed does not hang on the database
def test_readiness_boots_and_answers_without_incidents(repository: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings_without_incidents",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.harness.standing_alone"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told["answers"]) > 25
    assert {path: status for path, status in told["answers"].items() if status != 200} == {}
    assert told["modules"] == []
