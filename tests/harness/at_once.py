"""The same call many times at the same moment, in threads of this process, each with its own connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def call(times: int, act: Callable[[int], T]) -> list[T]:
    """What each of the calls gave; all start together. `act` gets its number, from 0."""
    ready = threading.Barrier(times)

    def one(number: int) -> T:
        ready.wait()
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
