"""Two acts at the same moment: one begins with its lock, the other comes as far as that, and both end."""

import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connections, transaction

from portal.errors import DomainError

PAUSE = 0.5
"""Seconds in which the other one gets as far as the lock."""


def together(*, lock: Callable[[], object], many: Callable[[], object], one: Callable[[], object]) -> list[Exception]:
    """Locks, lets the act on many things come as far as that, and ends both. Returns what that act was refused with."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            many()
        except (DatabaseError, DomainError) as error:
            errors.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        lock()
        other.start()
        time.sleep(PAUSE)
        one()
    other.join()
    return errors
