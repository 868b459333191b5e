"""The same function in several processes at the same moment, each with its own connection: what a race test needs.

`run` starts the processes; each comes up, says that it is ready, waits for the others, calls the function and hands its
answer back as JSON. The function is named as `package.module:function`.
"""

import importlib
import json
import subprocess
import sys
from typing import Any

from tests.harness.databases import ROOT, Database

PATIENCE = 120
"""Seconds that all processes together may take."""


def run(database: Database, function: str, *arguments: Any, processes: int) -> list[Any]:
    """Call a function in several processes at once; return their answers.

    The function gets the number of its process (from 0) and then the arguments, which JSON must be able to carry.
    Raises `RuntimeError` with what the process printed when one of them fails.
    """
    command = [sys.executable, "-m", "tests.harness.together", function]
    environment = database.environment(DJANGO_SETTINGS_MODULE="tests.settings")
    running = [
        subprocess.Popen(
            [*command, json.dumps([number, *arguments])],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    try:
        for process in running:
            assert process.stdout
            process.stdout.readline()  # each says when it is ready
        return [_answer(process) for process in _released(running)]
    finally:
        for process in running:
            process.kill()
            process.wait()


def _released(running: list["subprocess.Popen[str]"]) -> list["subprocess.Popen[str]"]:
    for process in running:
        assert process.stdin
        if process.poll() is None:
            process.stdin.write("\n")
            process.stdin.flush()
    return running


def _answer(process: "subprocess.Popen[str]") -> Any:
    output, errors = process.communicate(timeout=PATIENCE)
    if process.returncode != 0:
        raise RuntimeError(f"process {process.pid} failed:\n{errors}")
    return json.loads(output)


def main(function: str, arguments: str) -> None:
    """Be one of the processes."""
    import django

    django.setup()
    module, _, name = function.partition(":")
    call = getattr(importlib.import_module(module), name)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(call(*json.loads(arguments))))


if __name__ == "__main__":
    main(*sys.argv[1:])
