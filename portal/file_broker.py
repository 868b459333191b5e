"""The broker in a folder, for an installation without Redis: kombu's own, but messages appear whole or not at all.

Kombu writes a message into its final file, so that a worker may read one that is not written yet, and ends with all its
threads. Here a message is written beside and renamed. One that cannot be read all the same, as after a power cut, is
left out with a word in the log: queues carry ids only, and each sweep finds in the database what was to be done.
"""

import contextlib
import logging
import uuid
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from kombu.transport import filesystem
from kombu.utils.json import dumps

T = TypeVar("T")
PATIENCE = 50
"""Times that a file is looked at again, a fiftieth of a second apart."""
logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Messages as files of one folder."""

    def _put(self, queue: str, message: Any, **_named: Any) -> None:  # type: ignore[override]  # kombu gives more
        """Writes a message under a name that no reader looks for, then gives it the one that they do."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        written = folder / f".{name}"
        written.write_text(dumps(message), encoding="utf-8")
        written.replace(folder / name)

    def get_table(self, exchange: str) -> Any:
        """Which queues an exchange leads to; waits a moment for whoever is writing that down just now."""
        return _patiently(lambda: super(Channel, self).get_table(exchange))

    def _queue_bind(self, *named: Any, **by_name: Any) -> None:
        """Writes that down; waits as above."""
        _patiently(lambda: super(Channel, self)._queue_bind(*named, **by_name))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next message of a queue that can be read; raises Empty where there is none."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                logger.warning("A message of the queue %s could not be read, and is left out.", queue)


def _patiently(act: Callable[[], T]) -> T:
    """What `act` gives, tried again while a file of the exchanges is begun and not written yet."""
    for _ in range(PATIENCE):
        with contextlib.suppress(ValueError):
            return act()
        sleep(0.02)
    return act()


class Transport(filesystem.Transport):
    """To be named by its path where Celery asks for a transport."""

    Channel = Channel
