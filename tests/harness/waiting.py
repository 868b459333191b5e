"""Waiting for what other processes come to."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], object], within: float = 60.0) -> float:
    """Wait until something holds; return after how many seconds it did. Raises AssertionError when it never does."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() < started + within, f"it did not happen within {within:.0f} seconds"
        time.sleep(0.1)
    return time.monotonic() - started
