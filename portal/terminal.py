"""Web and worker in one terminal: the processes of the Procfile, which all end when one of them or the terminal does.

`./run` ends here. Started as a script, without Django: `python -P portal/terminal.py`.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from honcho import environ
from honcho.manager import Manager
from honcho.printer import Printer


class Terminal:
    """Standard output that may go away, as a closed window does, without keeping the processes from being ended."""

    def write(self, text: str) -> None:
        """Write, if anybody is still there."""
        with contextlib.suppress(OSError):
            sys.stdout.write(text)
            sys.stdout.flush()

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        """Say whether colours make sense."""
        return sys.stdout.isatty()


def main() -> int:
    """Run the processes until one ends or we are told to stop; return the exit code."""
    manager = Manager(Printer(Terminal()))
    for name, command in environ.parse_procfile(Path("Procfile").read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, command, env=dict(os.environ))
    signal.signal(signal.SIGHUP, _stop)  # the manager sees to Ctrl-C and kill itself
    manager.loop()
    return int(manager.returncode or 0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
